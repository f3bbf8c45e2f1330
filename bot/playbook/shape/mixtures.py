"""Keys that do not go together in one place, each with its long form to paste."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.playbook.codes import Code
from bot.playbook.shape.messages import DESTINATIONS
from bot.playbook.shape.schema import ACTIONS
from bot.playbook.shape.words import Schema
from bot.playbook.similar import LISTED, nearest


@dataclass(frozen=True, slots=True)
class Mixed:
    """What is wrong with the keys of a place; `key` is the one to underline, `None` the place itself."""

    code: Code
    message: str
    hint: str | None
    key: str | None = None


def _kinds(schema: Schema, keys: Sequence[str]) -> Iterator[Mixed]:
    kinds = schema["kinds"]
    thing, words = kinds["thing"], kinds["words"]
    here = [key for key in keys if key in words]
    if not here:
        listed = f": {', '.join(words)}" if len(words) <= LISTED else f", such as {', '.join(words[:3])}"
        yield Mixed("no-kind", f"{thing} needs a kind{listed}", None)
        return
    if len(here) > 1:
        first, second = here[:2]
        what = "key" if thing == "a condition" else "kind"
        message = f"{thing} has one {what}, here are two: {first}, {second}"
        yield Mixed(kinds["two"], message, _as_list(thing, first, second), second)
        return
    for key in keys:
        of = kinds["with"].get(key)
        if of is not None and here[0] not in of:
            message = f'"{key}" belongs to {_listed(of)}, not to {here[0]}'
            yield Mixed("refinement-elsewhere", message, "leave it out here", key)


def _as_list(thing: str, first: str, second: str) -> str:
    if thing == "a condition":
        return f"for both, write a list:  [{{{first}: …}}, {{{second}: …}}];  for either:  {{any: […]}}"
    if thing == "a trigger":
        return f"to react to either, write a list:  [{{{first}: …}}, {{{second}: …}}]"
    if thing in ("a card", "a link", "flex"):
        return f"leave out  {first}:  or  {second}:"
    return f"write a list:  [{{{first}: …}}, {{{second}: …}}]"


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _acts(schema: Schema, keys: Sequence[str]) -> Iterator[Mixed]:
    acting = [key for key in keys if key in ACTIONS]
    if "do" in keys and acting:
        message = f'"{acting[0]}" stands beside "do"'
        hint = f"move it into the list:  do: [{{{acting[0]}: …}}, …]"
        yield Mixed("action-and-do", message, hint, acting[0])
    elif len(acting) > 1:
        first, second = acting[:2]
        message = f"one action can stand here, and these are two: {first}, {second}"
        yield Mixed("two-actions", message, f"write a list:  do: [{{{first}: …}}, {{{second}: …}}]", second)
    elif not acting and not _meant(schema, keys):
        if schema["acts"] == "or to":
            yield Mixed(
                "missing-key", 'nothing happens here: an action, "do" or "to" is missing', "add  to: …"
            )
        else:
            yield Mixed("missing-key", 'nothing happens here: an action or "do" is missing', "add  reply: …")


def _meant(schema: Schema, keys: Sequence[str]) -> bool:
    """Whether a key that is not known here was meant as an action, or belongs to a rule of a flow."""
    wanted = {*ACTIONS, "do", "to"}
    return any(nearest(key, wanted) for key in keys if key not in schema["properties"])


def _tap(schema: Schema, keys: Sequence[str]) -> Iterator[Mixed]:
    leads = [key for key in keys if key in DESTINATIONS]
    if len(leads) > 1:
        message = f"a tap leads to one place, here are two: {leads[0]}, {leads[1]}"
        hint = f"leave one out, or make two taps:  {{label: …, {leads[0]}: …}}, {{label: …, {leads[1]}: …}}"
        yield Mixed("two-destinations", message, hint, leads[1])
        return
    acting = next((key for key in keys if key in ACTIONS or key == "do"), None)
    if "send" in leads and acting is not None:
        message = f'"{acting}" stands beside "send": what is said is heard by a rule, and the rule acts'
        hint = f"move it into the rule:  - {{when: {{text: …}}, {acting}: …}}"
        yield Mixed("send-with-actions", message, hint, acting)


WORDED: Mapping[str, Callable[[Schema, Sequence[str]], Iterator[Mixed]]] = {
    "kinds": _kinds,
    "acts": _acts,
    "tap": _tap,
}
