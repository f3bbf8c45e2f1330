"""Which texts are names: what a name is made of, and those that mean something already."""

from __future__ import annotations

import re

from bot.model.screen import BUILT_IN
from bot.model.translatable import tr
from bot.playbook.shape import times
from bot.playbook.shape.declaring import english_name
from bot.playbook.shape.vocabulary import FormatCheck, FormatFault

NAME_LIMIT = 40
"""Characters in a name."""

NAME = r"[a-z][a-z0-9_]{0,39}"
"""Names in the places of texts, in addresses and in other programs; what looks so is never a text."""

PRIVACY_NOTICE = "privacy_notice"
"""The built-in card."""

RESERVED = frozenset(
    [
        "everyone",
        "everything",
        "nothing",
        "exit",
        "closed",
        "today",
        "now",
        PRIVACY_NOTICE,
        "tags",
        *BUILT_IN,
    ]
)
"""Names that mean something already."""

_IN_NO_NAME = re.compile(r"[{}\x00-\x1f\x7f-\x9f]")
"""Braces and control characters."""


def name(text: str) -> FormatFault | None:
    """A name of small English letters, digits and `_`."""
    if re.fullmatch(NAME, text):
        return None
    hint = tr("names here are small English letters, digits and _, beginning with a letter, at most 40")
    meant = english_name(text, (), "") or re.sub(r"[\s-]+", "_", text.strip().lower())
    if re.fullmatch(NAME, meant):
        hint = tr("write  {meant}; {hint}", meant=meant, hint=hint)
    return FormatFault("bad-name", tr("is no name here"), hint)


def own_name(text: str) -> FormatFault | None:
    """A name that may be Chinese."""
    if not text.strip():
        return FormatFault("bad-name", tr("cannot be empty"), tr("write a name here"), of_place=True)
    if len(text) > NAME_LIMIT:
        return FormatFault(
            "bad-name",
            tr("is longer than {most} characters", most=NAME_LIMIT),
            tr("choose a shorter name"),
        )
    if text != text.strip():
        return FormatFault("bad-name", tr("begins or ends with a space"), tr("leave the space out"))
    if _IN_NO_NAME.search(text):
        return FormatFault(
            "bad-name", tr("holds a character that no name may have"), tr("leave out { } and line breaks")
        )
    if times.HOURS_LIKE.fullmatch(text):
        return FormatFault("bad-name", tr("reads as hours or days, not as a name"), tr("choose another name"))
    return None


def solid_name(text: str) -> FormatFault | None:
    """A name that may be Chinese, and may stand in a placeholder or a grid."""
    if len(text.split()) > 1:
        says = tr("holds a space, and may stand in a placeholder or a grid")
        return FormatFault("bad-name", says, tr("leave the space out, or write _"))
    return own_name(text)


def new(check: FormatCheck) -> FormatCheck:
    """A check of a name that is given here: it means nothing yet."""

    def of_a_new_name(text: str) -> FormatFault | None:
        if text in RESERVED:
            return FormatFault("reserved-name", tr("means something already"), tr("choose another name"))
        return check(text)

    return of_a_new_name


def hours_or_name(text: str) -> FormatFault | None:
    """Hours written out, or the name of some."""
    if times.HOURS_LIKE.fullmatch(text) or re.fullmatch(r"[\d:.\-]+", text):
        return times.hours(text)
    return own_name(text)
