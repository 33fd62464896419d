"""The command line: one file per command, each parse → workflow → render → exit code. Decides nothing else."""
