"""How long LINE lets texts be, counted as LINE counts, with the longest that placeholders may stand for.

https://developers.line.biz/en/reference/messaging-api/#message-objects
https://developers.line.biz/en/docs/messaging-api/text-character-count/
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.engine.card import Bounded, LineObject
from bot.engine.template import Placeholder, Template
from bot.engine.text import Unit, length
from bot.engine.types.table import TYPES, type_of
from bot.model.said import Said, SaidValue, say
from bot.playbook.codes import Code
from bot.playbook.compile.scope import Scope
from bot.playbook.similar import shown
from bot.playbook.syntax.nodes import Scalar


@dataclass(frozen=True, slots=True)
class TextLimit:
    """Up to `most` of these units; `what` is the text, `of` who takes no more."""

    most: int
    unit: Unit
    code: Code
    what: str
    of: Said


TEXT = TextLimit(5_000, "utf16", "text-too-long", "text", say("a message"))
ALT = TextLimit(1_500, "utf16", "alt-too-long", "alt", say("a message"))
SHOWN_AS_ALT = TextLimit(1_500, "utf16", "alt-too-long", "text", say("the alt, which it is too,"))
"""Of the text that stands for the alt of a card without one."""
TITLE = TextLimit(40, "grapheme", "text-too-long", "title", say("a card"))
BUTTONS_TEXT = TextLimit(160, "grapheme", "text-too-long", "text", say("a card without title and image"))
BUTTONS_TEXT_BESIDE = TextLimit(60, "grapheme", "text-too-long", "text", say("a card with title or image"))
COLUMN_TEXT = TextLimit(120, "grapheme", "text-too-long", "text", say("a column without title and image"))
COLUMN_TEXT_BESIDE = TextLimit(60, "grapheme", "text-too-long", "text", say("a column with title or image"))
CONFIRM_TEXT = TextLimit(240, "grapheme", "text-too-long", "text", say("a confirm"))
PLACE_TITLE = TextLimit(100, "utf16", "text-too-long", "title", say("a location"))
PLACE_ADDRESS = TextLimit(100, "utf16", "text-too-long", "address", say("a location"))
LABEL = TextLimit(20, "grapheme", "label-too-long", "label", say("a tap"))
IMAGEMAP_LABEL = TextLimit(100, "grapheme", "label-too-long", "label", say("an area"))
FLEX_LABEL = TextLimit(40, "grapheme", "label-too-long", "label", say("a tap in Flex"))
SAID = TextLimit(300, "grapheme", "text-too-long", "text", say("a tap"))
IMAGEMAP_SAID = TextLimit(400, "utf16", "text-too-long", "text", say("an area"))
COPIED = TextLimit(1_000, "utf16", "text-too-long", "text", say("a tap"))
DATA = TextLimit(300, "utf16", "data-too-long", "data", say("a tap"))
SENDER = TextLimit(20, "utf16", "sender-name", "name", say("a sender"))
FLEX_TEXT = TextLimit(5_000, "utf16", "text-too-long", "text", say("Flex"))

BUTTONS_TAPS = 4
COLUMN_TAPS = 3
COLUMNS = 10
FLEX_BUBBLES = 12
MENU_AREAS = 20
IMAGEMAP_AREAS = 50
ADDRESS = 1_000
"""UTF-16 code units in the address of a tap."""
PICTURE_ADDRESS = 2_000
"""UTF-16 code units in the address of a picture, video or audio."""

_NAME_OF_A_PERSON = 20
"""Characters that LINE allows in a display name."""
_WEEKDAY = 2


def limited(scope: Scope, node: Scalar, limit: TextLimit) -> LineObject:
    """The text as a form: itself where nothing is filled in. An empty one, or one too long, is reported.

    What a placeholder stands for counts with its longest value where there is one, else with its default: for
    what nobody can know, LINE's limit is looked at again when the text is filled.
    """
    if not node.value.strip():
        if not node.unset:
            scope.wrong(
                node,
                "bad-value",
                say("this {what} is empty", what=limit.what),
                say("write a text, or leave it out"),
            )
        return node.value
    template = scope.template(node)
    check_length(scope, node, template, limit)
    fixed = template.fixed
    return Bounded(template, limit.most, limit.unit, f"the {limit.what}") if fixed is None else fixed


def check_length(scope: Scope, node: Scalar, template: Template, limit: TextLimit) -> None:
    """Report a text that is, or may be when it is filled, longer than LINE takes."""
    points = longest(scope, template, len)
    if points * (2 if limit.unit == "utf16" else 1) <= limit.most:
        return  # no sign is more than that, so that most texts need not be counted
    has = longest(scope, template, lambda text: length(text, limit.unit))
    if has <= limit.most:
        return
    fixed = template.fixed
    length_here = say("{number} characters", number=f"{has:,}")
    if limit.unit == "utf16" and limit.most > 999:
        length_here = say("{number} characters (UTF-16 units)", number=f"{has:,}")
    named: dict[str, SaidValue] = {
        "what": limit.what,
        "length": length_here,
        "of": limit.of,
        "most": f"{limit.most:,}",
    }
    message = say("this {what} has {length}, {of} takes {most}", **named)
    if fixed is None:
        message = say("this {what} may have {length}, {of} takes {most}", **named)
    scope.wrong(node, limit.code, message, _hint(limit, fixed))


def _hint(limit: TextLimit, fixed: str | None) -> Said:
    if limit is TEXT:
        return say("write a list of several texts")
    if limit.of == SHOWN_AS_ALT.of:
        return say("give the card a shorter one of its own:  alt: …")
    if fixed is None or limit.most > 60:
        return say("shorten it")
    return say("shorten it, such as  {text}", text=shown(fixed[: limit.most].strip()).text)


def longest(scope: Scope, template: Template, measure: Callable[[str], int]) -> int:
    """How long a text may become, as far as that can be known."""
    return sum(
        [measure(part) if isinstance(part, str) else _value(scope, part, measure) for part in template.parts]
    )


def _value(scope: Scope, part: Placeholder, measure: Callable[[str], int]) -> int:
    known = [measure(value) for value in _values(scope, part)]
    if known:
        most = max(known)
    elif part.group == "contact" and part.name == "name":
        most = _NAME_OF_A_PERSON
    else:
        shown_as = type_of(part.format or "") or TYPES[part.type]
        most = _WEEKDAY if part.format == "weekday" else shown_as.longest
    return max(most, measure(part.default or ""))


def _values(scope: Scope, part: Placeholder) -> tuple[str, ...]:
    """All values that a placeholder may stand for, where they are a closed list."""
    if part.format is not None:
        return ()
    if part.group == "attribute":
        info = scope.book.attributes.get(part.name)
        return tuple(str(value) for value in (info.values if info else None) or ())
    if part.group == "bot":
        bot = scope.book.root.get("bot")
        return (bot.value,) if isinstance(bot, Scalar) else ()
    if part.group == "channel":
        return tuple(channel.title for channel in scope.channels.values())
    if part.group == "answer" and scope.where.flow is not None:
        asked = scope.where.flow.answers.get(part.name)
        return tuple(str(choice) for choice in (asked.choices if asked else None) or ())
    return ()
