"""What all compilers share during one compilation: the document, its names and types, the findings, and what
has been compiled so far."""

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
    """The state of one compilation; filled by `compile/playbook` in its order."""

    root: Map
    """The canonical document."""
    folder: Path
    """The playbook's folder, for files that it names."""
    refused: frozenset[tuple[str, str]]
    """(section, name) of entries that earlier phases refused: a reference to one is not reported as unknown.
    An empty name is the whole section."""
    find: Callable[[str, Scalar], Place | None]
    """Gives the place of a piece of text inside a value."""
    zone: ZoneInfo = TAIPEI
    lost: str = ""
    """The text of files that could not be read; it may declare names."""
    left_out: tuple[tuple[str, Node], ...] = ()
    """(section, node) of what earlier phases refused: it is not compiled, but the tags that it adds are
    known."""
    problems: list[Problem] = field(default_factory=list)
    names: Mapping[Section, frozenset[str]] = field(default_factory=dict)
    """By section: all names that may be referred to."""
    flows: dict[str, FlowScope] = field(default_factory=dict)
    attributes: dict[str, AttributeInfo] = field(default_factory=dict)
    channels: dict[str, ChannelRules] = field(default_factory=dict)
    signals: dict[str, Mapping[str, Type]] = field(default_factory=dict)
    returns: dict[str, Mapping[str, Type]] = field(default_factory=dict)
    """By hook: the typed fields of its answer."""
    hours: dict[str, Hours | None] = field(default_factory=dict)
    promotions: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    """By section: the promotions that are compiled so far, coupons first."""
    cards: dict[str, Card] = field(default_factory=dict)
    """Compiled cards by key."""
    open_cards: list[str] = field(default_factory=list)
    """Names of the cards that are being compiled, outermost first, to find cycles."""
    needs: dict[str, Sequence[Need]] = field(default_factory=dict)
    """By named card: the placeholders that depend on the place where it is used."""
    hook_needs: dict[str, Sequence[Need]] = field(default_factory=dict)
    """By hook: the placeholders of its body that depend on the place of the call."""
    taps: dict[str, Tap] = field(default_factory=dict)
    """All compiled taps by key: of cards and of rich menus."""
    files: dict[str, Path] = field(default_factory=dict)
    """Files that the bot serves, by their path below its own address."""
    beside: dict[str, Path] = field(default_factory=dict)
    """The files beside the YAML that the playbook uses, by their path from its folder."""
    digests: Mapping[str, str] = field(default_factory=dict)
    """The sha256 of each file in `beside`."""
    marks: tuple[str, ...] = ()
    """What the version depends on beside the document, as in `Compiled.marks`."""
    cache: dict[str, Any] = field(default_factory=dict)
    """Results that modules store for this compilation, each under a key of its own."""

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
        """Whether the playbook has a section, or may have it: refused, or in a file that could not be
        read."""
        there = self.root.get(section) is not None or (section, "") in self.refused
        return there or mentions(self.lost, [section])
