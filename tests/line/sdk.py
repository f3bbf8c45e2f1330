"""LINE's own SDK, the second opinion of these tests."""

from __future__ import annotations

import importlib
import warnings
from functools import cache
from typing import Any


@cache
def sdk(module: str) -> Any:
    """The module `linebot.v3.<module>`. It has no types, takes a second to import, and warns while at it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return importlib.import_module(f"linebot.v3.{module}")
