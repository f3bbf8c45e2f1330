"""`kill -9` while friends come by a link to two processes: each counts once, both are rewarded once (N4).

OAFLOW_KILL_ROUNDS sets the number of rounds (3: each victim once), OAFLOW_KILL_SEED repeats one that failed.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, datetime

import pytest

from bot.model.audit import AuditRow
from bot.model.contact import Contact
from bot.model.event import PageOpened, What
from bot.promotions.coupons.model import HELD_COUPONS
from bot.promotions.referrals.model import (
    CAME,
    DONE,
    FRIEND_REWARDED,
    HELD_REFERRALS,
    INVITATIONS,
    OF_REFERRALS,
    REWARDED,
    ReferralAct,
)
from bot.services.rewrites import RewriteJob, event_for
from bot.store.database.mongo import reaching
from bot.store.stores import Stores
from bot.store.unavailable import DatabaseUnavailable
from tests.faults.bot_process import PLAYBOOK, comes_to
from tests.faults.test_kill import ROUND_SECONDS, ROUNDS
from tests.faults.two_killed import TwoKilled, two_killed
from tests.faults.webhooks import follows, person
from tests.faults.world import World

PEOPLE = 12
TOKEN = "access_token: ${LINE_CHANNEL_ACCESS_TOKEN}\n"
LIFF = '    liff: {login_channel_id: "1657000099", liff_id: 1657000099-abc}\n'
SECTIONS = f"""\
coupons: {{見面禮: {{for: 30d}}, 謝禮: {{for: 30d, per_person: {PEOPLE}}}}}
referrals: {{好友: {{when: followed, friend: 見面禮, inviter: 謝禮, max: {PEOPLE}}}}}
"""
RULES = """\
  - {when: {text: 邀請}, reply: {text: 邀請, quick_replies: [{label: 邀請, page: my_invites}]}}
  - {when: {coupon: any, result: [given, had, none_left, over, failed]}, push: 好}
"""


async def does(stores: Stores, user: str, what: What) -> None:
    """Something on a page, stored once, whatever dies: as soon as the account knows the person."""
    job = RewriteJob("test", datetime.now(UTC), f"{user} {type(what).__name__}")
    while True:
        try:
            stored = await stores.contacts.person(f"main:{user}")
            if stored is not None and stored.revision:
                entry = event_for(stored.contact, what, job, once=True).entry
                line = AuditRow(f"stamped:{entry.id}", job.at, "test", "stamped", stored.contact.id)
                await stores.rewriter.append_once(entry, line)
                return
        except DatabaseUnavailable:
            continue
        await asyncio.sleep(0.02)  # the bots tell nobody when they have got to know one


async def link_of(two: TwoKilled) -> tuple[str, str]:
    """A new inviter, and the code of their link."""
    inviter = person()
    await two.deliver(follows(inviter))
    await does(two.stores, inviter, PageOpened("my_invites"))
    await two.world.all_done(inviter)
    [held] = INVITATIONS.of((await people(two.stores, [inviter]))[0])
    return inviter, held.codes[0]


async def people(stores: Stores, users: list[str]) -> list[Contact]:
    found = await stores.contacts.people_of(f"main:{user}" for user in users)
    return list(found.values())


async def one_round(two: TwoKilled) -> None:
    stores = two.stores
    inviter, code = await link_of(two)
    users = [person() for _ in range(PEOPLE)]

    async def comes(user: str) -> None:
        await two.deliver(follows(user))
        await does(stores, user, ReferralAct("好友", "opened", code))

    async with two.struck(PEOPLE) as group:
        for user in users:
            group.create_task(comes(user))
    await comes_to(lambda: all_count(stores, users, inviter), ROUND_SECONDS)
    await two.world.all_done(inviter, *users, seconds=ROUND_SECONDS)
    await check(stores, users, inviter)


async def all_count(stores: Stores, users: list[str], inviter: str) -> bool:
    friends, [host] = await people(stores, users), await people(stores, [inviter])
    done = [one for friend in friends for one in HELD_REFERRALS.of(friend) if one.state == "done"]
    return (
        len(done) == PEOPLE
        and len(HELD_COUPONS.of(host)) == PEOPLE
        and all(HELD_COUPONS.of(one) for one in friends)
    )


async def check(stores: Stores, users: list[str], inviter: str) -> None:
    friends, [host] = await people(stores, users), await people(stores, [inviter])
    [held] = INVITATIONS.of(host)
    assert (held.friends, held.successes, held.rewarded) == (PEOPLE, PEOPLE, PEOPLE)
    ids = {one.id for friend in friends for one in HELD_REFERRALS.of(friend)}
    assert set(held.came) == set(held.done) == ids
    assert [one.grant.coupon for one in HELD_COUPONS.of(host)] == ["謝禮"] * PEOPLE
    assert all([one.grant.coupon for one in HELD_COUPONS.of(friend)] == ["見面禮"] for friend in friends)
    async with reaching():
        rows = stores.database.collection("coupon_grants").find(
            {"contact": {"$in": [host.id, *(friend.id for friend in friends)]}}
        )
        given = Counter([row["coupon"] async for row in rows])
    assert given == {"見面禮": PEOPLE, "謝禮": PEOPLE}


async def counted(stores: Stores) -> Counter[str]:
    await stores.counts.fold_all()
    sums = await stores.counts.of_promotions(OF_REFERRALS)
    return Counter({one.what: one.number for one in sums})


@pytest.mark.ring("soak", "rounds of kill -9")
async def test_killed_while_friends_come(processes: World) -> None:
    """N4: whichever of a process and its database dies, beside another process."""
    async with two_killed(processes, SECTIONS + PLAYBOOK.replace(TOKEN, TOKEN + LIFF) + RULES) as two:
        await two.rounds(lambda number: one_round(two))
        wanted = dict.fromkeys((CAME, DONE, FRIEND_REWARDED, REWARDED), PEOPLE * ROUNDS)

        async def are_counted() -> bool:
            return await counted(two.stores) == wanted

        await comes_to(are_counted, ROUND_SECONDS)
