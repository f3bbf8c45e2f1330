"""Staff's conversations in figures: of the team, of each account by day, by hour and day of the week (E3).

Reckoned from marks that turns leave (`model/chat_figures`): it outlives what was said, and who was erased.
All of it may raise `DatabaseUnavailable`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated

from bot.model.answer_fields import Clock, Column, Help, Table, TextTable
from bot.model.chat_figures import HOURS_OF_DAY, AnswerTimes, StaffFigures, team_figures
from bot.model.translatable import Translatable, TranslatableValue, tr
from bot.operations.actors import actor_words
from bot.runtime.trouble import span_in_words
from bot.store.contacts.staff_chats import OpenChats
from bot.store.stores import Stores

IN_ALL = tr("the team")
WEEKDAYS: Sequence[Translatable] = (
    *(tr("Mon"), tr("Tue"), tr("Wed"), tr("Thu"), tr("Fri"), tr("Sat"), tr("Sun")),
)


@dataclass(frozen=True, slots=True)
class StaffRow:
    """What an account, or the team, has done on a day, or on all of them. Times are seconds: half of the
    answers took no longer than the median, nine of ten no longer than `p90`."""

    day: Annotated[str | None, Column(tr("day")), Help("`null`: all of them.")]
    by: Annotated[str | None, Column(tr("agent"), actor_words), Help("`null`: the team.")]
    conversations: Annotated[
        int, Column(tr("conversations")), Help("Taken or given; of the team: that began.")
    ]
    answers: Annotated[int, Column(tr("answers of staff")), Help("Also those for which nobody waited.")]
    first_answers: Annotated[int, Column(tr("first answers"))]
    first_median: Annotated[int | None, Column(tr("first answer: median, s"))]
    first_p90: Annotated[int | None, Column(tr("first answer: 9 of 10 within, s"))]
    further_answers: Annotated[int, Column(tr("further answers"))]
    further_median: Annotated[int | None, Column(tr("further answer: median, s"))]
    further_p90: Annotated[int | None, Column(tr("further answer: 9 of 10 within, s"))]
    in_time: Annotated[int, Column(tr("answered in time")), Help("As the channel promises.")]
    late: Annotated[int, Column(tr("answered late"))]

    @property
    def promise(self) -> str | None:
        """The share that was answered in time; `None`: nothing was promised."""
        number = self.in_time + self.late
        return f"{100 * self.in_time // number}%" if number else None


@dataclass(frozen=True, slots=True)
class AccountNow:
    """The conversations that an account has just now; in `unanswered` of them a customer waits."""

    by: str
    open: int
    unanswered: int


@dataclass(frozen=True, slots=True)
class ChatHour:
    """An hour of the team's day."""

    hour: int
    waits: Annotated[Sequence[int], Help("How often a customer began to wait, Monday first.")]
    first_median: Annotated[int | None, Help("Of first answers to who began to wait in it: seconds.")]


@dataclass(frozen=True, slots=True)
class EndReason:
    """How often staff ended a conversation for a reason; empty: none was said."""

    reason: str
    number: int


@dataclass(frozen=True, slots=True)
class ChatReport:
    """Staff's conversations from a day on, up to another."""

    since: str
    until: str
    team: StaffRow
    agents: Annotated[Sequence[StaffRow], Help("Whom the caller may see: an agent only themselves.")]
    days: Annotated[Sequence[StaffRow], Table(tr("staff had no conversation in these days"))]
    hours: Sequence[ChatHour]
    reasons: Annotated[Sequence[EndReason], Help("Why staff ended conversations, the most frequent first.")]
    waiting: Annotated[int, Help("Conversations that wait just now, and nobody has.")]
    now: Sequence[AccountNow]

    @property
    def is_empty(self) -> bool:
        """Whether nothing was counted."""
        return not (self.team.conversations or self.team.answers or any(map(sum, self.waits)))

    @property
    def waits(self) -> Sequence[Sequence[int]]:
        return [one.waits for one in self.hours]

    def lines(self, at: Clock) -> Iterator[TranslatableValue | TextTable]:
        """What each has done, how many are open, and when customers began to wait."""
        if self.is_empty:
            yield tr("staff had no conversation from {since} to {until}", since=self.since, until=self.until)
        else:
            yield TextTable(_TITLES, [_cells(one) for one in (*self.agents, self.team)])
            yield ""
            yield tr("customers began to wait, by hour:")
            yield TextTable([tr("hour"), *WEEKDAYS, tr("first answer")], list(map(_hour_cells, self.busy)))
        if any(one.reason for one in self.reasons):
            yield ""
            yield tr("why conversations ended:")
            yield TextTable(
                [tr("reason"), tr("conversations")],
                [[one.reason or tr("none said"), one.number] for one in self.reasons],
            )
        yield ""
        yield tr("waiting now: {number}", number=f"{self.waiting:,}")
        for one in self.now:
            number, unanswered = f"{one.open:,}", f"{one.unanswered:,}"
            yield tr(
                "{who} has {number}; in {unanswered} of them a customer waits",
                who=actor_words(one.by),
                number=number,
                unanswered=unanswered,
            )

    @property
    def busy(self) -> Sequence[ChatHour]:
        """The hours from the first to the last in which anybody began to wait."""
        found = [one.hour for one in self.hours if any(one.waits)]
        return self.hours[min(found) : max(found) + 1] if found else ()


_TITLES = (
    *(tr("agent"), tr("conversations"), tr("answers of staff"), tr("first answer"), tr("9 of 10 within")),
    *(tr("further answer"), tr("9 of 10 within"), tr("in time")),
)


def _cells(one: StaffRow) -> Sequence[object]:
    times = (one.first_median, one.first_p90, one.further_median, one.further_p90)
    called = IN_ALL if one.by is None else actor_words(one.by)
    return [called, one.conversations, one.answers, *map(time_words, times), one.promise]


def _hour_cells(one: ChatHour) -> Sequence[object]:
    return [f"{one.hour:02}:00", *one.waits, time_words(one.first_median)]


def time_words(seconds: int | None) -> Translatable | None:
    """A time as people say it; `None` where there was no answer."""
    return None if seconds is None else span_in_words(timedelta(seconds=seconds))


async def chat_report(
    stores: Stores,
    since: date,
    until: date,
    *,
    channel: str | None = None,
    only: str | None = None,
) -> ChatReport:
    """The figures of these days, on a channel or all; `only`: of the accounts this one alone. What waits to
    be counted is counted first."""
    await stores.counts.fold_all()
    first, last = since.isoformat(), until.isoformat()
    found = team_figures(await stores.counts.of_staff(first, last), channel)
    open_now = await stores.staff_chats.open_now(channel)
    seen = [one for one in sorted(found.accounts) if only in (None, one)]
    return ChatReport(
        since=first,
        until=last,
        team=_row(None, None, found.team, found.begun),
        agents=[_row(None, one, found.accounts[one], found.accounts[one].had) for one in seen],
        days=[
            _row(day, one, figures, figures.had)
            for (day, one), figures in sorted(found.by_day.items())
            if one in seen
        ],
        hours=[
            ChatHour(hour, found.waits_of_hour(hour), _median(found.first_by_hour.get(hour)))
            for hour in range(HOURS_OF_DAY)
        ],
        reasons=[EndReason(*one) for one in found.ended.most_common()],
        waiting=open_now.waiting,
        now=_now(open_now, only),
    )


def _now(found: OpenChats, only: str | None) -> list[AccountNow]:
    """Of accounts: what is in LINE's own chat none has."""
    named = sorted(one for one in found.had if one is not None and only in (None, one))
    return [AccountNow(one, found.had[one], found.unanswered.get(one, 0)) for one in named]


def _median(times: AnswerTimes | None) -> int | None:
    return None if times is None else times.median


def _row(day: str | None, by: str | None, found: StaffFigures, conversations: int) -> StaffRow:
    first, further = found.first, found.further
    return StaffRow(
        *(day, by, conversations, found.answers),
        *(first.number, first.median, first.p90),
        *(further.number, further.median, further.p90),
        *(found.in_time, found.late),
    )
