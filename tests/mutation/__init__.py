"""Mutants that survive: those that were judged, and whether there are others (docs/mutants.md)."""
