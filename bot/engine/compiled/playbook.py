"""The compiled playbook: immutable, every name resolved, every text taken apart. `bot.playbook` makes it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, Literal
from zoneinfo import ZoneInfo

from transitions import Machine

from bot.engine.compiled.broadcast import Broadcast
from bot.engine.compiled.card import Card, CountedAddress, Tap, leaves
from bot.engine.compiled.flow import Flow, results_of, rules_of
from bot.engine.compiled.form import Form
from bot.engine.compiled.goal import BINDING, Priority, goal_of_broadcast, goal_of_flow, tapped_of
from bot.engine.compiled.machine import machine_of
from bot.engine.compiled.member_card import MemberCardSettings
from bot.engine.compiled.menu import Menu
from bot.engine.compiled.outside import Hook, Link
from bot.engine.compiled.own_address import tap_code
from bot.engine.compiled.rule import OnDate, OnNews, Rule
from bot.engine.compiled.rule_index import RuleIndex
from bot.engine.compiled.step import GiveResult
from bot.engine.conditions.around import may_hold_on
from bot.engine.conditions.condition import Condition
from bot.engine.conditions.people import ListedPeople, OnList
from bot.engine.texts.template import Template
from bot.engine.times.hours import Hours
from bot.engine.times.local_time import Duration, earlier
from bot.model.channel import GroupPolicy
from bot.model.one_time_code import PER_DAY
from bot.model.place import Place
from bot.model.retention import DEFAULT_DAYS, RetainedKind
from bot.model.value import Type, Value

TAIPEI = ZoneInfo("Asia/Taipei")
NOWHERE = "https://bot.invalid"
"""Our address where nothing is served (tests of a playbook): it is whole, and leads nowhere (RFC 2606)."""
HALF_A_DAY = Duration(seconds=12 * 3600)
WHOLE_DAY = Duration(seconds=24 * 3600)


@dataclass(frozen=True, slots=True)
class ChannelRules:
    """What decisions read of a channel: no secret."""

    name: str
    title: str = ""
    groups: GroupPolicy = "leave"
    staff: Literal["none", "line_chat", "console"] = "none"
    """Where staff answer: nowhere, in LINE's own chat, or in our console."""
    staff_silence: Duration = HALF_A_DAY
    """The bot has the conversation again so long after the last message."""
    reasons: tuple[str, ...] = ()
    """What staff may say when they end a conversation."""
    answer_within: timedelta | None = None
    """So soon staff have promised to answer who waits."""
    answer_hours: str | None = None
    """The hours in which that counts; `None`: always."""
    liff_id: str | None = None
    home: str | None = None
    """The page that LIFF opens where its address names none."""
    has_sms: bool = False
    sms: str | None = None
    """The provider of `sms:` that sends this channel's codes."""
    shop: str | None = None
    paused: Mapping[str, Place] = field(default_factory=dict)
    """The flows in which nobody moves on this channel, and where that is written."""


@dataclass(frozen=True, slots=True)
class TagInfo:
    """A declared tag; `expires` counts from the last tagging, to the end of that local day."""

    name: str
    expires: Duration | None = None
    category: str | None = None
    moved_from: str | None = None
    """Its former name: people's tags of that name are renamed."""


@dataclass(frozen=True, slots=True)
class AttributeInfo:
    """A declared attribute. `shop` names the shop that maps it; `writable`: whether it may be set here."""

    key: str
    type: Type
    slot: str
    title: str = ""
    values: tuple[Value, ...] | None = None
    private: bool = False
    shop: str | None = None
    writable: bool = True
    moved_from: str | None = None


@dataclass(frozen=True, slots=True)
class Audience:
    """A named condition, or a frozen list: `people`, read from the file `csv`."""

    name: str
    place: Place
    condition: Condition | None
    title: str = ""
    csv: str | None = None
    people: ListedPeople | None = None
    twice: int = 0  # repeated lines of the file
    refused: int = 0  # invalid lines of the file


@dataclass(frozen=True, slots=True)
class Store:
    """A store of `stores`; `group` is the name of its group in `store_groups`."""

    name: str
    title: str
    group: str | None = None


@dataclass(frozen=True, slots=True)
class PrivacyNotice:
    """The notice before personal data is asked for; `card` is its message in chat, `texts` its parts."""

    version: str
    card: Card
    texts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `number` in any span of this length: `3 per 7d`."""

    number: int
    span: Duration

    def is_reached(self, at: Collection[datetime], now: datetime, zone: ZoneInfo) -> bool:
        """Whether so many of the moments `at` are in the span that ends now."""
        since = earlier(now, self.span, zone)
        return sum(one > since for one in at) >= self.number


@dataclass(frozen=True)
class Playbook:
    """A marketer's whole bot, as far as it decides anything. Mappings are by name, if not said otherwise."""

    bot: str
    channels: Mapping[str, ChannelRules]
    rules: tuple[Rule, ...]
    version: str
    """The sha256 of the canonical form."""
    zone: ZoneInfo = TAIPEI
    language: str = "zh-TW"
    hours: Mapping[str, Hours] = field(default_factory=dict)
    tags: Mapping[str, TagInfo] = field(default_factory=dict)
    attributes: Mapping[str, AttributeInfo] = field(default_factory=dict)
    cards: Mapping[str, Card] = field(default_factory=dict)
    flows: Mapping[str, Flow] = field(default_factory=dict)
    variants: Mapping[tuple[str, str], Flow] = field(default_factory=dict)
    """By channel and name the flows whose settings the channel overrides."""
    menus: tuple[Menu, ...] = ()
    audiences: Mapping[str, Audience] = field(default_factory=dict)
    broadcasts: Mapping[str, Broadcast] = field(default_factory=dict)
    forms: Mapping[str, Form] = field(default_factory=dict)
    hooks: Mapping[str, Hook] = field(default_factory=dict)
    promotions: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """By section what each kind declares, by name: `Section` reads it."""
    links: Mapping[str, Link] = field(default_factory=dict)
    signals: Mapping[str, Mapping[str, Type]] = field(default_factory=dict)
    splits: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """The groups of each, with their shares in percent."""
    stores: Mapping[str, Store] = field(default_factory=dict)
    store_groups: Mapping[str, str] = field(default_factory=dict)
    member_card: MemberCardSettings | None = None
    taps: Mapping[str, Tap] = field(default_factory=dict)
    """By key all taps that come back as postbacks."""
    privacy: PrivacyNotice | None = None
    pushes_per_person: Rate | None = None
    reserved_for_high: int = 0
    """How many of these pushes only what has the priority `high` may use."""
    sms_per_day: int = PER_DAY
    consent_from: Literal["shop", "here", "strictest"] = "strictest"
    consent_to: tuple[str, ...] = ()
    """The shops to which a person's answer about marketing is written."""
    conversation_ends_after: Duration = WHOLE_DAY
    keep_conversations: int | None = DEFAULT_DAYS["conversations"]
    """Days for which transcripts are stored; `None`: not at all."""
    keep: Mapping[RetainedKind, int] = field(default_factory=dict)
    """Days for which other data of people are stored, where the playbook sets it."""
    testers: tuple[str, ...] = ()
    shop_tags: frozenset[str] = frozenset()
    tag_names: frozenset[str] = frozenset()
    """All tags of the playbook: those of `tags`, and all others that it puts on."""
    sms_texts: Mapping[str, Template] = field(default_factory=dict)
    """What an SMS with a code says, by the provider's name; no decision reads it, and it holds no secret."""
    public: str = field(default=NOWHERE, compare=False)
    """The base address of this server, as the world reaches it; the shell sets it."""

    def flow(self, name: str, channel: str) -> Flow | None:
        """A flow, or that of a form, as it runs on this channel; `None` where there is none of this name."""
        if self.variants and (variant := self.variants.get((channel, name))) is not None:
            return variant
        return self.flows.get(name) or self.form_flows.get(name)

    @cached_property
    def form_flows(self) -> Mapping[str, Flow]:
        """The flows that forms are run as, by name."""
        return {form.flow.name: form.flow for form in self.forms.values()}

    def store_title(self, store: str) -> str:
        """What people call a store; one that the playbook has no more by its name."""
        known = self.stores.get(store)
        return store if known is None else known.title

    def push_limit(self, priority: Priority) -> Rate | None:
        """How many pushes a person may have had, so that another one of this priority still goes."""
        rate = self.pushes_per_person
        if rate is None or priority == "high":
            return rate
        return replace(rate, number=rate.number - self.reserved_for_high)

    def machine(self, flow: Flow) -> Machine:
        """The state machine of a flow of this playbook, built once."""
        machine = self._machines.get(id(flow))
        if machine is None:
            machine = self._machines[id(flow)] = machine_of(flow)
        return machine

    @cached_property
    def _machines(self) -> dict[int, Machine]:
        return {}

    def results(self, flow: Flow) -> Mapping[str, GiveResult]:
        """The results that a flow may give, by their key."""
        found = self._results.get(id(flow))
        if found is None:
            found = self._results[id(flow)] = {result.key: result for result in results_of(flow)}
        return found

    @cached_property
    def _results(self) -> dict[int, Mapping[str, GiveResult]]:
        return {}

    @cached_property
    def index(self) -> RuleIndex:
        """The index of rules by what they match."""
        return RuleIndex(self.rules)

    @cached_property
    def journeys(self) -> Mapping[str, tuple[str, ...]]:
        """The names of the journeys that a kind of news may start, in the order of the file."""
        starting: dict[str, list[str]] = {}
        for name, flow in self.flows.items():
            for trigger in flow.start.when if flow.start is not None else ():
                if isinstance(trigger, OnNews) and name not in starting.setdefault(trigger.kind, []):
                    starting[trigger.kind].append(name)
        return {kind: tuple(names) for kind, names in starting.items()}

    @cached_property
    def goals(self) -> Mapping[str, tuple[tuple[str, OnNews], ...]]:
        """By kind of news the goals that it may reach: the name counted, and the news it must be."""
        sought = [(goal_of_broadcast(one.name), one.goal) for one in self.broadcasts.values()]
        sought += [(goal_of_flow(one.name), one.goal) for one in self.flows.values()]
        found = [(name, goal.news) for name, goal in sought if goal is not None]
        if self.broadcasts:
            found.append((BINDING, OnNews("bound", ("phone", "shop"))))
        kinds = dict.fromkeys(news.kind for _, news in found)
        return {kind: tuple(one for one in found if one[1].kind == kind) for kind in kinds}

    @cached_property
    def broadcast_taps(self) -> Mapping[str, tuple[str, ...]]:
        """By a tap's key the names under which it is counted: one for each broadcast that has the tap."""
        found: dict[str, list[str]] = {}
        for one in self.broadcasts.values():
            for key in dict.fromkeys(tap.key for card in one.cards for tap in card.taps if tap.comes_back):
                found.setdefault(key, []).append(tapped_of(one.name))
        return {key: tuple(names) for key, names in found.items()}

    @cached_property
    def broadcast_codes(self) -> Mapping[str, str]:
        """By the code in a page's address the name under which opening it from a broadcast is counted."""
        names = map(tapped_of, self.broadcasts)
        return {tap_code(name): name for name in names}

    @cached_property
    def news(self) -> frozenset[str]:
        """The kinds of news that a rule, a flow or a journey matches."""
        rules = [*self.rules, *(rule for flow in self._every_flow() for rule in rules_of(flow))]
        kinds = {trigger.kind for rule in rules for trigger in rule.when if isinstance(trigger, OnNews)}
        return frozenset(kinds | self.journeys.keys())

    @cached_property
    def halting(self) -> bool:
        """Whether any flow is paused, be it on one channel only."""
        paused = any(flow.status == "paused" for flow in self._every_flow())
        return paused or any(rules.paused for rules in self.channels.values())

    @cached_property
    def capped(self) -> frozenset[str]:
        """The flows with a cap over everybody, be it on one channel only."""
        return frozenset(flow.name for flow in self._every_flow() if flow.max_total is not None)

    @cached_property
    def stopping(self) -> bool:
        """Whether any flow is stopped, or will be of itself."""
        return any(flow.status == "stopped" or flow.active_until for flow in self._every_flow())

    def _every_flow(self) -> Iterator[Flow]:
        yield from self.flows.values()
        yield from self.variants.values()
        yield from self.form_flows.values()

    @cached_property
    def dated(self) -> tuple[tuple[str, int, OnDate], ...]:
        """The journeys that a date starts: name, number of the trigger, trigger."""
        return tuple(
            (name, number, trigger)
            for name, flow in self.flows.items()
            if flow.start is not None
            for number, trigger in enumerate(flow.start.when)
            if isinstance(trigger, OnDate)
        )

    @cached_property
    def counted(self) -> Mapping[str, CountedAddress]:
        """What taps open through our own address, by their code in it (`tap_code`)."""
        forms = (leaf for tap in self.taps.values() for leaf in leaves(tap.action))
        return {tap_code(leaf.key): leaf for leaf in forms if isinstance(leaf, CountedAddress)}

    @cached_property
    def menu_taps(self) -> frozenset[str]:
        """The keys of all taps that areas of rich menus have."""
        return frozenset(
            area.tap.key for menu in self.menus for tab in menu.tabs.values() for area in tab.areas
        )

    @cached_property
    def menu_codes(self) -> Mapping[str, str]:
        """The keys of `menu_taps` by their codes, as addresses contain them."""
        return {tap_code(key): key for key in self.menu_taps}

    @cached_property
    def menu_texts(self) -> Mapping[str, Mapping[tuple[str | None, str | None], str]]:
        """What areas of rich menus say, with the tap's key by menu and tab (`None`: the first tab)."""
        found: dict[str, dict[tuple[str | None, str | None], str]] = {}
        for menu in self.menus:
            for number, tab in enumerate(menu.tabs.values()):
                for area in tab.areas:
                    if area.tap.action["type"] == "message":
                        places = found.setdefault(area.tap.action["text"], {})
                        names = (tab.name, None) if number == 0 else (tab.name,)
                        places |= {(menu.name, name): area.tap.key for name in names}
        return found

    def menus_on(self, channel: str) -> tuple[Menu, ...]:
        """The rich menus that can be shown on a channel at all, in their order."""
        found = self._menus.get(channel)
        if found is None:
            found = tuple(m for m in self.menus if not m.paused and may_hold_on(m.condition, channel))
            self._menus[channel] = found
        return found

    @cached_property
    def _menus(self) -> dict[str, tuple[Menu, ...]]:
        return {}

    @cached_property
    def watched(self) -> Mapping[str, Condition]:
        """The audiences that `enters` or `leaves` name, with their conditions."""
        whens = [rule.when for rule in self.rules]
        for flow in self.flows.values():
            whens += [rule.when for rule in rules_of(flow)] + ([flow.start.when] if flow.start else [])
        triggers = [one for when in whens for one in when if isinstance(one, OnNews)]
        triggers += [news for goals in self.goals.values() for _, news in goals]
        named = {name for one in triggers if one.kind in ("enters", "leaves") for name in one.subjects or ()}
        found = {name: self.audiences[name].condition for name in sorted(named) if name in self.audiences}
        return {name: condition for name, condition in found.items() if condition is not None}

    @cached_property
    def lists(self) -> tuple[ListedPeople, ...]:
        """The lists of people that were read from files, in the order of the file."""
        return tuple(one.people for one in self.audiences.values() if one.people is not None)

    @cached_property
    def watched_lists(self) -> Mapping[str, Condition]:
        """The audiences of `watched` whose condition tests a list of people."""
        return {
            name: condition
            for name, condition in self.watched.items()
            if any(isinstance(leaf, OnList) for leaf in condition.leaves())
        }
