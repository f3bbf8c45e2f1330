"""Who gives a command."""

from __future__ import annotations

import getpass
import os


def commander() -> str:
    """Who gives the command, as the audit log names them: the user of this machine."""
    try:
        return f"command:{getpass.getuser()}"
    except (KeyError, OSError):  # a container's user may have no name
        return f"command:{os.getuid()}"
