"""How a command ends that Ctrl-C has ended."""

INTERRUPTED = 130
"""Its exit code, as shells have it."""
