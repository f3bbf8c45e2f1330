"""How a command ends, as shells are told."""

RIGHT = 0
WRONG = 1
"""It is refused, or finds mistakes."""
COULD_NOT = 2
"""It is not written as it should be (argparse has the same), or what it needs is not there."""
INTERRUPTED = 130
"""Ctrl-C has ended it."""
