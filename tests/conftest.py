"""One profile for every property test: the same examples on every run, so that a red suite means a broken promise."""

from hypothesis import settings

settings.register_profile("suite", derandomize=True, deadline=None)
settings.load_profile("suite")
