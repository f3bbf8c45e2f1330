"""How many connections this process may have open, by the environment or the limit of open files."""

from __future__ import annotations

import sys
from collections.abc import Mapping

from bot.app.environment_numbers import number_in_environment
from bot.web.connection_limit import DEFAULT_LIMIT

VARIABLE = "OAFLOW_CONNECTIONS"
RESERVED_FILES = 256
"""Open files kept for the database, LINE, logs and the playbook."""
LEAST, LARGEST = 16, 1_000_000


def connection_limit_from(environment: Mapping[str, str]) -> int:
    """How many at most. Raises `SettingsWrong`."""
    told = number_in_environment(environment, VARIABLE, LEAST, LARGEST)
    return min(DEFAULT_LIMIT, max(_open_files() - RESERVED_FILES, LEAST)) if told is None else told


def _open_files() -> int:
    """How many files this process may have open."""
    if sys.platform == "win32":
        return LARGEST
    import resource  # Windows has none

    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return LARGEST if soft == resource.RLIM_INFINITY else soft
