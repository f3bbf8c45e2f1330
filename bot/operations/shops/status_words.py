"""How far a shop's members are read, and what the shop reported lately, in words (C3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.model.answer_fields import Sentence
from bot.model.outside import IS_COPY
from bot.model.shop import MEMBER_REFUSALS, WRONG_ACCOUNT, SyncRun, SyncStop, UnreadField
from bot.model.translatable import Translatable, tr

TALKATIVE = timedelta(seconds=20)
"""After this time the remaining time is shown: before, the beginning would be taken for the rule."""
ENOUGH = 50
"""Members that have been read by then: a page of them comes at once, and the first one late."""


@dataclass(frozen=True, slots=True)
class UnreadValues:
    """Of so many members a mapped field gave no value, and why."""

    ours: str
    theirs: str
    why: Sentence
    members: int

    @property
    def said(self) -> Translatable:
        """How often, and why."""
        number = f"{self.members:,}"
        return tr(
            "{ours}: {number} times {theirs} {why}",
            ours=self.ours,
            number=number,
            theirs=self.theirs,
            why=self.why,
        )


def unread_values(unread: Mapping[UnreadField, int]) -> Sequence[UnreadValues]:
    """By our names, then theirs."""
    fields = sorted(unread.items(), key=lambda one: (one[0].ours, one[0].theirs, one[0].why))
    return [UnreadValues(one.ours, one.theirs, one.sentence, many) for one, many in fields]


def beforehand(run: SyncRun) -> Translatable | None:
    """How many members there are and how long reading them takes; `None`: nobody knows yet."""
    if run.total is None or run.calls is None or run.seconds is None:
        return None
    return tr(
        "{members} members, in {calls} calls at the pace that the platform allows: at least {time}",
        members=f"{run.total:,}",
        calls=f"{run.calls:,}",
        time=long(run.seconds),
    )


def long(seconds: float) -> Translatable:
    """So long, roughly."""
    if seconds < 90:
        return tr("{number} s", number=max(1, round(seconds)))
    if seconds < 90 * 60:
        return tr("{number} min", number=round(seconds / 60))
    return tr("{number} h", number=f"{seconds / 3600:.1f}")


def how_far(run: SyncRun, now: datetime) -> Translatable:
    """While it lasts: members so far, how many a minute, what is left."""
    if run.state == "ordered" or run.total is None or run.began is None:
        return tr("the shop is asked how many members it has")
    read, total = min(run.figures.read, run.total), max(run.total, run.figures.read)
    passed = (now - run.began).total_seconds()
    so_far = tr("{read} of {total} members", read=f"{read:,}", total=f"{total:,}")
    if passed < TALKATIVE.total_seconds() or read < ENOUGH:
        return so_far
    return tr(
        "{so_far}, {rate} a minute, {left} left",
        so_far=so_far,
        rate=f"{read * 60 / passed:,.0f}",
        left=long((total - read) * passed / read),
    )


def came_of(run: SyncRun) -> Iterator[Translatable]:
    """What came of the members read."""
    got = run.figures
    yield tr(
        "{read} members read: {new} new, {changed} changed, {same} known already",
        read=f"{got.read:,}",
        new=f"{got.new:,}",
        changed=f"{got.changed:,}",
        same=f"{got.same:,}",
    )
    if got.met:
        yield tr("{number} of them are on LINE", number=f"{got.met:,}")
    if got.joined:
        yield tr("{number} people without LINE have turned out to be on it", number=f"{got.joined:,}")
    refused = [(MEMBER_REFUSALS.get(code, code), many) for code, many in got.refused.items()]
    for why, many in sorted(refused, key=lambda one: str(one[0])):
        yield tr("{number} were not taken: {why}", number=f"{many:,}", why=why)
    yield from (one.said for one in unread_values(got.unread))
    if run.kind == "all" and run.state == "done" and run.line is None:
        yield tr("too few LINE accounts of the shop to tell whose they are: nobody was met by them")


def why_stopped(stop: SyncStop, shop: str) -> Translatable:
    """Why it does not go on, and what to do."""
    why = stop.message
    match stop.why:
        case _ if stop.why == WRONG_ACCOUNT:
            return tr(
                "none of the LINE accounts by which members log in at {shop} is known on {channel}, so"
                " nothing was written: {channel} and the shop's LINE login have to be of one provider at"
                " LINE; write down under  channel  of the shop the account that it uses",
                shop=shop,
                channel=stop.message,
            )
        case "CredentialsRefused" | "CredentialsExpired" | "CredentialsMissing":
            return tr(
                "{shop} does not take our credentials any more: {why}; mend them, and it goes on by itself",
                shop=shop,
                why=why,
            )
        case "NotPermitted":
            return tr("{shop} does not allow its members to be listed: {why}", shop=shop, why=why)
        case "NotOffered":
            return tr("{shop} has no list of its members: {why}", shop=shop, why=why)
        case "NobodyAsked":
            return IS_COPY
        case "ShopAway":
            return tr(
                "{shop} does not answer: {why}; it is tried again by itself",
                shop=shop,
                why=why,
            )
        case "LineUnknown":
            return tr(
                "LINE could not be asked whose the shop's accounts are: {why}; it is tried again by itself",
                why=why,
            )
        case _:
            return tr(
                "{shop} answers otherwise than it documents: {why}; it is tried again by itself",
                shop=shop,
                why=why,
            )


def stands_at(run: SyncRun, shop: str, now: datetime) -> Iterator[Translatable]:
    """How far a listing is, what came of it, or why it does not go on."""
    first = beforehand(run)
    if run.state == "stopped" and run.stop is not None:
        yield why_stopped(run.stop, shop)
    elif run.is_under_way:
        yield from () if first is None else [first]
        yield how_far(run, now)
    elif run.kind == "look" and first is not None:
        yield first
    else:
        yield from came_of(run)
