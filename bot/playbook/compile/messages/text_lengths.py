"""How long texts with placeholders may become, so that LINE's limits are checked before anything is sent."""

from __future__ import annotations

from bot.engine.compiled.card import TEXT_MOST, Bounded, LineObject
from bot.engine.texts.template import Placeholder, Template
from bot.engine.texts.text import Unit, length
from bot.engine.types.table import TYPES, type_of
from bot.line.objects.spec import TextSpec
from bot.model.translatable import TranslatableValue, tr
from bot.playbook.compile.scope.position import AnswerScope
from bot.playbook.compile.scope.scope import Scope
from bot.playbook.similar import quoted
from bot.playbook.syntax.nodes import Scalar

_NAME_OF_A_PERSON = 20
"""Most characters of a display name at LINE."""
_WEEKDAY = 2
"""Characters of a weekday in Chinese."""
_SHORT = 500
"""A limit up to this many characters may well be exceeded by what people write."""


def limited(scope: Scope, node: Scalar, limit: TextSpec) -> LineObject:
    """The text as a form with its limit; the text itself where nothing is filled in. An empty one is
    reported."""
    if not node.value.strip():
        if not node.unset:
            message = tr("this {what} is empty", what=limit.what)
            scope.wrong(node, "bad-value", message, tr("write a text, or leave it out"))
        return node.value
    template = scope.template(node)
    fixed = template.fixed
    if fixed is not None:
        return fixed
    if limit.most <= _SHORT:
        _warn_of_free_text(scope, node, template, limit)
    return Bounded(template, limit.most, limit.unit, f"the {limit.what}", limit.whole)


def _warn_of_free_text(scope: Scope, node: Scalar, template: Template, limit: TextSpec) -> None:
    """Warn of a placeholder of any length in a text with a small limit: it is cut, or not sent."""
    for part in template.placeholders:
        if not _is_free(scope, part):
            continue
        named: dict[str, TranslatableValue] = {
            "name": quoted(f"{part.group}.{part.name}"),
            "what": limit.what,
            "most": f"{limit.most:,}",
        }
        message = tr("{name} may be of any length, this {what} takes {most} characters: it is cut", **named)
        hint = tr("write it in the text of a message, which takes {most}", most=f"{TEXT_MOST:,}")
        if limit.whole:
            message = tr(
                "{name} may be of any length, this {what} takes {most} characters: else nothing is sent",
                **named,
            )
            hint = tr("say something there that is the same for everybody")
        scope.wrong(node, "text-may-be-cut", message, hint, level="warning")
        return


def _is_free(scope: Scope, part: Placeholder) -> bool:
    """Whether the length of a placeholder has no bound: a text without a list of values, limit and format."""
    if part.group not in ("attribute", "answer", "event") or part.type != "text" or part.format is not None:
        return False
    question = _question_of(scope, part)
    if question is not None and (question.answer not in (None, "text") or question.longest is not None):
        return False
    return not _values(scope, part)


def _question_of(scope: Scope, part: Placeholder) -> AnswerScope | None:
    """The question of this flow that an `answer` placeholder stands for; `None` for others."""
    if part.group != "answer" or scope.where.flow is None:
        return None
    return scope.where.flow.answers.get(part.name)


def longest_text(scope: Scope, template: Template, unit: Unit) -> str:
    """The text with the longest value of each placeholder, measured in `unit`.

    Where the length of a value is not known, its default counts: LINE's limit is checked again when it is
    filled.
    """
    return "".join(
        [part if isinstance(part, str) else _longest_value(scope, part, unit) for part in template.parts]
    )


def _longest_value(scope: Scope, part: Placeholder, unit: Unit) -> str:
    """The longest value of a placeholder, or the longest that its type allows."""
    known = _values(scope, part)
    if not known and part.group == "contact" and part.name == "name":
        known = ("字" * _NAME_OF_A_PERSON,)
    elif (question := _question_of(scope, part)) is not None and question.longest is not None:
        known = ("字" * question.longest,)
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
    if (question := _question_of(scope, part)) is not None:
        return tuple(str(choice) for choice in question.choices or ())
    return ()
