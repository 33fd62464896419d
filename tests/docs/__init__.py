"""The documentation is as complete as the code."""
