"""Machines, the database's members, playbooks that a process refuses, accounts that are gone. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import timedelta

from bot.model.alert import TroubleReason
from bot.model.processes import OwnCheck, OwnTrouble, Serving
from bot.model.translatable import Language, Translatable, TranslatableValue, tr
from bot.operations.alerts.standing import (
    EndedTrouble,
    StandingTrouble,
    TroubleLook,
    TroubleWords,
    alert_text,
    gone,
)

LEAST_FREE = 2 * 1024**3
"""Bytes; with fewer left on a disk it is nearly full, however large it is."""
LEAST_PART = 0.1
"""The part of a disk that is to be free."""
ROOM = 1.2
"""With so many times as much free a disk has room again."""
BEHIND = 30.0
"""Seconds by which most members of the database may be behind."""
CAUGHT_UP = 15.0
"""Seconds within which they have caught up."""
CLOCK_OFF = 30.0
"""Seconds by which a machine's clock may be off."""
CLOCK_RIGHT = 20.0
"""Seconds within which it is right again."""
WELL_FOR = timedelta(minutes=5)
"""For so long a machine has to be well before its trouble is over."""
GONE_FOR = timedelta(hours=1)
"""Of what nobody has looked at for so long nothing is known any more: a restart is sooner over."""
CLOCK, DISK, DATABASE, PLAYBOOK = "clock", "disk", "database", "playbook"
OF_SETUP: tuple[TroubleReason, ...] = ("webhook_off", "token_refused", "pages_off")
"""The first word of their subjects is the account; a subject of one word is of all accounts at once."""
OWN_REASONS: tuple[TroubleReason, ...] = ("playbook_refused", "server")


# -- what a process says of itself


def disk_check(folder: str, free: int, total: int, machine: str, language: Language) -> OwnCheck:
    """Of the disk on which this folder lies, with so many bytes."""
    item, least = f"{DISK} {folder}", max(LEAST_FREE, total * LEAST_PART)
    if free >= least:
        return OwnCheck(item, is_near=free < least * ROOM)
    words = TroubleWords(
        tr(
            "the disk of {machine} is nearly full: {free} GB of {total} GB are free",
            machine=machine,
            **_sizes(free, total),
        ),
        tr("on a full disk the database takes nothing any more, and LINE's messages are lost"),
        (tr("free some of it, or enlarge it: {folder} lies there", folder=folder),),
    )
    return OwnCheck(item, OwnTrouble("server", item, alert_text(words, language), total // max(free, 1)))


def _sizes(free: int, total: int) -> Mapping[str, str]:
    return {"free": f"{free / 1024**3:.1f}", "total": f"{total / 1024**3:.1f}"}


def clock_check(skew: float | None, machine: str, language: Language) -> OwnCheck:
    """Of a machine whose clock is so many seconds ahead of the database's (negative: behind; `None`: not
    measured yet)."""
    if skew is None or abs(skew) <= CLOCK_OFF:
        return OwnCheck(CLOCK, is_near=skew is None or abs(skew) > CLOCK_RIGHT)
    seconds = f"{abs(skew):,.0f}"
    what = (
        tr(
            "the clock of {machine} is {seconds} seconds ahead of the database's",
            machine=machine,
            seconds=seconds,
        )
        if skew > 0
        else tr(
            "the clock of {machine} is {seconds} seconds behind the database's",
            machine=machine,
            seconds=seconds,
        )
    )
    words = TroubleWords(
        what,
        tr("oaflow goes by the database's, but certificates and sign-ins are judged by the machine's"),
        (tr("have both machines set their clocks by the network (chrony, systemd-timesyncd)"),),
    )
    return OwnCheck(CLOCK, OwnTrouble("server", CLOCK, alert_text(words, language), int(abs(skew))))


def playbook_refused(
    why: TranslatableValue, goes_on: Translatable, step: Translatable, language: Language
) -> OwnCheck:
    """Of a process that cannot take a playbook over: `why`, and how it `goes_on`."""
    words = TroubleWords(tr("a changed playbook is not taken over: {why}", why=why), goes_on, (step,))
    return OwnCheck(PLAYBOOK, OwnTrouble("playbook_refused", PLAYBOOK, alert_text(words, language)))


def machines_look(
    alive: Iterable[Serving], lag: float | None, lasting: Mapping[str, Collection[str]]
) -> TroubleLook:
    """What all processes say, once for each machine and folder; how far the database's members are behind.

    `lasting`: the subjects of lasting troubles by reason. `lag`: `None` where MongoDB does not say it: then
    nothing is known of it.
    """
    found: dict[tuple[TroubleReason, str], OwnTrouble] = {}
    well, near = set[str](), set[str]()
    for one in alive:
        well |= {_subject(item, one) for item in one.well}
        near |= {_subject(item, one) for item in one.near}
        for trouble in one.troubles:
            found.setdefault((trouble.reason, _subject(trouble.item, one)), trouble)
    if lag is not None:
        (well if lag <= CAUGHT_UP else near).add(DATABASE)
    standing = [
        StandingTrouble(reason, subject, one.text, size=one.size) for (reason, subject), one in found.items()
    ]
    if lag is not None and lag > BEHIND:
        standing.append(StandingTrouble("server", DATABASE, _behind(lag), size=int(lag)))
    ended = [
        _ended(reason, subject, subject in well)
        for reason in OWN_REASONS
        for subject in gone(reason, lasting.get(reason, ()), standing)
        if subject not in near and not subject.startswith(AT_LINE)
    ]
    return TroubleLook(standing, ended)


def _subject(item: str, of: Serving) -> str:
    """Of a playbook with the folder, of all else with the machine alone."""
    return f"{item} {of.where if item == PLAYBOOK else of.where.partition(':')[0]}"


def _ended(reason: TroubleReason, subject: str, well: bool) -> EndedTrouble:
    """With words where somebody has found it `well`; else nobody looks at it any more."""
    if not well:
        return EndedTrouble(reason, subject, None, after=GONE_FOR)
    return EndedTrouble(
        reason, subject, _well(subject), after=timedelta() if reason == "playbook_refused" else WELL_FOR
    )


AT_LINE = "LINE's clock"
"""Begins the subject of a clock that was compared with LINE's, which `doctor.watch` does."""


def _behind(lag: float) -> TroubleWords:
    return TroubleWords(
        tr("most members of the database are {seconds} seconds behind", seconds=f"{lag:,.0f}"),
        tr("if the first one fails now, what was stored in these seconds is lost"),
        (tr("see whether they run, and how busy their disks are:  rs.status()  in mongosh"),),
    )


def _well(subject: str) -> Translatable:
    item, _, where = subject.partition(" ")
    match item:
        case "disk":
            return tr("the disk of {machine} has room again", machine=where.rpartition(" ")[2])
        case "clock":
            return tr("the clock of {machine} is right again", machine=where)
        case "playbook":
            return tr("the playbook is taken over again: {where}", where=where)
        case _:
            return tr("the members of the database have caught up")


def gone_channels(
    names: Collection[str], linked: Collection[str], lasting: Mapping[str, Collection[str]]
) -> TroubleLook:
    """Troubles of accounts that the playbook has no more, or that are unlinked: nobody looks at them."""
    return TroubleLook(
        ended=[
            EndedTrouble(reason, subject, why)
            for reason in OF_SETUP
            for subject in lasting.get(reason, ())
            if (why := _unwatched(subject, names, linked)) is not None
        ]
    )


def _unwatched(subject: str, names: Collection[str], linked: Collection[str]) -> Translatable | None:
    channel, of_one, _ = subject.partition(" ")
    if not of_one:
        return None if linked else tr("no account is linked any more")
    if channel not in names:
        return tr("the account {channel} is not in the playbook any more", channel=channel)
    return None if channel in linked else tr("the account {channel} is unlinked", channel=channel)
