"""Exports: documents, files, ownership."""
