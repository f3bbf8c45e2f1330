"""Finds out whether contacts come to each place with LINE's reply token, which makes an answer free, or
without.

A token comes with a message, a tap and a few kinds of news (language, section 6, `reply`); timers, outcomes,
pages and all other news have none. The actions of a state's entry have the tokens of all ways into the state.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from bot.engine.compiled.card import Tap
from bot.engine.compiled.flow import Flow, State
from bot.engine.compiled.rule import OnAfter, OnDate, OnNews, Rule, Trigger
from bot.model.asked import FROM_THE_WORLD
from bot.model.news import NEWS
from bot.model.place import Place
from bot.model.translatable import Translatable, tr
from bot.playbook.graph.flow_arrows import started
from bot.playbook.graph.survey import Site, Survey
from bot.playbook.phrases import ShortTrigger, attribute_titles, trigger_words
from bot.playbook.promotions import Names, asked_for, part_by_news


@dataclass(frozen=True, slots=True)
class EntryPath:
    """An example of a way without a token."""

    when: Translatable
    """When there is no token, in words."""
    place: Place
    """Where the way begins."""


@dataclass(frozen=True, slots=True)
class Ways:
    """How contacts can come to a place; of each kind without a token one example."""

    token: bool = False
    """With a token."""
    perhaps: bool = False
    """In a turn that may have a token left (semantics 8)."""
    without: EntryPath | None = None
    """In the chat, without a token."""
    page: EntryPath | None = None
    """On a page, which shows questions itself."""

    def __or__(self, other: Ways) -> Ways:
        return Ways(
            self.token or other.token,
            self.perhaps or other.perhaps,
            self.without or other.without,
            self.page or other.page,
        )


NO_WAY = Ways()
"""Nothing leads there."""
TOKEN = Ways(token=True)
"""Always with a token."""

WayNode: TypeAlias = tuple[int, str]
"""A state: the number of its flow in the survey, and its name."""

WaySource: TypeAlias = Ways | list[WayNode]
"""From where contacts come to a place: known ways, or all ways into these states."""


class WaysIn:
    """The ways to every place of a playbook, computed once from its survey."""

    def __init__(self, survey: Survey) -> None:
        self._survey = survey
        self._titles = attribute_titles(survey.playbook)
        self._numbers = {id(flow): number for number, flow in enumerate(survey.flows)}
        self._named: dict[str, list[int]] = {}
        for number, flow in enumerate(survey.flows):
            self._named.setdefault(flow.name, []).append(number)
        self._paged = self._on_pages()
        self._raised = {step.raises for step in survey.steps}
        self._into: dict[WayNode, Ways] = {}
        self._settle()

    def to(self, site: Site) -> Ways:
        """The ways to the steps of a site."""
        return self._joined(self._sources(site))

    def into(self, flow: Flow, state: State) -> Ways:
        """The ways into a state."""
        return self._into.get((self._numbers[id(flow)], state.name), NO_WAY)

    def of_rule(self, flow: Flow, state: State | None, rule: Rule) -> Ways:
        """The ways to what a rule or a branch of a flow does."""
        return self.to(Site(rule.place, rule.do, flow, state, rule))

    def _on_pages(self) -> set[int]:
        """The flows that may run on a page: their own, or that of the flow that runs them."""
        on_pages = {n for n, flow in enumerate(self._survey.flows) if flow.page}
        waiting = list(on_pages)
        while waiting:
            for state in self._survey.flows[waiting.pop()].states.values():
                for number in self._named.get(state.run or "", ()):
                    if number not in on_pages:
                        on_pages.add(number)
                        waiting.append(number)
        return on_pages

    def _settle(self) -> None:
        """Propagate the ways along all arrows until nothing changes."""
        arrows = list(self._arrows())
        onward: dict[WayNode, list[tuple[WaySource, WayNode]]] = {}
        for arrow in arrows:
            if isinstance(arrow[0], list):
                for node in arrow[0]:
                    onward.setdefault(node, []).append(arrow)
        waiting = arrows
        while waiting:
            source, target = waiting.pop()
            before = self._into.get(target, NO_WAY)
            after = before | self._joined([source])
            if after != before:
                self._into[target] = after
                waiting += onward.get(target, ())

    def _joined(self, sources: Iterable[WaySource]) -> Ways:
        """All ways of these sources together."""
        ways = NO_WAY
        for source in sources:
            if isinstance(source, Ways):
                ways |= source
            else:
                for node in source:
                    ways |= self._into.get(node, NO_WAY)
        return ways

    def _arrows(self) -> Iterator[tuple[WaySource, WayNode]]:
        """(source, state) for everything that leads into a state of any flow."""
        for number, flow in enumerate(self._survey.flows):
            first: WayNode = (number, flow.first.name)
            if flow.page:
                yield _opened(flow), first
            for trigger in flow.start.when if flow.start else ():
                for source in self._of_trigger(trigger, flow.place, None, None):
                    yield source, first
            for state in flow.states.values():
                yield from self._onward(number, flow, state)
        for site in self._survey.sites:
            for flow_name in started(site.steps):
                for number in self._named.get(flow_name, ()):
                    for source in self._sources(site):
                        yield source, (number, self._survey.flows[number].first.name)

    def _onward(self, number: int, flow: Flow, state: State) -> Iterator[tuple[WaySource, WayNode]]:
        """(source, state) for everything that leads from one state to the next, or into the flow that it
        runs."""
        for rule in (*state.rules, *flow.rules) if state.rests else ():
            if rule.to is not None:
                for source in self._of_rule(rule, flow, state):
                    yield source, (number, rule.to)
        for item in state.branch:
            for source in self._done(flow, state):
                yield source, (number, str(item.to))
        if state.question is not None and state.question.too_many is not None:
            yield self._message(flow), (number, state.question.too_many)
        for child in self._named.get(state.run or "", ()):
            here: WaySource = [(number, state.name)]
            yield here, (child, self._survey.flows[child].first.name)

    def _sources(self, site: Site) -> list[WaySource]:
        """From where contacts come to the steps of a site."""
        match site:
            case Site(result=result) if result is not None:
                return [Ways(token=True, without=EntryPath(tr("when its words are not said"), result.place))]
            case Site(tap=tap) if tap is not None:
                return [_of_tap(tap)]
            case Site(flow=None, rule=rule) if rule is not None:
                return self._of_rule(rule, None, None)
            case Site(flow=flow, state=state, rule=None) if flow is not None and state is not None:
                return [[(self._numbers[id(flow)], state.name)]]
            case Site(flow=flow, state=state, rule=rule) if rule is not None and flow is not None:
                if not rule.when and state is not None:
                    return self._done(flow, state)
                return self._of_rule(rule, flow, state)
            case _:
                return []

    def _done(self, flow: Flow, state: State) -> list[WaySource]:
        """From where contacts come to the branches of a state: by its entry, by an answer, or by the end of
        its flow."""
        if state.question is not None:
            return [self._message(flow)]
        if state.run is not None:
            return [self._ends(state.run, None)]
        return [[(self._numbers[id(flow)], state.name)]]

    def _of_rule(self, rule: Rule, flow: Flow | None, state: State | None) -> list[WaySource]:
        """From where contacts come to a rule: all its triggers."""
        return [s for trigger in rule.when for s in self._of_trigger(trigger, rule.place, flow, state)]

    def _of_trigger(
        self, trigger: Trigger, place: Place, flow: Flow | None, state: State | None
    ) -> list[WaySource]:
        """From where contacts come by a trigger. `place`, `flow` and `state` are those of its rule."""
        match trigger:
            case OnNews(kind="ended", subjects=ends) if flow is not None:
                states = [state] if state is not None else flow.states.values()
                return [self._ends(s.run, ends) for s in states if s.run is not None]
            case OnNews(kind="flow_ended", subjects=names, where=where):
                at = {str(v) for w in where for t in w.tests for v in getattr(t, "values", ())}
                return [self._ends(name, tuple(at) or None) for name in names or self._named]
            case OnNews(kind="page_opened", subjects=names) if flow is not None and names == (flow.name,):
                return [_opened(flow)]  # opening the page has started the flow
            case OnNews(kind=kind) if NEWS[kind].token == "always":
                return [TOKEN]
            case OnNews(kind="signal", subjects=names) if not self._raised.intersection(names or ()):
                return [Ways(without=self._by(trigger, place))]
            case OnNews(kind=kind, subjects=names) if _is_answer(trigger):
                asked = [source for site in self._asking(kind, names) for source in self._sources(site)]
                if part_by_news()[kind].elsewhere(self._survey.playbook, names):
                    asked.append(Ways(perhaps=True, without=self._by(trigger, place)))
                return asked
            case OnNews(kind=kind):
                return [Ways(perhaps=NEWS[kind].token == "perhaps", without=self._by(trigger, place))]
            case OnAfter() | OnDate():
                return [Ways(without=self._by(trigger, place))]
            case _:
                return [TOKEN if flow is None else self._message(flow)]

    def _asking(self, kind: str, names: Names) -> Iterator[Site]:
        """The sites whose actions ask for these promotions; not those of rules on the result, so that no
        cycle is followed."""
        for site in self._survey.sites:
            asked = [one for step in site.steps if (one := asked_for(step, kind)) is not None]
            if not _hears(kind, site.rule) and any(names is None or one in names for one in asked):
                yield site

    def _by(self, trigger: Trigger, place: Place) -> EntryPath:
        """The way by a trigger, in words."""
        words = trigger_words(trigger)
        if isinstance(trigger, OnAfter):
            wait = ShortTrigger(words, trigger.wait.text)
            return EntryPath(tr("once it has waited {wait}", wait=wait), place)
        short = ShortTrigger(words, f'"{words}"', self._titles)
        return EntryPath(tr("when it comes by {trigger}", trigger=short), place)

    def _message(self, flow: Flow) -> Ways:
        """The ways by a message in a flow, which may be typed on its page."""
        if self._numbers[id(flow)] in self._paged:
            return Ways(token=True, page=EntryPath(tr("when it is said on the page"), flow.place))
        return TOKEN

    def _ends(self, name: str, ends: tuple[str, ...] | None) -> WaySource:
        """The end states of a flow; with `ends` only these."""
        return [
            (number, state.name)
            for number in self._named.get(name, ())
            for state in self._survey.flows[number].states.values()
            if state.end and (ends is None or state.name in ends)
        ]


def _is_answer(trigger: OnNews) -> bool:
    """Whether all news of a trigger are direct results of asking for a promotion, which have the token of
    that event."""
    part = part_by_news().get(trigger.kind)
    if part is None or trigger.kind not in FROM_THE_WORLD:
        return False
    values = {str(v) for w in trigger.where for t in w.tests for v in getattr(t, "values", ())}
    return not part.later or (bool(values) and not values & {*part.later})


def _hears(kind: str, rule: Rule | None) -> bool:
    """Whether a rule is triggered by this news."""
    return rule is not None and any(isinstance(one, OnNews) and one.kind == kind for one in rule.when)


def _opened(flow: Flow) -> Ways:
    return Ways(page=EntryPath(tr("when its page is opened"), flow.place))


def _of_tap(tap: Tap) -> Ways:
    """A postback carries a token; an address that is opened does not."""
    if isinstance(tap.action, dict) and tap.action.get("type") == "uri":
        return Ways(without=EntryPath(tr("when its address is opened"), tap.place))
    return TOKEN
