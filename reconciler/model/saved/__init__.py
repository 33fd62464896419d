"""Saved plans: a plan as a file that says everything its apply needs, and nothing that is secret.

``plan`` is what is saved, ``file`` the bytes; ``changes``, ``resources`` and ``values`` are the parts of a file.
"""
