"""The exit codes of commands."""

RIGHT = 0
WRONG = 1
"""It is refused, or finds mistakes."""
COULD_NOT = 2
"""It is not written as it should be (argparse has the same), or what it needs is not there."""
INTERRUPTED = 130
"""Ctrl-C has ended it."""
STARTED_BY = "OAFLOW_STARTED_BY"
"""Set by the Makefile to its command that was called, with its folder: make tells of any code but 0."""
