"""One file per command, straight-line: the only place where the parts are wired together.

A workflow takes values and answers values. It prints nothing, parses no command line and decides no exit code.
"""
