"""How long LINE lets texts be, counted as LINE counts, with the longest that placeholders may stand for.

https://developers.line.biz/en/reference/messaging-api/#message-objects
https://developers.line.biz/en/docs/messaging-api/text-character-count/
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.engine.card import Bounded, LineObject
from bot.engine.template import Placeholder, Template
from bot.engine.text import length
from bot.line.objects.limits import SHOWN_AS_ALT, TEXT
from bot.line.objects.spec import TextSpec
from bot.model.said import Said, SaidValue, say
from bot.playbook.codes import Code
from bot.playbook.compile.scope import Scope
from bot.playbook.similar import shown
from bot.playbook.syntax.nodes import Scalar

_NAME_OF_A_PERSON = 20
"""Characters that LINE allows in a display name."""
_NEVER_LONGER = {"date": 10, "time": 5, "date_time": 16, "yes_no": 1}
_FORMATTED = {"date": 10, "time": 5, "date_time": 16, "weekday": 2}


def limited(scope: Scope, node: Scalar, limit: TextSpec) -> LineObject:
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


def check_length(scope: Scope, node: Scalar, template: Template, limit: TextSpec) -> None:
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
    scope.wrong(node, _code(limit), message, _hint(limit, fixed))


def _code(limit: TextSpec) -> Code:
    return "alt-too-long" if limit is SHOWN_AS_ALT else _CODES.get(limit.what, "text-too-long")


_CODES: Mapping[str, Code] = {
    "alt": "alt-too-long",
    "label": "label-too-long",
    "data": "data-too-long",
    "name": "sender-name",
}


def _hint(limit: TextSpec, fixed: str | None) -> Said:
    if limit is TEXT:
        return say("write a list of several texts")
    if limit is SHOWN_AS_ALT:
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
        most = _FORMATTED.get(part.format or "", _NEVER_LONGER.get(part.type, 0))
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
