"""What is written on the cards of coupons and stamps, in the language of the playbook (N1, N2)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.engine.texts.template import Placeholder, Template
from bot.playbook.compile.scope.scope import Scope
from bot.playbook.syntax.nodes import text_at


@dataclass(frozen=True, slots=True)
class CardWords:
    """Words of a card; what stands in braces is filled in for each person."""

    coupons: str
    code: str
    until: str
    stamps: str
    count: str
    alt: str
    reward: str
    done: str
    filled: str
    stamps_until: str
    gift: str
    with_year: str
    """Asks for a date with its year; `example` is the sentence with one."""


CHINESE_CARDS = CardWords(
    coupons="我的優惠券",
    code="代碼",
    until="使用期限",
    stamps="我的集點卡",
    count="已集 {count} / {cells} 點",
    alt="{title}：{counted}",
    reward="再 {missing} 點，送您「{reward}」",
    done="集滿了，謝謝您！",
    filled="已經集滿 {filled} 張",
    stamps_until="集點到 {day} {clock} 為止",
    gift="禮",
    with_year="請把年份也寫上，例如：{example}",
)
ENGLISH_CARDS = CardWords(
    coupons="My coupons",
    code="Code",
    until="Use by",
    stamps="My stamp cards",
    count="{count} of {cells} stamps",
    alt="{title}: {counted}",
    reward="{missing} more for “{reward}”",
    done="Your card is full. Thank you!",
    filled="Cards filled: {filled}",
    stamps_until="Stamps until {day} {clock}",
    gift="🎁",
    with_year="Please write the year as well, such as: {example}",
)


def card_words(language: str) -> CardWords:
    """Those of a playbook's `language`: Chinese where it says none."""
    return CHINESE_CARDS if not language or language.lower().startswith("zh") else ENGLISH_CARDS


def words_of(scope: Scope) -> CardWords:
    """Those of this playbook."""
    return card_words(text_at(scope.book.root, "language"))


def filled(words: str, **values: str | Placeholder | Template) -> Template:
    """The words with these in place of their names."""
    parts: list[str | Placeholder] = []
    for number, part in enumerate(re.split(r"\{(\w+)\}", words)):
        value = values[part] if number % 2 else part
        parts += value.parts if isinstance(value, Template) else [value] if value else []
    return Template(tuple(parts))
