"""The command line as its users meet it: processes, exit codes, streams, signals, terminals."""
