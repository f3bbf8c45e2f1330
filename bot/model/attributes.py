"""Attributes of an object by their names: for documents, and answers, that have them under the same names."""

from __future__ import annotations

from operator import attrgetter
from typing import Any, overload


@overload
def pick(of: None, *names: str) -> None: ...
@overload
def pick(of: object, *names: str) -> dict[str, Any]: ...
def pick(of: object, *names: str) -> dict[str, Any] | None:
    """These attributes of an object, in this order; `None` of nothing."""
    return None if of is None else {name: attrgetter(name)(of) for name in names}
