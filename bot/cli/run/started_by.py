"""How this process was started, for advice that fits: `make run` takes other words than `oaflow run`."""

from __future__ import annotations

from collections.abc import Callable, Mapping

STARTED_BY = "OAFLOW_STARTED_BY"
"""The command of the Makefile that was called, with its folder; set by it."""


def asking_for_port(environment: Mapping[str, str]) -> Callable[[int], str]:
    """How whoever has started this asks for another port."""
    if (command := environment.get(STARTED_BY)) is None:
        return "--port {}".format
    return lambda port: f"{command} PORT={port}"
