"""Manifests: from bytes to resources, and everything that can be wrong on the way."""
