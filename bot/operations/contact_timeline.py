"""What has happened to a contact, some at a time, day by day: what matters stands out, the bot's steps fold.

All of it may raise `DatabaseUnavailable`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import partial
from itertools import groupby
from typing import Literal, TypeAlias

from bot.engine.compiled.playbook import Playbook
from bot.model.contact import Contact
from bot.model.journal import TimelineRow
from bot.model.plain_text import visible
from bot.model.processes import part_of
from bot.model.translatable import Language, Translatable, tr
from bot.operations.call_outcomes import CallSnapshot, call_outcomes, call_snapshot, calls_in_words
from bot.operations.contact_view import HIDDEN, PrivateWords, parts_of
from bot.operations.contact_words import by_the_clock
from bot.operations.find_contacts import LocatedContact
from bot.operations.stored_event import why_of
from bot.scenario.play import Why
from bot.wording.shown_steps import ShownStep, StepWords, is_shown
from bot.wording.trace_words import from_stored
from bot.wording.trace_words import row_words as event_words

ROWS = 60
"""Rows of a page; where several are of one moment, perhaps some more."""

Weight: TypeAlias = Literal["matters", "said", "step"]
"""What the team looks for; what people say and do; what the machine does by itself."""

_MATTERS = (
    *("follow", "unfollow", "staff: ", "broadcast: ", "link: ", "form: ", "send on page: ", "shop: order"),
    *("shop: member_registered", "shop: tier_changed", "merged", "parted", "phone ", "note", "notify_staff"),
    *("journey sent", "message lost", "resent"),
)
"""How rows are called that stand out, or begin."""
_SAID = (
    "text",
    "postback",
    "tap",
    "answer on page",
    "image",
    "video",
    "audio",
    "file",
    "sticker",
    "location",
)
_STEPS_THAT_MATTER = frozenset(
    {
        *("tags_added", "tags_removed", "tag_expired", "unbound"),
        *("link: opened", "form: kept", "word: marketing stopped"),
        *("word: marketing allowed", "hand_over: staff have the conversation", "notice", "flow_started"),
    }
)
"""The codes of steps that stand out in any row, beside whatever is bound."""
_BOUND = ": bound"
"""The end of the code of a step that has bound something."""


def _stands_out(code: str) -> bool:
    return code in _STEPS_THAT_MATTER or code.endswith(_BOUND)


@dataclass(frozen=True, slots=True)
class ShownEvent:
    """What happened, and what became of each call; `noted`, a text of staff's.

    `marks` are the steps that stand out, `steps` the others; alike ones are one, with their number.
    """

    at: datetime
    weight: Weight
    what: str
    marks: Sequence[ShownStep]
    steps: Sequence[ShownStep]
    calls: Sequence[str]
    noted: str
    times: int = 1


@dataclass(frozen=True, slots=True)
class ShownDay:
    """A day in the shop's zone, newest first; what the machine did in a row is one group."""

    day: date
    called: Translatable | str
    groups: Sequence[tuple[bool, Sequence[ShownEvent]]]
    """Whether they are steps of the machine, and these."""


@dataclass(frozen=True, slots=True)
class TimelinePage:
    """Some rows, newest first; `earlier`: before which moment it goes on, `None` at the end."""

    rows: Sequence[TimelineRow]
    calls: CallSnapshot
    earlier: datetime | None
    why: Mapping[str, Sequence[Why]] = field(default_factory=dict)
    """The steps of each turn of which a trace is left, by the id of its row."""
    private: Contact | None = None
    """Whose data is masked in these; `None`: all is revealed."""


async def timeline_page(
    found: LocatedContact,
    now: datetime,
    before: datetime | None = None,
    *,
    reveal: bool = False,
    most: int = ROWS,
) -> TimelinePage:
    """The last rows before a moment, of who was merged into the contact, too. What staff noted is masked.

    Rows of one moment are never parted.
    """
    parts, _ = await parts_of(found)
    journal = found.stores.journal
    rows = [row for part in parts for row in await journal.latest_of(part, part_of(part), most + 1, before)]
    rows.sort(key=lambda row: (row.at, row.id), reverse=True)
    earlier = None
    if len(rows) > most:
        edge = rows[most].at
        kept = [row for row in rows if row.at > edge]
        if not kept:  # more of one moment than fit: all of it
            kept = [row for part in parts for row in await journal.of_moment(part, part_of(part), edge)]
        rows, earlier = kept, kept[-1].at
    calls = await call_snapshot(rows, journal, found.stores.contacts, now)
    shown = [row if reveal or row.text is None else replace(row, text=HIDDEN) for row in rows]
    traces = await journal.traces_of([row.id for row in rows])
    why = {event: why_of(trace) for event, trace in traces.items()}
    return TimelinePage(shown, calls, earlier, why, None if reveal else found.contact)


class TimelineWords:
    """Puts the rows of a timeline into the words of one reader, with the playbook's titles."""

    def __init__(self, playbook: Playbook, words: Language) -> None:
        self._zone = playbook.zone
        self._steps = StepWords(playbook, words)
        self._words = self._steps.language

    def days(self, page: TimelinePage, now: datetime) -> list[ShownDay]:
        """Day by day, newest first."""
        today = now.astimezone(self._zone).date()
        shown = visible if page.private is None else PrivateWords(page.private, self._zone).masked
        events = [self._event(row, page, shown) for row in page.rows]
        return [
            ShownDay(day, _called(day, today), [(is_step, _alike(some)) for is_step, some in _grouped(those)])
            for day, those in groupby(events, lambda event: event.at.astimezone(self._zone).date())
        ]

    def _event(self, row: TimelineRow, page: TimelinePage, shown: Callable[[str], str]) -> ShownEvent:
        what = event_words(row.what, self._words)
        marks, steps = list[ShownStep](), list[ShownStep]()
        for code, whole in self._noted(row, page):
            step = self._masked(whole, shown)
            if step.text != what:
                (marks if _stands_out(code) else steps).append(step)
        calls = calls_in_words(call_outcomes(row, page.calls), partial(self._moment, row.at), ids=False)
        said = [visible(self._words.text(call)) for call in calls]
        noted = "" if row.text is None else visible(row.text)
        weight = _weight(row.what, has_marks=bool(marks), speaks=bool(said or noted))
        return ShownEvent(row.at, weight, visible(what), _counted(marks), _counted(steps), said, noted)

    def _noted(self, row: TimelineRow, page: TimelinePage) -> Iterator[tuple[str, ShownStep]]:
        """The steps with their codes: with what decided them and where, as long as the trace is left."""
        why = page.why.get(row.id, ())
        for one in filter(lambda one: is_shown(one.note), why):
            yield one.note.kind.code, self._steps.step(one.note, one.place)
        for detail in row.details[len(why) :]:
            note = from_stored(detail)
            yield "" if note is None else note.kind.code, self._steps.stored(detail)

    def _masked(self, step: ShownStep, shown: Callable[[str], str]) -> ShownStep:
        text, *facts = (shown(by_the_clock(one, self._zone)) for one in (step.text, *step.facts))
        return replace(step, text=text, facts=tuple(facts), names=())  # who reads this edits no files

    def _moment(self, of: datetime, at: datetime) -> str:
        """A moment beside that of its event: on the same day the time alone."""
        there, here = of.astimezone(self._zone), at.astimezone(self._zone)
        return f"{here:%H:%M}" if here.date() == there.date() else f"{here:%Y-%m-%d %H:%M}"


def _weight(what: str, *, has_marks: bool, speaks: bool) -> Weight:
    if has_marks or what.startswith(_MATTERS):
        return "matters"
    if speaks or what.startswith(_SAID):
        return "said"
    return "step"


def _called(day: date, today: date) -> Translatable | str:
    if day == today:
        return tr("Today")
    return tr("Yesterday") if day == today - timedelta(days=1) else day.isoformat()


def _grouped(events: Iterable[ShownEvent]) -> Iterator[tuple[bool, list[ShownEvent]]]:
    for is_step, some in groupby(events, lambda event: event.weight == "step"):
        yield is_step, list(some)


def _alike(events: Sequence[ShownEvent]) -> list[ShownEvent]:
    """Those in a row that say the same are one, the newest, with their number."""
    found: list[ShownEvent] = []
    for event in events:
        last = found[-1] if found else None
        if last is not None and replace(event, at=last.at, times=last.times) == last:
            found[-1] = replace(last, times=last.times + 1)
        else:
            found.append(event)
    return found


def _counted(steps: Sequence[ShownStep]) -> list[ShownStep]:
    """Each once, in the order in which it came first, with how often."""
    numbers = Counter(steps)
    return [one if n == 1 else replace(one, text=f"{one.text} ×{n}") for one, n in numbers.items()]
