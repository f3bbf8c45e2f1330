"""Collects all steps, cards, taps, rules and conditions of a compiled playbook with their places, in one walk
that all checks of the graph share."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from bot.engine.compiled.card import Card, Tap
from bot.engine.compiled.flow import Flow, State
from bot.engine.compiled.playbook import Playbook
from bot.engine.compiled.rule import Rule, Trigger
from bot.engine.compiled.step import GiveResult, SendMessages, Show, Step, Steps
from bot.engine.conditions.condition import Condition
from bot.model.place import Place
from bot.playbook.graph.implication import ConditionForm, FormsById, form_of
from bot.playbook.syntax.nodes import List, Map, Node, Scalar, maps, place_of, scalars

_PLACEHOLDER = re.compile(r"\{\{\s*([a-z]+)\.([a-z][a-z0-9_]*)")
"""Matches the begin of a placeholder with its group and name, where both are ASCII words."""


@dataclass(frozen=True, slots=True)
class Site:
    """A list of steps, and what it belongs to.

    Outside of flows: a `rule`, a `tap`, or a form's result. In a flow: a `rule` (with `state` `None` it is
    one of the whole flow), an item of a branch (a `rule` without triggers), or a `state`, whose steps are
    done on entry.
    """

    place: Place
    steps: Steps
    flow: Flow | None = None
    state: State | None = None
    rule: Rule | None = None
    tap: Tap | None = None
    result: GiveResult | None = None
    """The steps are those of a result, done when the page has sent its trigger."""


@dataclass(frozen=True)
class Survey:
    """A compiled playbook, prepared for the checks."""

    playbook: Playbook
    root: Map
    """The canonical document: it tells what was written at all, and where."""
    flows: tuple[Flow, ...]
    """All flows, with the variants of channels that have settings of their own."""
    sites: tuple[Site, ...]
    """All lists of steps."""
    cards: tuple[Card, ...]
    """All cards that can be sent, each once; a named card that nothing uses is not among them."""
    taps: tuple[Tap, ...]
    """The taps of all cards, also of those that nothing sends, and of rich menus."""

    @cached_property
    def _forms(self) -> FormsById:
        """The cache of `form`, by the `id` of conditions."""
        return {}  # by identity: conditions live as long as the playbook

    def form(self, condition: Condition | None) -> ConditionForm:
        """The form in which a condition is compared; computed once for each."""
        return form_of(condition, self._forms)

    def has_value(self, *path: str) -> bool:
        """Whether the document has a value at the end of these keys."""
        return self._key(*path) is not None

    def place(self, *path: str) -> Place:
        """The place of the last of these keys; where that is not known, the whole document."""
        return place_of(self._key(*path) or self.root)

    def _key(self, *path: str) -> Node | None:
        """The node of the last of these keys."""
        node: Node | None = self.root
        key: Node | None = None
        for name in path:
            pair = node.pairs.get(name) if isinstance(node, Map) else None
            if pair is None:
                return None
            key, node = pair
        return key

    @cached_property
    def placeholders(self) -> tuple[tuple[str, str, Scalar], ...]:
        """Group, name and text of every placeholder of the playbook: `attribute`, `points`, the text."""
        texts = [text for text in scalars(self.root) if "{{" in text.value]
        return tuple(
            (group, name, text) for text in texts for group, name in _PLACEHOLDER.findall(text.value)
        )

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """All rules with triggers, those in flows included."""
        return (*self.playbook.rules, *(r for flow in self.flows for r in rules_in(flow)))

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """Every step of the playbook."""
        return tuple(step for site in self.sites for step in site.steps)

    @cached_property
    def triggers(self) -> tuple[tuple[Trigger, Place], ...]:
        """Every trigger, of rules and of journeys, with the place of its rule or flow."""
        triggers: list[tuple[Trigger, Place]] = [(t, rule.place) for rule in self.rules for t in rule.when]
        triggers += [(t, flow.start.place) for flow in self.flows if flow.start for t in flow.start.when]
        return tuple(triggers)

    @cached_property
    def conditions(self) -> tuple[Condition, ...]:
        """Every condition of rules, branches, journeys, rich menus and audiences, as a whole."""
        conditions = [rule.condition for rule in self.rules]
        conditions += [
            item.condition for flow in self.flows for s in flow.states.values() for item in s.branch
        ]
        conditions += [flow.start.condition for flow in self.flows if flow.start]
        conditions += [menu.condition for menu in self.playbook.menus]
        conditions += [audience.condition for audience in self.playbook.audiences.values()]
        conditions += [broadcast.to for broadcast in self.playbook.broadcasts.values()]
        return tuple(condition for condition in conditions if condition is not None)


def survey(playbook: Playbook, root: Map) -> Survey:
    """The survey of a playbook; `root` is its canonical document."""
    flows = (*playbook.flows.values(), *playbook.variants.values())
    walk = _walked(playbook, flows)
    cards = tuple(walk.cards.values())
    walk.add_cards(playbook.cards.values())  # adds the taps of cards that nothing sends
    return Survey(playbook, root, flows, tuple(walk.sites), cards, tuple(walk.taps.values()))


def every_site(playbook: Playbook) -> Sequence[Site]:
    """All lists of steps of a playbook, without the rest of the survey."""
    walk = _walked(playbook, (*playbook.flows.values(), *playbook.variants.values()))
    walk.add_cards(playbook.cards.values())
    return walk.sites


def _walked(playbook: Playbook, flows: Iterable[Flow]) -> _Walk:
    walk = _Walk()
    for rule in playbook.rules:
        walk.site(Site(rule.place, rule.do, rule=rule))
    for flow in flows:
        walk.flow(flow)
    for form in playbook.forms.values():
        for field in form.questions:
            walk.add_cards((*field.ask, *(field.otherwise or ())))
        if form.done is not None:
            walk.site(Site(form.done.place, form.done.do, result=form.done))
    for menu in playbook.menus:
        for tab in menu.tabs.values():
            walk.tapped(area.tap for area in tab.areas)
    for broadcast in playbook.broadcasts.values():
        walk.add_cards(broadcast.cards)
    if playbook.privacy is not None:
        walk.add_cards((playbook.privacy.card,))
    return walk


class _Walk:
    """What the walk through a playbook has collected; cards and taps by `id`, so that each counts once."""

    def __init__(self) -> None:
        self.sites: list[Site] = []
        self.cards: dict[int, Card] = {}
        self.taps: dict[int, Tap] = {}

    def site(self, site: Site) -> None:
        """Add a list of steps, with the cards and results in it."""
        if not site.steps:
            return
        self.sites.append(site)
        for step in site.steps:
            match step:
                case SendMessages(cards=cards):
                    self.add_cards(cards)
                case Show(text=card):
                    self.add_cards((card,))
                case GiveResult(place=place, do=do):
                    self.site(Site(place, do, site.flow, site.state, site.rule, site.tap, step))
                case _:
                    pass

    def flow(self, flow: Flow) -> None:
        """Add all of a flow."""
        for rule in flow.rules:
            self.site(Site(rule.place, rule.do, flow, rule=rule))
        for state in flow.states.values():
            self.site(Site(state.place, state.do, flow, state))
            for rule in (*state.rules, *state.branch):
                self.site(Site(rule.place, rule.do, flow, state, rule))
            if state.question is not None:
                self.add_cards((*state.question.ask, *(state.question.otherwise or ())))

    def add_cards(self, cards: Iterable[Card]) -> None:
        """Add cards with their taps."""
        for card in cards:
            if id(card) not in self.cards:
                self.cards[id(card)] = card
                self.tapped(card.taps)

    def tapped(self, taps: Iterable[Tap]) -> None:
        """Add taps with their actions."""
        for tap in taps:
            if id(tap) not in self.taps:
                self.taps[id(tap)] = tap
                self.site(Site(tap.place, tap.do, tap=tap))


def rules_in(flow: Flow) -> Iterator[Rule]:
    """The rules of a flow: of its states, then of the whole flow."""
    for state in flow.states.values():
        yield from state.rules
    yield from flow.rules


def named(node: Node, key: str) -> Iterator[str]:
    """All texts under this key, alone or in a list, anywhere in the document; in any order."""
    for here in maps(node):
        if (pair := here.pairs.get(key)) is not None:
            items = pair[1].items if isinstance(pair[1], List) else [pair[1]]
            yield from (item.value for item in items if isinstance(item, Scalar))
