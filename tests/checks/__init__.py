"""The checks of ``doctor``, each by itself, over a sandbox in the process."""
