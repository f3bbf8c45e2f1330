"""Playing one scenario: its steps one after the other, to the first that does not come out as written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import zip_longest
from typing import TypeAlias
from zoneinfo import ZoneInfo

from bot.engine.compiled.every_rule import places_of
from bot.engine.compiled.playbook import Playbook
from bot.engine.compiled.splits import seed_for
from bot.model.channel import PricePlan
from bot.model.place import Place
from bot.model.trace import TraceNote
from bot.model.translatable import Language, Quoted, Translatable, row, tr
from bot.scenario.checks import BotSays
from bot.scenario.expecting import all_named, check
from bot.scenario.failure import Failed, NeverEnds, NewAnswer
from bot.scenario.player import Player
from bot.scenario.step_player import USER_OR_TIME, act
from bot.scenario.steps import Act, As, Scenario, ScenarioStep
from bot.wording.conversation import OURS, SpokenLine
from bot.wording.trace_words import step_words

NO_PLANS: Mapping[str, PricePlan] = {}
"""No channel has a price."""
WHYS = 12
"""Steps of the trace that are shown with a failure, the last ones."""


@dataclass(frozen=True, slots=True)
class Why:
    """A step of the decision behind the answer: its place in the playbook, and its note."""

    place: Place | None
    note: TraceNote

    def describe(self, language: Language) -> str:
        """For people: where, and what happened there."""
        where = f"{self.place}  " if self.place is not None else ""
        return where + step_words(self.note, language)


@dataclass(frozen=True, slots=True)
class Failure:
    """How a scenario failed: at which step, the conversation up to there, and why the bot did what it did."""

    place: Place
    message: Translatable
    conversation: tuple[SpokenLine, ...]
    """All lines up to the failure, missing messages among them."""
    zone: ZoneInfo
    """The zone of the conversation's times."""
    notes: tuple[Translatable, ...]
    """Hints, one a line."""
    why: tuple[Why, ...]
    answer: NewAnswer | None = None
    """What the bot says now, where a `bot` step fails."""


StepWatch: TypeAlias = Callable[[Player, Place], None]
"""Called after each step that came out as written, with its place; it may raise `Failed` there."""


def _unwatched(player: Player, place: Place) -> None:
    """Do nothing."""


def play(
    scenario: Scenario,
    playbook: Playbook,
    plans: Mapping[str, PricePlan] = NO_PLANS,
    watch: StepWatch = _unwatched,
    seconds: float | None = None,
) -> Failure | None:
    """Play a scenario from its beginning; `None` where everything came out as written.

    `plans`: prices of messages, by channel, where given. `watch` is called before the first step, too.
    `seconds`: real time after which the scenario fails; `None`: no limit.
    """
    seed = seed_for(playbook, scenario.given.split)
    if seed is None:
        groups = row(f"{split}: {group}" for split, group in scenario.given.split.items())
        message = tr("nobody can be drawn for all of these groups: {groups}", groups=groups)
        return Failure(scenario.place, message, (), playbook.zone, (), ())
    try:
        player = Player(playbook, scenario, seed, plans, seconds)
    except NeverEnds as error:
        return Failure(scenario.place, error.message, (), playbook.zone, (), ())
    try:
        watch(player, scenario.place)
        for step, after in zip_longest(scenario.steps, scenario.steps[1:]):
            with _noting_two_in_a_row(step, after):
                _step(player, step)
            watch(player, step.place)
        all_named(player, scenario.steps[-1].place if scenario.steps else scenario.place)
    except Failed as failed:
        return _failure(player, failed, scenario.given.taken)
    return None


@contextmanager
def _noting_two_in_a_row(step: ScenarioStep, after: ScenarioStep | None) -> Iterator[None]:
    """People write a step for each message: the first then fails for what the second expects."""
    try:
        yield
    except Failed as failed:
        if isinstance(step, BotSays) and isinstance(after, BotSays):
            failed.notes += (tr("what the bot says in one go stands in one step:  - bot: [A, B]"),)
        raise


def _step(player: Player, step: ScenarioStep) -> None:
    if isinstance(step, As):
        player.person = player.people[step.person]
    elif isinstance(step, Act):
        if isinstance(step, USER_OR_TIME):
            all_named(player, step.place)
            player.begin()
        try:
            act(player, step)
        except NeverEnds as error:
            raise Failed(step.place, error.message) from error
    else:
        check(player, step)


def _failure(player: Player, failed: Failed, taken: Mapping[str, int]) -> Failure:
    lines = list(player.lines)
    at_line = next((n for n, line in enumerate(lines) if line.mark == "+"), len(lines))
    at = lines[at_line].at if at_line < len(lines) else player.now
    lines[at_line:at_line] = [SpokenLine(at, OURS["bot"], text, "-") for text in failed.missing]
    zone, whys = player.playbook.zone, tuple(_whys(player))[-WHYS:]
    notes = (*failed.notes, *_places_left(player, taken))
    return Failure(failed.place, failed.message, tuple(lines), zone, notes, whys, failed.answer)


def _places_left(player: Player, given: Mapping[str, int]) -> Iterator[Translatable]:
    """Hints on rules of which a place was given, though `given` takes some: perhaps all were meant to be
    taken."""
    places = places_of(player.playbook)
    for rule, taken in given.items():
        if player.allowance.taken[rule] > taken:
            yield tr(
                "{taken} places of {rule} are taken in this scenario, and  first  is {first} now:"
                " to test that none is left, write {first} at  taken",
                taken=taken,
                rule=Quoted(rule),
                first=places[rule],
            )


def _whys(player: Player) -> Iterator[Why]:
    """Why the bot did what it did since the last `user` or time step."""
    for turn in player.turns:
        for step in turn.trace:
            yield Why(*step)
