"""How long texts may become: with the longest that their placeholders may stand for."""

from __future__ import annotations

from bot.engine.compiled.card import Bounded, LineObject
from bot.engine.texts.template import Placeholder, Template
from bot.engine.texts.text import Unit, length
from bot.engine.types.table import TYPES, type_of
from bot.line.objects.spec import TextSpec
from bot.model.said import say
from bot.playbook.compile.scope.scope import Scope
from bot.playbook.syntax.nodes import Scalar

_NAME_OF_A_PERSON = 20
"""Characters that LINE allows in a display name."""
_WEEKDAY = 2


def limited(scope: Scope, node: Scalar, limit: TextSpec) -> LineObject:
    """The text as a form: itself where nothing is filled in. One with nothing to read in it is reported."""
    if not node.value.strip():
        if not node.unset:
            message = say("this {what} is empty", what=limit.what)
            scope.wrong(node, "bad-value", message, say("write a text, or leave it out"))
        return node.value
    template = scope.template(node)
    fixed = template.fixed
    return Bounded(template, limit.most, limit.unit, f"the {limit.what}") if fixed is None else fixed


def longest_text(scope: Scope, template: Template, unit: Unit) -> str:
    """The text with the longest value of each placeholder, as far as that can be known.

    A placeholder counts with its longest value where there is one, else with its default: for what nobody can
    know, LINE's limit is looked at again when the text is filled.
    """
    return "".join(
        [part if isinstance(part, str) else _longest_value(scope, part, unit) for part in template.parts]
    )


def _longest_value(scope: Scope, part: Placeholder, unit: Unit) -> str:
    known = _values(scope, part)
    if not known and part.group == "contact" and part.name == "name":
        known = ("字" * _NAME_OF_A_PERSON,)
    elif not known:
        shown_as = type_of(part.format or "") or TYPES[part.type]
        known = ("字" * (_WEEKDAY if part.format == "weekday" else shown_as.longest),)
    return max((*known, part.default or ""), key=lambda text: length(text, unit))


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
