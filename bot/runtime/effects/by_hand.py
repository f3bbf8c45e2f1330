"""What staff write as the value of an attribute: understood as its type, or why it cannot be."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from bot.engine.compiled.playbook import AttributeInfo
from bot.engine.texts.typed import typed
from bot.engine.types.table import TYPES
from bot.model.said import row, say
from bot.model.value import Value
from bot.playbook.similar import shown
from bot.runtime.effects.rewrites import RewriteRefused

LONGEST = 5_000
"""Characters of a text: what one message of LINE's holds, in which it is to be shown."""


def refuse_what_is_the_shops(info: AttributeInfo, called: str) -> None:
    """Raise `Refused` for an attribute that no hand may set; `called` as those who read it know it."""
    if not info.writable:
        raise RewriteRefused(
            say("{attribute} is what the shop says of its member: change it there", attribute=shown(called))
        )


def value_by_hand(info: AttributeInfo, text: str, zone: ZoneInfo, called: str) -> Value:
    """The value that is meant. Raises `Refused`, which never repeats what is private."""
    refuse_what_is_the_shops(info, called)
    return value_meant(info, text, zone, called)


def value_meant(info: AttributeInfo, text: str, zone: ZoneInfo, called: str) -> Value:
    """The same of an attribute that may be the shop's, for who has its record."""
    if len(text) > LONGEST:
        raise RewriteRefused(
            say(
                "a value of {attribute} has at most {most} characters, and this one has {found}",
                attribute=shown(called),
                most=f"{LONGEST:,}",
                found=f"{len(text):,}",
            )
        )
    what = say("that") if info.private else shown(text)
    value = typed(text, info.type, zone)
    if value is None or not text.strip():
        raise RewriteRefused(
            say(
                "{attribute} takes {type}, and not {value}",
                attribute=shown(called),
                type=TYPES[info.type].asked,
                value=what,
            )
        )
    if info.values and value not in info.values:
        raise RewriteRefused(
            say(
                "{value} is none of the values of {attribute}: {values}",
                value=what,
                attribute=shown(called),
                values=row(map(str, info.values or ())),
            )
        )
    return value
