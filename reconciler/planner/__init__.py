"""Pure planning: three worlds in, one plan out. No I/O, no clock, no randomness, no order that depends on the input's.

``lookups`` says what must be read; ``draft`` matches, claims, compares and orders; ``guards`` may then refuse.
"""
