"""Troubles of work: calls that were given up, customers who wait for staff, journeys that stopped by
themselves, broadcasts that wait for a decision of staff. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from urllib.parse import quote

from bot.engine.compiled.flow import Flow
from bot.engine.compiled.playbook import Playbook
from bot.engine.turn.answer_promise import SOON, answer_due
from bot.model.broadcast import ASKS, Sending
from bot.model.journal import GiveUpReason
from bot.model.settings import Alert
from bot.model.translatable import Translatable, plural, tr
from bot.operations.alerts.standing import (
    EndedTrouble,
    StandingTrouble,
    TroubleLook,
    TroubleWords,
    gone,
)
from bot.operations.broadcasts.held_orders import WHY_ASKED
from bot.operations.call_outcomes import why_lost
from bot.store.events.dead_letters import DeadLetterGroup

JUST_ENDED = timedelta(days=1)
"""A journey whose time was over before that is no news."""


# -- what was given up


def lost_look(
    groups: Iterable[DeadLetterGroup],
    titles: Mapping[str, str],
    lasting: Collection[str],
    old: Collection[tuple[str, str]],
    public: str,
) -> TroubleLook:
    """One trouble for each reason and account. `old`: channel and reason of what nobody has attended to for
    so long that it is among the `groups` no more: it ends without a word."""
    number = Counter[tuple[str, str]]()
    first: dict[tuple[str, str], datetime] = {}
    for one in groups:
        key = one.channel, one.reason
        number[key] += one.number
        first[key] = min(one.first, first.get(key, one.first))
    standing = [
        StandingTrouble(
            "dead_letters",
            " ".join(key),
            _lost(key[1], many, titles.get(key[0], key[0]), public),
            key[0],
            many,
        )
        for key, many in number.items()
    ]
    ended = [
        EndedTrouble(
            "dead_letters",
            subject,
            None if _parted(subject) in old else _none_left(subject),
            subject.split(" ")[0],
        )
        for subject in gone("dead_letters", lasting, standing)
    ]
    return TroubleLook(standing, ended)


def without_lost_by_token(
    standing: Iterable[StandingTrouble], lasting: Collection[str]
) -> list[StandingTrouble]:
    """Without what was given up as LINE refuses the token, while that is alerted to: it is one trouble, and
    nothing can be sent once more before it is over. `lasting`: the subjects of refused tokens."""
    standing = [*standing]
    refused = {one.subject for one in standing if one.reason == "token_refused"}.union(lasting)
    channels = {subject.partition(" ")[0] for subject in refused}
    lost = {f"{channel} {GiveUpReason.ACCESS_TOKEN_REFUSED}" for channel in channels}
    return [one for one in standing if one.reason != "dead_letters" or one.subject not in lost]


def _parted(subject: str) -> tuple[str, str]:
    channel, _, reason = subject.partition(" ")
    return channel, reason


def _lost(reason: str, many: int, title: str, public: str) -> TroubleWords:
    return TroubleWords(
        plural(
            "1 message of {title} was not sent: {why}",
            "{number} messages of {title} were not sent so far: {why}",
            many,
            title=title,
            why=why_lost(reason),
            number=f"{many:,}",
        ),
        tr("these people wait for something that does not come by itself any more"),
        (tr("look through them on the page below: send them once more, or drop them"),),
        f"{public}/admin/unsent" if public else "",
    )


def _none_left(subject: str) -> Translatable:
    return tr("no unsent message is left of this reason: {why}", why=why_lost(_parted(subject)[1]))


# -- who waits for staff


WAITS = timedelta(minutes=30)
"""So long nobody may wait, where an alert says no other time."""
AGAIN = timedelta(hours=1)
"""So long after an alert there is another one where others have become late since."""


def waiting_look(
    waiting: Iterable[tuple[datetime, str]],
    alerts: Iterable[Alert],
    playbook: Playbook,
    titles: Mapping[str, str],
    lasting: Mapping[str, datetime],
    now: datetime,
    public: str,
) -> TroubleLook:
    """Accounts where somebody has waited for our staff for too long.

    That is the time that an alert says; where none does, three quarters of the channel's `answer_within`, so
    that there is time yet; else `WAITS`.

    A trouble that has lasted for `AGAIN`, and in which somebody else became late since, ends without a notice
    and begins anew at the next look: so there is another alert, and one person left unserved hides nobody.

    `waiting`: since when each waits, and where; `lasting`: since when each trouble lasts.
    """
    said = next((one for one in alerts if one.waiting is not None), None)
    most = WAITS if said is None or said.waiting is None else said.waiting
    hours = None if said is None else playbook.hours.get(said.during or "")

    def late_from(since: datetime, channel: str) -> datetime | None:
        if said is None and (soon := answer_due(playbook, channel, since, SOON)) is not None:
            return soon  # before the promise of the channel is broken
        return since + most if hours is None else hours.when_open_for(most, since, playbook.zone)

    found: dict[str, list[datetime]] = {}
    newest: dict[str, datetime] = {}
    for since, channel in waiting:
        known, late = playbook.channels.get(channel), late_from(since, channel)
        if late is not None and late <= now and (known is None or known.staff != "line_chat"):
            found.setdefault(channel, []).append(since)
            newest[channel] = max(late, newest.get(channel, late))
    standing = [
        StandingTrouble(
            "waiting",
            channel,
            _waits(late, titles.get(channel, channel), playbook, public),
            channel,
            len(late),
        )
        for channel, late in found.items()
    ]
    ended = [
        EndedTrouble("waiting", channel, tr("nobody waits for staff for so long any more"), channel)
        for channel in gone("waiting", lasting, standing)
    ]
    ended += [
        EndedTrouble("waiting", channel, None, channel)
        for channel, late in newest.items()
        if channel in lasting and lasting[channel] < late and lasting[channel] + AGAIN <= now
    ]
    return TroubleLook(standing, ended)


def _waits(late: Sequence[datetime], title: str, playbook: Playbook, public: str) -> TroubleWords:
    return TroubleWords(
        plural(
            "1 customer of {title} waits for staff, since {moment}",
            "{number} customers of {title} wait for staff, the first since {moment}",
            len(late),
            title=title,
            number=f"{len(late):,}",
            moment=f"{min(late).astimezone(playbook.zone):%Y-%m-%d %H:%M}",
        ),
        tr("they asked for staff, and nobody has answered"),
        (tr("answer them on the page below, longest first, or close what needs no answer"),),
        f"{public}/admin/chat" if public else "",
    )


# -- journeys


def journeys_look(
    playbook: Playbook, totals: Mapping[str, int], lasting: Collection[str], now: datetime, public: str
) -> TroubleLook:
    """Journeys that push nobody any more although no one has stopped them."""
    standing = []
    for name, flow in playbook.flows.items():
        words = _by_itself(flow, totals.get(name, 0), now, is_known=name in lasting)
        if flow.start is not None and words is not None:
            page = f"{public}/admin/flows/{quote(name, safe='')}" if public else ""
            standing.append(StandingTrouble("journey_stopped", name, TroubleWords(*words, page=page)))
    ended = [
        EndedTrouble(
            "journey_stopped", name, tr("the journey {name} does not stand still any more", name=name)
        )
        for name in gone("journey_stopped", lasting, standing)
    ]
    return TroubleLook(standing, ended)


def _by_itself(
    flow: Flow, pushes: int, now: datetime, *, is_known: bool
) -> tuple[Translatable, Translatable, Sequence[Translatable]] | None:
    """What has happened, why it matters and what to do, of a journey that its own bounds have stopped;
    `None`: it goes on, or ended too long ago."""
    title, most, until = flow.title, flow.max_total, flow.active_until
    if most is not None and pushes >= most:
        what = tr(
            "the journey {title} has stopped by itself: it has pushed {number} times, as often as it may",
            title=title,
            number=f"{pushes:,}",
        )
        why = tr("whoever is in it gets nothing more from it")
        return what, why, (tr("let it push more often (max_pushes: total), or leave it as it is"),)
    if until is None or not (until <= now < until + JUST_ENDED or (is_known and until <= now)):
        return None
    what = tr("the journey {title} has stopped by itself: its time is over", title=title)
    if flow.active_then == "stopped":
        why = tr("nobody begins it any more, and whoever was in it has left")
    else:
        why = tr("nobody begins it any more; whoever is in it goes on")
    return what, why, (tr("give it another end (active: until), or leave it as it is"),)


# -- orders of broadcasts


def orders_look(
    going: Iterable[Sending], playbook: Playbook, lasting: Collection[str], public: str
) -> TroubleLook:
    """Orders that wait for staff, by broadcast: of each there is one that is not over."""
    standing = [_order(one, playbook, public) for one in going if one.held in ASKS]
    ended = [
        EndedTrouble(
            "broadcast_held",
            name,
            tr("the broadcast {title} waits for nobody any more", title=_title(playbook, name)),
        )
        for name in gone("broadcast_held", lasting, standing)
    ]
    return TroubleLook(standing, ended)


def _order(one: Sending, playbook: Playbook, public: str) -> StandingTrouble:
    assert one.held is not None  # it asks
    words = TroubleWords(
        tr(
            "the broadcast {title} has not gone out. {why}",
            title=_title(playbook, one.broadcast),
            why=WHY_ASKED[one.held],
        ),
        tr("nobody gets it until somebody has decided"),
        (tr("on the page below: send it all the same, or cancel it"),),
        f"{public}/admin/broadcasts/one?name={quote(one.broadcast, safe='')}" if public else "",
    )
    return StandingTrouble("broadcast_held", one.broadcast, words, one.channel)


def _title(playbook: Playbook, name: str) -> str:
    found = playbook.broadcasts.get(name)
    return name if found is None else found.title or name
