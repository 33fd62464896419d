"""Measures of speed, memory and requests, each a ratio against a baseline in the same run (issue 2, section 8).

Absolute times depend on the machine and on who else uses it; ratios of interleaved runs hardly do. Nothing here is a
test, and no test asserts a time.
"""
