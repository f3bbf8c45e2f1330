"""What one compilation shares: the document, its names and types, what is wrong with it, what is compiled."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.engine.compiled.card import Card, Tap
from bot.engine.compiled.playbook import TAIPEI, AttributeInfo, ChannelRules
from bot.engine.times.hours import Hours
from bot.model.place import Place
from bot.model.problem import Problem
from bot.model.value import Type
from bot.playbook.compile.scope.position import FlowScope, Need
from bot.playbook.shape.sections import Section
from bot.playbook.syntax.entries import mentions
from bot.playbook.syntax.nodes import Map, Node, Scalar, maps, scalars


@dataclass
class Book:
    """One compilation. `refused` are (section, name) that phases before have refused: they are not unknown.

    `find` gives the place of a piece of text inside a value. `open_cards` are the named cards that are being
    compiled, `needs` the placeholders that a finished one needs where it is used, `hook_needs` those of a
    hook's body.
    `cache` is free for modules that keep something for one compilation.
    """

    root: Map
    folder: Path
    refused: frozenset[tuple[str, str]]
    find: Callable[[str, Scalar], Place | None]
    zone: ZoneInfo = TAIPEI
    lost: str = ""
    """The text of what could not be read; it may hold names."""
    left_out: tuple[tuple[str, Node], ...] = ()
    """What phases before have refused, by section: nothing is made of it, but it may put on tags."""
    problems: list[Problem] = field(default_factory=list)
    names: Mapping[Section, frozenset[str]] = field(default_factory=dict)
    flows: dict[str, FlowScope] = field(default_factory=dict)
    attributes: dict[str, AttributeInfo] = field(default_factory=dict)
    channels: dict[str, ChannelRules] = field(default_factory=dict)
    signals: dict[str, Mapping[str, Type]] = field(default_factory=dict)
    returns: dict[str, Mapping[str, Type]] = field(default_factory=dict)
    hours: dict[str, Hours | None] = field(default_factory=dict)
    promotions: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    """By section, those that are compiled by now: coupons first."""
    cards: dict[str, Card] = field(default_factory=dict)
    open_cards: list[str] = field(default_factory=list)
    needs: dict[str, Sequence[Need]] = field(default_factory=dict)
    hook_needs: dict[str, Sequence[Need]] = field(default_factory=dict)
    taps: dict[str, Tap] = field(default_factory=dict)
    files: dict[str, Path] = field(default_factory=dict)
    """What is to be served, by its path below our own address."""
    beside: dict[str, Path] = field(default_factory=dict)
    """The files that it is made of beside its YAML, by their path from its folder."""
    digests: Mapping[str, str] = field(default_factory=dict)
    """Their sha256."""
    marks: tuple[str, ...] = ()
    """What the version is made of beside the document."""
    cache: dict[str, Any] = field(default_factory=dict)

    def section(self, name: str) -> Mapping[str, tuple[Scalar, Node]]:
        """The entries of a section by name; empty where the playbook has none."""
        node = self.root.get(name)
        return node.pairs if isinstance(node, Map) else {}

    def blocks(self, section: str) -> Iterator[tuple[Scalar, Map]]:
        """The entries of a section that are blocks, each with the key that is its name."""
        return ((key, node) for key, node in self.section(section).values() if isinstance(node, Map))

    def named_under(self, *keys: str) -> frozenset[str]:
        """All texts below these keys, anywhere in the playbook."""
        cached: dict[tuple[str, ...], frozenset[str]] = self.cache.setdefault("named under", {})
        if keys not in cached:
            values = (here.get(key) for here in maps(self.root) for key in keys)
            cached[keys] = frozenset(text.value for value in values if value for text in scalars(value))
        return cached[keys]

    def may_have(self, section: str) -> bool:
        """Whether the playbook has a section, or may have it: refused, or in a file that cannot be read."""
        there = self.root.get(section) is not None or (section, "") in self.refused
        return there or mentions(self.lost, [section])
