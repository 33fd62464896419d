"""The wiring: what workflows are made of, where a part can be held by itself."""
