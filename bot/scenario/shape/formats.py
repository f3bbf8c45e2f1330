"""Formats of texts in scenarios: more ways of writing are taken than in a playbook, all that people would
write."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial
from zoneinfo import ZoneInfo

from bot.engine.texts.typed import typed
from bot.engine.types.dates import date_typed, moment_typed
from bot.model.translatable import row, tr
from bot.model.value import Value
from bot.playbook.compile.times import wait as wait_of
from bot.playbook.shape import times
from bot.playbook.shape.formats import FORMATS as OF_PLAYBOOKS
from bot.playbook.shape.names import NAME
from bot.playbook.shape.vocabulary import FormatCheck, FormatFault
from bot.scenario.given import ANOTHER
from bot.scenario.steps import CODE_FROM_SMS, FRIENDSHIP, PHOTOS_MOST

LOOKS_LIKE_A_NAME = re.compile(NAME)
"""Such a text is a name or a word; it is written as `{says: ok}` only, and expected as `{text: ok}`."""

_ANY_ZONE = ZoneInfo("UTC")
"""The zone for checking a moment, whose format is the same in all."""
NEXT_DAY = "next day at"
"""`wait: next day at 10:00` means `1d at 10:00`."""
FAILED = "failed"
"""In place of a hook's answer: its call fails."""


def _typed(read: Callable[[str], Value | None], otherwise: FormatCheck) -> FormatCheck:
    """A check that takes what a person may answer where such a value is asked for; `otherwise` says what is
    wrong."""
    return lambda text: None if read(text) is not None else otherwise(text)


def _whole(text: str) -> FormatFault | None:
    """A whole number of at most nine digits, which may begin with zeros."""
    return None if text.isascii() and text.isdigit() and len(text) < 10 else OF_PLAYBOOKS["whole"](text)


def _phone(_: str) -> FormatFault:
    return FormatFault("bad-value", tr("is no mobile number"), tr("write it such as 0912345678"))


def _number(_: str) -> FormatFault:
    return FormatFault("type-mismatch", tr("is no number"), tr("write it in digits, such as 100"))


def _wait(text: str) -> FormatFault | None:
    """As `wait` of a playbook, and `until 10:00` as well."""
    if wait_of(text.replace(NEXT_DAY, "1d at")) is not None:
        return None
    found = times.wait(text)
    return None if found is None else FormatFault("bad-duration", tr("is no time to wait"), found.hint)


def _spoken(text: str) -> FormatFault | None:
    """What somebody says, or one of the words for what they do."""
    if text in (*FRIENDSHIP, CODE_FROM_SMS) or not LOOKS_LIKE_A_NAME.fullmatch(text):
        return None
    says = tr("is not one of {known}", known=row(FRIENDSHIP))
    return FormatFault("bad-value", says, tr("to say this text, write  user: {says: {text}}", text=text))


def _hook_answer(text: str) -> FormatFault | None:
    if text == FAILED:
        return None
    hint = tr("write its fields,  {status: …},  or  {failed}", failed=FAILED)
    return FormatFault("bad-value", tr("is no answer of a hook"), hint)


def _person(text: str) -> FormatFault | None:
    if text != ANOTHER:
        return None
    return FormatFault("reserved-name", tr("means something already"), tr("choose another name"))


def _photos(text: str) -> FormatFault | None:
    if text.isascii() and text.isdigit() and len(text) < 3 and 2 <= int(text) <= PHOTOS_MOST:
        return None
    says = tr("must be from 2 to {most}", most=PHOTOS_MOST)
    return FormatFault("bad-value", says, tr("to send one photo, write  {sends: image}"))


FORMATS: Mapping[str, FormatCheck] = {
    "photos": _photos,
    "whole": _whole,
    "any moment": _typed(partial(moment_typed, zone=_ANY_ZONE), times.moment),
    "any date": _typed(date_typed, times.day),
    "mobile number": _typed(partial(typed, wanted="phone"), _phone),
    "amount": _typed(partial(typed, wanted="number"), _number),
    "time to wait": _wait,
    "said": _spoken,
    "hook answer": _hook_answer,
    "person": _person,
}
"""The check of each format, by its name in a schema."""
