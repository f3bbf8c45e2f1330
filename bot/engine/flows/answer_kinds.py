"""What a question may ask for: a value of some type, a phone, a picture, one of its choices."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from bot.engine.compiled.flow import AnswerForm, AnswerType
from bot.engine.compiled.heard import Heard
from bot.engine.flows.limits import limits
from bot.engine.texts.text import fold
from bot.engine.texts.typed import typed
from bot.engine.times.bounds import When
from bot.engine.types.table import TYPES
from bot.engine.types.value_type import ValueType
from bot.model.plain_text import visible
from bot.model.said import Said, say
from bot.model.value import Type, Value

TAIWAN = "+886"
TEXT_MOST = 5_000
SEVERAL = "、"
"""What stands between several choices of one answer."""
SEPARATORS = "、，,\n"
"""What stands between several choices, where a page sends them."""

Opened: TypeAlias = Callable[[Value], bool]
"""Whether the hours that a question asks for are open then."""


Meant: TypeAlias = Callable[[AnswerForm, Heard, When, Opened], Value | None]
"""The value that was meant, within the form; `None` where none was. Its limits are asked later."""
_Read: TypeAlias = Callable[[AnswerForm, str, When, Opened], Value | None]


@dataclass(frozen=True, slots=True)
class AnswerKind:
    """What is known of an answer of some type."""

    meant: Meant
    gives: Type = "text"
    """The type of the value."""
    words: tuple[str, ...] = ()
    """What people write for its name who have not learnt it."""
    bounds: tuple[str, ...] = ()
    """What a question may say of such an answer."""
    written: bool = True
    """Whether it is asked for by its name."""
    kept: bool = True
    """Whether an attribute can hold it."""
    personal: Said | None = None
    """What it is called, where it falls under the privacy notice by itself."""
    free: bool = False
    """Whether whatever is said may be one."""
    said_alone: bool = False
    """Whether it is said for no other reason; a text or a number may be meant for anybody."""


def _said(read: _Read) -> Meant:
    def meant(form: AnswerForm, heard: Heard, when: When, is_open: Opened) -> Value | None:
        return read(form, heard.subject, when, is_open) if heard.kind == "text" else None

    return meant


def _of(type_: ValueType) -> Meant:
    """What is picked, or said within the limits."""

    def meant(form: AnswerForm, heard: Heard, when: When, is_open: Opened) -> Value | None:
        if heard.kind == "text":
            return type_.said(heard.subject, when, *limits(form, when), is_open)
        picked = heard.fields.get(type_.name) if type_.picked and heard.kind == "postback" else None
        return type_.typed(picked, when.zone) if isinstance(picked, str) else None

    return meant


def _text(form: AnswerForm, said: str, when: When, is_open: Opened) -> str | None:
    said = visible(said)
    too_long = len(said) > (form.max_length or TEXT_MOST)
    if too_long or not said.strip() or (form.pattern is not None and form.pattern.match(said) is None):
        return None
    return said


def _phone(form: AnswerForm, said: str, when: When, is_open: Opened) -> str | None:
    """A mobile number. SMS to some countries cost many times as much, which fraud lives on: see `abroad`."""
    number = typed(said, "phone")
    return number if isinstance(number, str) and (form.abroad or number.startswith(TAIWAN)) else None


def _anything(form: AnswerForm, heard: Heard, when: When, is_open: Opened) -> Value | None:
    return None if heard.kind == "postback" else visible(heard.subject)


def _picture(form: AnswerForm, heard: Heard, when: When, is_open: Opened) -> Value | None:
    """The id of its message."""
    return heard.subject if heard.kind == "image" else None


def _address(form: AnswerForm, heard: Heard, when: When, is_open: Opened) -> Value | None:
    """LINE leaves the address out where it knows none."""
    if heard.kind != "location":
        return None
    return heard.fields.get("address") or heard.fields.get("title") or heard.subject


def chosen_by(form: AnswerForm, said: str) -> str | None:
    """The choice that this text means, compared folded, with its other words; `None` where it means none."""
    folded = fold(said)
    for choice in form.choices:
        if any(_folded(word) == folded for word in (choice.value, *choice.words)):
            return choice.value
    return None


def _several(form: AnswerForm, said: str, when: When, is_open: Opened) -> str | None:
    parts = [said]
    for separator in SEPARATORS:
        parts = [piece for part in parts for piece in part.split(separator)]
    chosen = [chosen_by(form, part) for part in parts if part.strip()]
    if None in chosen:
        return None
    return SEVERAL.join(dict.fromkeys(c for c in chosen if c is not None))


_folded = lru_cache(16_384)(fold)

ANSWERS: Mapping[AnswerType, AnswerKind] = {
    **{
        name: AnswerKind(_of(type_), gives=name, words=type_.words, bounds=type_.bounds)
        for name, type_ in TYPES.items()
    },
    "text": AnswerKind(_said(_text), words=TYPES["text"].words, bounds=TYPES["text"].bounds, free=True),
    "phone": AnswerKind(
        _said(_phone),
        words=("手機", "電話", "手機號碼"),
        bounds=("abroad",),
        personal=say("a phone"),
        said_alone=True,
    ),
    "email": AnswerKind(
        _said(lambda form, said, when, is_open: typed(said, "email")),
        words=("信箱", "電子郵件", "mail"),
        personal=say("an e-mail address"),
    ),
    "code": AnswerKind(
        _said(lambda form, said, when, is_open: typed(said, "code")), words=("驗證碼",), said_alone=True
    ),
    "image": AnswerKind(_picture, words=("照片", "圖片", "photo", "picture"), kept=False),
    "location": AnswerKind(_address, words=("位置", "地點")),
    "any": AnswerKind(_anything, kept=False, free=True),
    "consent": AnswerKind(_said(lambda form, said, when, is_open: typed(said, "yes_no")), gives="yes_no"),
    "choice": AnswerKind(_said(lambda form, said, when, is_open: chosen_by(form, said)), written=False),
    "choices": AnswerKind(_said(_several), written=False),
}
"""A type of answers is a row here, its name in `AnswerType`, and a field of pages (`fields.js`)."""


def kind_named(name: str) -> AnswerType | None:
    """The type of answers of this name; `None` where there is none."""
    return _NAMES.get(name)


_NAMES: Mapping[str, AnswerType] = {name: name for name in ANSWERS}
