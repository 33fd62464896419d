"""Whole stories from YAML to the API and back, over the real emulator on a socket."""
