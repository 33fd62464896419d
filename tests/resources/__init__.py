"""The kinds: their rules as case files, their answers to the engine as truth tables."""
