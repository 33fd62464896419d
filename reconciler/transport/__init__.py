"""HTTP: the only importer of httpx. Client, TLS, proxies, pacing, retries; knows no kinds and no envelopes.

Import from the modules. Nothing is re-exported, so that reading ``pacing`` or ``retry`` does not load httpx.
"""
