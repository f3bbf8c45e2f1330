"""A conversation that was played, written down as a scenario: a file that `oaflow test` runs (section 14).

Pure: from the turns that were taken, in their order, to the text of a file.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, timedelta

from bot.engine.compiled.playbook import Playbook
from bot.engine.turn.photos import photos_before
from bot.model.brake import OFF, Brake
from bot.model.event import (
    Outcome,
    PageAnswer,
    TextMessage,
)
from bot.model.translatable import ENGLISH, Language
from bot.playbook.syntax.yaml_text import scalar
from bot.scenario.clerks import clerk_lines
from bot.scenario.promotions import SCENARIO_PARTS
from bot.scenario.recorded_given import given_lines, groups_of, shop_lines, taken_before
from bot.scenario.recorded_steps import (
    BroadcastCame,
    header,
    stopped_lines,
)
from bot.scenario.recorded_time import Pauses, Telling
from bot.scenario.recorded_turn import PlayedTurn, turns_of
from bot.scenario.step_writer import Happening, StepWriter

AS_PLAYED = Pauses()
"""No pause of the player is written; moves of the clock are, as they were."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """A recording as the text of a file."""

    text: str
    pauses: tuple[timedelta, ...]
    """The player's pauses before each act, whether or not the file has them."""


def recorded(
    title: str,
    happenings: Sequence[Happening],
    playbook: Playbook,
    pauses: Pauses = AS_PLAYED,
    language: Language = ENGLISH,
    stopped: Brake = OFF,
) -> Recorded:
    """What was played, as a file, with comments in this language; `stopped` were pushes when it began."""
    happenings = _with_codes(_with_photos(happenings))
    turns = [one for one in happenings if isinstance(one, PlayedTurn)]
    start = happenings[0].now.astimezone(UTC).replace(second=0, microsecond=0)
    time = Telling(start, playbook.zone, pauses)
    writer = StepWriter(playbook, time, list(dict.fromkeys(turn.person for turn in turns)), language)
    for one in happenings:
        writer.write(one)
    writer.close()
    sent = {one.broadcast for one in happenings if isinstance(one, BroadcastCame)}
    groups = groups_of(turns, playbook, sent)
    taken = taken_before(turns, playbook)
    given = [
        *given_lines(turns_of(turns), start, playbook, groups, taken, named=bool(sent)),
        *shop_lines(turns, playbook),
    ]
    given += [
        *clerk_lines(turns, playbook),
        *(
            line
            for part in SCENARIO_PARTS
            for one in part.given.values()
            for line in one.recorded(turns, playbook)
        ),
        *stopped_lines(stopped, playbook),
    ]
    edited = len({turn.version for turn in turns} | {playbook.version}) > 1
    above = [*header(language, edited=edited), f"scenario: {scalar(title)}", "given:", *given, "steps:"]
    return Recorded(
        "\n".join([*above, *(f"  {line}" if line else "" for line in writer.lines)]) + "\n", tuple(time.spans)
    )


def _with_photos(happenings: Sequence[Happening]) -> list[Happening]:
    """Photos sent at once are one step, where the first of them came."""
    found = list[Happening]()
    for one in happenings:
        of = photos_before(one.before, one.event) if isinstance(one, PlayedTurn) else None
        if of is None:
            found.append(one)
            continue
        for number, first in enumerate(found):
            if isinstance(first, PlayedTurn) and first.event.id == of.event:
                found[number] = replace(first, photos=first.photos + 1)
    return found


def _with_codes(happenings: Sequence[Happening]) -> list[Happening]:
    """Texts that turned out to be the right code are marked: in the scenario another one comes."""
    marked = list(happenings)
    last_texts: dict[str, tuple[int, PlayedTurn]] = {}
    for number, one in enumerate(happenings):
        if not isinstance(one, PlayedTurn):
            continue
        match one.event.what:
            case TextMessage() | PageAnswer():
                last_texts[one.person] = number, one
            case Outcome(asked="code", proven=proven) if proven is not None and one.person in last_texts:
                marked[last_texts[one.person][0]] = replace(last_texts[one.person][1], from_sms=True)
    return marked
