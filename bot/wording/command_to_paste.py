"""How a command of `oaflow` is written so that it works wherever it is pasted, also in a new window."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

OAFLOW = "oaflow"


def command_to_paste(*words: str, environment: Mapping[str, str] = os.environ) -> str:
    """`oaflow` with these words, quoted for a shell; paths among them are to be whole ones."""
    return " ".join([_ourselves(environment), *map(shlex.quote, words)])


def _ourselves(environment: Mapping[str, str]) -> str:
    """The bare name where every window has it, else the whole path of the one that runs."""
    ours = Path(os.path.abspath(sys.argv[0]))  # without `..`, and still the link that was called
    found = shutil.which(OAFLOW, path=environment.get("PATH"))
    only_here = "VIRTUAL_ENV" in environment  # activated in this window, and in no other
    if found is not None and Path(os.path.abspath(found)) == ours and not only_here:
        return OAFLOW
    if ours.name == OAFLOW:
        return shlex.quote(str(ours))
    return f"{shlex.quote(sys.executable)} -m bot"
