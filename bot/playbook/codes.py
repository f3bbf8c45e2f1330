"""Which mistakes there are: every code has its heading in docs/checks.md."""

from __future__ import annotations

from typing import Literal, TypeAlias

from bot.model.decision import Place
from bot.model.problem import Level, Problem

Code: TypeAlias = Literal[
    # syntax
    "yaml-syntax",
    "duplicate-key",
    "alias-used",
    "merge-key",
    "tag-used",
    "many-documents",
    "tab-indent",
    "glued-comment",
    "full-width-colon",
    "full-width-comma",
    "colon-in-text",
    "unquoted-placeholder",
    "unquoted-at",
    "file-too-large",
    "file-not-read",
    # settings from the environment
    "env-unset",
    "env-not-here",
    "dotenv-line",
    "secret-in-file",
    # shape
    "not-yet",
    "unknown-section",
    "unknown-key",
    "missing-key",
    "bad-value",
    "wrong-type",
    "empty-list",
    "no-kind",
    "two-kinds",
    "action-and-do",
    "two-actions",
    "replies-over-5",
    # names and texts
    "bad-name",
    "reserved-name",
    "placeholder-unknown",
    "text-too-long",
]


def mistake(
    place: Place,
    code: Code,
    message: str,
    *,
    hint: str | None = None,
    note: str | None = None,
    width: int = 1,
    level: Level = "error",
) -> Problem:
    """A problem of this room; made only here, so that every code is one that is written down."""
    return Problem(place, code, message, hint, note, max(1, width), level)
