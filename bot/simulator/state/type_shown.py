"""A type of values as the page takes them: which field, and what it is called in the page's languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.engine.types.table import TYPES
from bot.model.said import ENGLISH, Said
from bot.model.value import Type
from bot.translations.chinese import CHINESE


def type_shown(name: Type) -> Mapping[str, Any]:
    """`field`: HTML's type of input, `decimal` or `yes_no`; `called` and `asked` (with an example): words."""
    type_ = TYPES[name]
    return {"type": name, "field": type_.field, "called": _words(type_.called), "asked": _words(type_.asked)}


def _words(said: Said) -> Mapping[str, str]:
    return {language.name: language.text(said) for language in (CHINESE, ENGLISH)}
