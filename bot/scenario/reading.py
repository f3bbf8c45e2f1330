"""Reads nodes of a scenario file whose shape is valid: texts, typed values, and names of the playbook."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Set
from dataclasses import dataclass, field
from typing import TypeVar, get_args

from bot.engine.compiled.pages import page_names
from bot.engine.compiled.playbook import AttributeInfo, Playbook
from bot.engine.texts.typed import typed
from bot.model.problem import Level, Problem
from bot.model.translatable import Translatable, tr
from bot.model.value import Type, Value
from bot.playbook.codes import Code, mistake
from bot.playbook.shape.promotions import WORDS_PARTS
from bot.playbook.similar import hint_for, not_one_of, quoted
from bot.playbook.syntax.nodes import List, Map, Node, Path, Scalar, first_of, place_of
from bot.scenario.checks import NOTHING
from bot.scenario.given import GivenBinding

_T = TypeVar("_T")

THINGS: dict[str, Code] = {
    "card": "unknown-card",
    "flow": "unknown-flow",
    "state": "unknown-state",
    "menu": "unknown-menu",
    "tab": "unknown-tab",
    "tag": "unknown-tag",
    "attribute": "unknown-attribute",
    "hook": "unknown-hook",
    "link": "unknown-link",
    **{part.named.thing.template: part.named.unknown for part in WORDS_PARTS},
    "page": "unknown-page",
    "field": "unknown-field",
    "channel": "unknown-channel",
    "split": "unknown-split",
    "store": "unknown-store",
    "signal": "unknown-signal",
    "broadcast": "bad-value",
    "person": "bad-value",
    "group": "bad-value",
    "input": "bad-value",
    "rule": "bad-value",
}
"""The code of the problem for an unknown name, by the kind of thing that it should name."""


def text(node: Node) -> str:
    """The text as it was written; empty for an empty node."""
    return node.value if isinstance(node, Scalar) and not node.nothing else ""


def items(node: Node | None) -> list[Node]:
    """The items of a list; one thing needs no list, and of nothing there are none."""
    return [] if node is None else node.items if isinstance(node, List) else [node]


def texts(node: Node | None) -> tuple[str, ...]:
    """One text, or a list of them."""
    return tuple(map(text, items(node)))


def pairs(node: Node | None) -> Iterator[tuple[str, Scalar, Node]]:
    """Every key of a block, with its own node and that of its value; of a text there are none."""
    for name, (key, value) in node.pairs.items() if isinstance(node, Map) else ():
        yield name, key, value


def only(node: Map) -> tuple[str, Scalar, Node]:
    """The one key of a block."""
    [found] = pairs(node)
    return found


def switch(node: Node | None) -> bool | None:
    """Whether the node is `true`; `None` where there is none."""
    return None if node is None else text(node) == "true"


def word(node: Node, known: Iterable[_T]) -> _T:
    """The one of these words that the node is."""
    return next(one for one in known if one == text(node))


def bindings(node: Node | None) -> tuple[GivenBinding, ...]:
    """The bindings that a node names."""
    return tuple(word(item, get_args(GivenBinding)) for item in items(node))


def nothing(node: Node) -> bool:
    """Whether the node has no value."""
    return isinstance(node, Scalar) and node.nothing


def is_nothing_word(node: Node) -> bool:
    """Whether the node says `nothing`."""
    return isinstance(node, Scalar) and node.value == NOTHING


@dataclass(eq=False, repr=False)
class Reading:
    """One scenario file while it is read."""

    playbook: Playbook
    """The playbook in force at the step that is being read."""
    refused: Set[Path] = frozenset()
    """The places whose shape is wrong; their problems are reported already."""
    people: tuple[str, ...] = ()
    """The names of people in the file."""
    clerks: Collection[str] = ()
    """The codes of clerks in the file."""
    problems: list[Problem] = field(default_factory=list)
    """What is wrong beside the shape."""

    def wrong(
        self,
        node: Node,
        code: Code,
        message: Translatable,
        hint: Translatable | None = None,
        level: Level = "error",
    ) -> None:
        """Note a mistake at a node."""
        at = first_of(node)
        self.problems.append(mistake(place_of(at), code, message, hint=hint, width=at.width, level=level))

    def _sound(self, node: Node) -> bool:
        """Whether the shape of a node is right, and that of all in it."""
        return not any(path[: len(node.path)] == node.path for path in self.refused)

    def sound_values(self, node: Node | None) -> dict[str, Node]:
        """The values of a block, by key, without those whose shape is wrong."""
        return {name: value for name, _, value in pairs(node) if self._sound(value)}

    def sound_blocks(self, node: Node | None) -> list[Map]:
        """The blocks of a list, or the single one, without those whose shape is wrong."""
        return [one for one in items(node) if isinstance(one, Map) and self._sound(one)]

    def name(
        self, node: Node, thing: str, known: Collection[str], hint: Translatable | None = None
    ) -> str | None:
        """The name of a thing that is known; else the problem is noted, and it is `None`. Of a key, `node` is
        its own."""
        found = text(node)
        if found in known:
            return found
        self.unknown(node, thing, found, known, hint)
        return None

    def person(self, node: Node) -> str | None:
        """One of the people who are named in the file."""
        hint = tr("write the people into  given: {people: {小美: {}, 大明: {}}}")
        return self.name(node, "person", self.people, hint)

    def unknown(
        self, node: Node, thing: str, name: str, known: Collection[str], hint: Translatable | None = None
    ) -> None:
        """Note that there is no such name."""
        message = tr("no {thing} is called {name}", thing=Translatable(thing), name=quoted(name))
        self.wrong(node, THINGS[thing], message, hint_for(name, known) or hint)

    def state(self, flow: str, node: Node) -> str | None:
        """A state of this flow; one that is gone is answered with where its people are."""
        states, moved = self.playbook.flows[flow].states, self.playbook.flows[flow].moved
        name = text(node)
        if name in moved and name not in states:
            self.unknown(
                node, "state", name, (), tr("its people are in {state} now", state=quoted(moved[name]))
            )
            return None
        return self.name(node, "state", states)

    def flow_state(self, key: Scalar, node: Node, hint: Translatable | None = None) -> tuple[str, str] | None:
        """A flow with a state in which a person can be found; `None`, with a problem noted, for any other."""
        flow = self.name(key, "flow", self.playbook.flows)
        state = None if flow is None else self.state(flow, node)
        if flow is None or state is None:
            return None
        if not self.playbook.flows[flow].states[state].rests:
            message = tr("nobody is ever found in {state}: it is left at once", state=quoted(state))
            self.wrong(node, "bad-value", message, hint)
            return None
        return flow, state

    def pages(self) -> tuple[str, ...]:
        """The names of all pages."""
        return page_names(self.playbook)

    def attribute(self, key: Scalar) -> AttributeInfo | None:
        """A declared attribute."""
        name = self.name(key, "attribute", self.playbook.attributes)
        return None if name is None else self.playbook.attributes[name]

    def value(self, node: Node, info: AttributeInfo) -> Value | None:
        """A value for an attribute, typed; one of `values` where it has them."""
        value = self.typed(node, info.key, info.type)
        if value is not None and info.values is not None and value not in info.values:
            known = [str(allowed) for allowed in info.values]
            self.wrong(node, "value-not-allowed", not_one_of(text(node), known), hint_for(text(node), known))
        return value

    def typed(self, node: Node, key: str, type_: Type) -> Value | None:
        """A value of this type."""
        value = None if nothing(node) else typed(text(node), type_, self.playbook.zone)
        if value is None:
            message = tr(
                '{text} is not of the type of "{key}": {type}', text=quoted(text(node)), key=key, type=type_
            )
            self.wrong(node, "type-mismatch", message)
        return value

    def values(self, node: Node | None) -> dict[str, Value]:
        """Attributes with their values, by slot."""
        found = {}
        for _, key, value_node in pairs(node):
            info = self.attribute(key)
            value = None if info is None else self.value(value_node, info)
            if info is not None and value is not None:
                found[info.slot] = value
        return found

    def groups(self, node: Node | None) -> dict[str, str]:
        """Splits, each with one of its groups."""
        found = {}
        for name, key, value in pairs(node):
            if self.name(key, "split", self.playbook.splits) is not None:
                group = self.name(value, "group", self.playbook.splits[name])
                if group is not None:
                    found[name] = group
        return found


def phone(node: Node | None) -> str | None:
    """A mobile number, as E.164."""
    found = None if node is None else typed(text(node), "phone")
    return None if found is None else str(found)
