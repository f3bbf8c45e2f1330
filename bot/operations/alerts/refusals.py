"""What LINE and shops refuse: an access token, a shop's credentials, the reading of its members. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from urllib.parse import quote

from bot.connectors.shops.platforms import LISTS
from bot.model.processes import OutsideService, RefusedCalls, Serving
from bot.model.settings import Settings
from bot.model.shop import ShopSync, SyncRun, SyncStop
from bot.model.translatable import Translatable, tr
from bot.operations.alerts.standing import EndedTrouble, StandingTrouble, TroubleLook, TroubleWords, gone
from bot.operations.doctor.account import ISSUE, TOKEN
from bot.operations.refused_calls import StuckMessages, why_refused, worst
from bot.operations.shops.status_words import why_stopped

FAILING = timedelta(minutes=10)
"""For so long a shop may fail before anybody is alerted: most of it passes by itself."""


def tokens_look(
    alive: Collection[Serving],
    stuck: Iterable[StuckMessages],
    titles: Mapping[str, str],
    lasting: Mapping[str, datetime],
    public: str,
) -> TroubleLook:
    """Access tokens that LINE has refused of real calls; the subject is that of `doctor.watch`, which looks
    each hour: whoever is first alerts. It is over once a call that began since was taken."""
    refused, waiting = worst(alive, "line"), {one.channel: one.number for one in stuck}
    standing = [
        StandingTrouble(
            "token_refused",
            f"{name} {TOKEN.name}",
            _token(titles[name], waiting.get(name, 0), name, public),
            name,
            1 + waiting.get(name, 0),
        )
        for name, one in refused.items()
        if one.kind == "token" and name in titles
    ]
    ended = []
    for subject in gone("token_refused", lasting, standing):
        name, _, item = subject.partition(" ")
        if item == TOKEN.name and name in titles and was_taken(alive, "line", name, lasting[subject]):
            says = tr("LINE takes the access token of {title} again", title=titles[name])
            ended.append(EndedTrouble("token_refused", subject, says, name))
    return TroubleLook(standing, ended)


def _token(title: str, waiting: int, channel: str, public: str) -> TroubleWords:
    return TroubleWords(
        tr(
            "LINE refuses the access token of {title}; messages that wait: {number}",
            title=title,
            number=f"{waiting:,}",
        ),
        tr("nothing that the bot or staff say there reaches anybody; replies are lost after a minute"),
        (
            ISSUE,
            tr("press “Reissue”, and put the new one where bot.yaml takes access_token from (.env)"),
        ),
        f"{public}/admin/setup?channel={quote(channel, safe='')}" if public else "",
    )


def was_taken(alive: Iterable[Serving], of: OutsideService, name: str, since: datetime) -> bool:
    """Whether a call that began since then was taken."""
    return any((at := one.taken.get(f"{of} {name}")) is not None and at > since for one in alive)


def shops_look(
    syncs: Mapping[str, ShopSync],
    alive: Collection[Serving],
    settings: Settings,
    lasting: Mapping[str, datetime],
    now: datetime,
    public: str,
) -> TroubleLook:
    """Shops whose members have not been read for a while, and why; those that refuse our credentials at once,
    whether they were ever read or not."""
    standing, refused, failing = [], worst(alive, "shop"), set[str]()
    for name, shop in settings.shops.items():
        stop, calls = stop_of(syncs.get(name)), refused.get(name)
        if shop.platform in LISTS or (stop is None and calls is None):
            continue
        failing.add(name)
        since = min(one.since for one in (stop, calls) if one is not None)
        is_for_good = (stop is not None and stop.again is None) or (
            calls is not None and calls.kind == "refused"
        )
        if is_for_good or now - since >= FAILING:
            page = f"{public}/admin/shops/{quote(name, safe='')}" if public else ""
            words, hours = _shop(name, stop, calls, page), (now - since) // timedelta(hours=1)
            standing.append(StandingTrouble("shop_failing", name, words, size=1 + hours))
    ended = [
        EndedTrouble("shop_failing", name, _shop_is_well(name, settings))
        for name in gone("shop_failing", lasting, standing)
        if name not in failing  # it fails anew, but not for long enough
        and (name not in settings.shops or _is_well(syncs.get(name), alive, name, lasting[name]))
    ]
    return TroubleLook(standing, ended)


def stop_of(sync: ShopSync | None) -> SyncStop | None:
    """Why one of its listings does not go on, also while it is being tried again."""
    return next((one.stop for one in _runs(sync) if one.is_under_way and one.stop is not None), None)


def _runs(sync: ShopSync | None) -> Iterator[SyncRun]:
    yield from (one for one in (sync.all, sync.poll) if one is not None) if sync is not None else ()


def _is_well(sync: ShopSync | None, alive: Iterable[Serving], name: str, since: datetime) -> bool:
    """Whether it has answered since then: a process that has just been started knows of no refusal."""
    ended = [one.ended for one in _runs(sync) if one.ended is not None and one.state == "done"]
    return any(at > since for at in ended) or was_taken(alive, "shop", name, since)


def _shop(name: str, stop: SyncStop | None, calls: RefusedCalls | None, page: str) -> TroubleWords:
    if calls is not None:
        what = tr("the shop {name}: {why}", name=name, why=why_refused(calls))
        why = tr("who wants to bind is not found, and levels and points do not arrive")
        mend = tr("on the page below: whether its credentials are right, and have its members read")
        return TroubleWords(what, why, (mend,), page)
    assert stop is not None  # one of them is
    return TroubleWords(
        tr("the shop {name} has not let its members be read", name=name),
        tr("new members, levels and points do not arrive; who binds is still looked up at the shop itself"),
        (why_stopped(stop, name),),
        page,
    )


def _shop_is_well(name: str, settings: Settings) -> Translatable:
    if name not in settings.shops:
        return tr("the shop {name} is not in the playbook any more", name=name)
    return tr("the members of the shop {name} are read again", name=name)
