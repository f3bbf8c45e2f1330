"""Which addresses of the staff's pages a method answers: it says so itself, by the names of the table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from inspect import getattr_static
from typing import Any, TypeVar

from bot.web.admin.visit import AdminHandler

M = TypeVar("M", bound=Callable[..., Any])
_ANSWERS = "_answers"


def answers(*names: str) -> Callable[[M], M]:
    """Marks a method that takes a `Visit` as what answers these rows of the table."""

    def mark(method: M) -> M:
        setattr(method, _ANSWERS, names)
        return method

    return mark


class Pages:
    """Pages that belong together."""

    __slots__ = ()

    def handlers(self) -> Mapping[str, AdminHandler]:
        """What answers, by the names of the table."""
        return {
            row: getattr(self, name)
            for name in dir(type(self))
            for row in getattr(getattr_static(self, name), _ANSWERS, ())
        }
