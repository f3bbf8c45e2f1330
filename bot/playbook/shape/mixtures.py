"""Keys that do not go together in one place, each with its long form to paste."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from bot.model.translatable import Translatable, row, tr
from bot.playbook.codes import Code
from bot.playbook.shape.messages import DESTINATIONS
from bot.playbook.shape.schema import ACTIONS
from bot.playbook.shape.words import Schema, kinds_among
from bot.playbook.similar import LISTED


@dataclass(frozen=True, slots=True)
class Mixed:
    """What is wrong with the keys of a place; `key` is the one to underline, `None` the place itself."""

    code: Code
    message: Translatable
    hint: Translatable | None
    key: str | None = None


def _kinds(schema: Schema, keys: Sequence[str]) -> Iterator[Mixed]:
    kinds = schema["kinds"]
    thing, words = kinds["thing"], kinds["words"]
    here = kinds_among(kinds, keys)
    if not here:
        message = tr("{thing} needs a kind: {words}", thing=Translatable(thing), words=row(words))
        if len(words) > LISTED:
            message = tr(
                "{thing} needs a kind, such as {words}", thing=Translatable(thing), words=row(words[:3])
            )
        hint = tr("add  contents: {type: bubble, …}  or  file: cards/a.json") if thing == "flex" else None
        yield Mixed("no-kind", message, hint)
        return
    if len(here) > 1:
        first, second = here[:2]
        message = tr(
            "{thing} has one kind, here are two: {two}", thing=Translatable(thing), two=row(here[:2])
        )
        if thing == "a condition":
            message = tr(
                "{thing} has one key, here are two: {two}", thing=Translatable(thing), two=row(here[:2])
            )
        apart = kinds["apart"] or partial(_as_list, thing)
        yield Mixed(kinds["two"], message, apart(first, second), second)
        return
    for key in keys:
        of = kinds["with"].get(key)
        if of is not None and here[0] not in of:
            message = tr('"{key}" belongs to {of}, not to {kind}', key=key, of=row(of, "and"), kind=here[0])
            hint = tr("leave it out here")
            if here[0] == "shop" and key in ("to", "from"):
                hint = tr("for a value, write  when: {attribute_changed: tier, {key}: …}", key=key)
            yield Mixed("refinement-elsewhere", message, hint, key)


def _as_list(thing: str, first: str, second: str) -> Translatable:
    if thing == "a condition":
        return tr(
            "for both, write a list:  [{{first}: …}, {{second}: …}];  for either:  {any: […]}",
            first=first,
            second=second,
        )
    if thing == "a trigger" and second == "after" and first in ("date", "anniversary"):
        return tr("for days after that date write  days_after: …;  months of a date:  months_after: …")
    if thing == "a trigger":
        return tr(
            "to react to either, write a list:  [{{first}: …}, {{second}: …}]", first=first, second=second
        )
    if thing in ("a card", "a link", "flex"):
        return tr("leave out  {first}:  or  {second}:", first=first, second=second)
    return tr("write a list:  [{{first}: …}, {{second}: …}]", first=first, second=second)


def _acts(schema: Schema, keys: Sequence[str]) -> Iterator[Mixed]:
    acting = [key for key in keys if key in ACTIONS]
    if "do" in keys and acting:
        message = tr('"{acting}" stands beside "do"', acting=acting[0])
        hint = tr("move it into the list:  do: [{{acting}: …}, …]", acting=acting[0])
        yield Mixed("action-and-do", message, hint, acting[0])
    elif len(acting) > 1:
        first, second = acting[:2]
        message = tr(
            "one action can stand here, and these are two: {first}, {second}", first=first, second=second
        )
        yield Mixed(
            "two-actions",
            message,
            _do_both(schema["title"], first, second),
            second,
        )
    elif not acting and all(key in schema["properties"] for key in keys):  # any other may be meant as one
        if schema["acts"] == "or to":
            yield Mixed(
                "missing-key",
                tr('nothing happens here: an action, "do" or "to" is missing'),
                tr("add  to: …"),
            )
        else:
            yield Mixed(
                "missing-key", tr('nothing happens here: an action or "do" is missing'), tr("add  reply: …")
            )


def _do_both(title: str, first: str, second: str) -> Translatable:
    """Two actions as a list: a tap is mostly written between braces, all else on lines of its own."""
    if title == "tap":
        return tr("write a list:  do: [{{first}: …}, {{second}: …}]", first=first, second=second)
    return tr(
        "put both below  do: , each on a line of its own:\n    do:\n      - {first}: …\n      - {second}: …",
        first=first,
        second=second,
    )


def _tap(schema: Schema, keys: Sequence[str]) -> Iterator[Mixed]:
    leads = [key for key in keys if key in DESTINATIONS]
    if len(leads) > 1:
        message = tr(
            "a tap leads to one place, here are two: {first}, {second}", first=leads[0], second=leads[1]
        )
        hint = tr(
            "leave one out, or make two taps:  {label: …, {first}: …}, {label: …, {second}: …}",
            first=leads[0],
            second=leads[1],
        )
        yield Mixed("two-destinations", message, hint, leads[1])
        return
    acting = next((key for key in keys if key in ACTIONS or key == "do"), None)
    if "send" in leads and acting is not None:
        message = tr(
            '"{acting}" stands beside "send": what is said is heard by a rule, and the rule acts',
            acting=acting,
        )
        hint = tr("move it into the rule:  - {when: {text: …}, {acting}: …}", acting=acting)
        yield Mixed("send-with-actions", message, hint, acting)


WORDED: Mapping[str, Callable[[Schema, Sequence[str]], Iterator[Mixed]]] = {
    "kinds": _kinds,
    "acts": _acts,
    "tap": _tap,
}
"""What words a finding, by its keyword; given the schema of the place and its keys."""
