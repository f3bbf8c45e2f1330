"""A message as LINE takes it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

Message: TypeAlias = Mapping[str, Any]
"""One LINE message object, as LINE's API takes it: untouched JSON."""
