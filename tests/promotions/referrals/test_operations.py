"""N4: how campaigns are doing, and who has brought whom, of what neither contact has of the other."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any, get_args

import pytest

from bot.engine.members.merge import merged
from bot.model.contact import Contact
from bot.model.mark import Mark
from bot.operations.audit_trail import entries
from bot.operations.contact_document import in_full
from bot.operations.contact_view import ContactView
from bot.operations.payload import as_json, pick
from bot.promotions.referrals.model import (
    CAME,
    DONE,
    FRIEND_REWARDED,
    HELD_REFERRALS,
    INVITATIONS,
    OF_REFERRALS,
    REFUSED,
    REWARDED,
    UNCOUNTED,
    Invitation,
    Referral,
    ReferralRefusal,
    ReferralState,
)
from bot.promotions.referrals.operations.figures import WHY_REFUSED as REFUSED_WORDS
from bot.promotions.referrals.operations.figures import (
    ReferralUnknown,
    brought_friends,
    campaign_of,
    inviters,
    inviters_of,
    pairs_csv,
    referral_figures,
    state_words,
)
from bot.store.stores import Stores
from bot.translations.chinese import CHINESE
from tests.conftest import NOW
from tests.counted import count_on
from tests.people import come
from tests.playbooks import compiled
from tests.promotions.referrals.test_engine import CAMPAIGN

SHOP = replace(
    compiled("rules: [{when: {text: 嗨}, reply: 嗨}]\n"),
    promotions={
        **compiled("rules: [{when: {text: 嗨}, reply: 嗨}]\n").promotions,
        "referrals": {"好友": CAMPAIGN, "夏天": replace(CAMPAIGN, name="夏天", goal="followed")},
    },
)


def friend(number: int, state: ReferralState, by: str = "code1", **more: Any) -> Contact:
    at = NOW + timedelta(minutes=number)
    came = None if state == "opened" else at
    one = Referral("好友", by, f"r{number}", at, state, came, **more)
    return Contact(f"main:F{number}", name=f"=朋友{number}", held={"referrals": (one,)})


INVITER = Contact(
    "main:U1",
    name="小美",
    held={"invitations": (Invitation("好友", ("code1", "code0"), friends=3, successes=1, rewarded=1),)},
)


@pytest.fixture
async def stores(stores: Stores) -> Stores:
    """With these people in it."""
    links = (Invitation("好友", ("code2",), friends=5),)
    other = replace(INVITER, id="main:U2", name=None, held={**INVITER.held, "invitations": links})
    idle = replace(
        INVITER, id="main:U3", held={**INVITER.held, "invitations": (Invitation("好友", ("code3",)),)}
    )
    await come(
        stores.contacts,
        *(INVITER, other, idle),
        *(friend(1, "done"), friend(2, "refused", why="household"), friend(3, "opened", "code0")),
        *(friend(4, "came", "gone"), friend(5, "judged", "code2")),
    )
    return stores


async def test_a_campaign_in_numbers(stores: Stores) -> None:
    for what, why in ((CAME, ""), (CAME, ""), (DONE, ""), (FRIEND_REWARDED, ""), (REWARDED, "")):
        await count_on(stores, NOW.date().isoformat(), Mark("main", OF_REFERRALS, what, ("好友", why)))
    await count_on(stores, NOW.date().isoformat(), Mark("main", OF_REFERRALS, REFUSED, ("好友", "late")))
    one, other = await referral_figures(stores, SHOP)
    assert (one.came, one.counted, one.friends_rewarded, one.inviters_rewarded) == (2, 1, 1, 1)
    assert ({why: n for why, n in one.refused.items() if n}, one.opened, one.waiting) == ({"late": 1}, 1, 2)
    assert (other.came, sum(other.refused.values()), other.opened, other.waiting) == (0, 0, 0, 0)


async def test_who_has_brought_most_comes_first_and_who_has_nobody_not_at_all(stores: Stores) -> None:
    found = await inviters(stores, SHOP, "好友")
    assert [(one.contact.contact, one.name.text, one.friends, one.counted) for one in found] == [
        ("main:U2", "", 5, 0),
        ("main:U1", "小美", 3, 1),
    ]
    assert [one.contact.contact for one in await inviters(stores, SHOP, "好友", most=1)] == ["main:U2"]
    assert await inviters(stores, SHOP, "夏天") == []
    with pytest.raises(ReferralUnknown):
        await inviters(stores, SHOP, "沒有")


@pytest.mark.ring("all", "a bot of its own, and many turns")
async def test_whom_somebody_has_brought_by_any_code_that_is_theirs(stores: Stores) -> None:
    found = await brought_friends(stores, INVITER, "好友")
    assert [one.contact for one in found] == ["main:F3", "main:F2", "main:F1"], "the latest first"
    assert await brought_friends(stores, INVITER, "夏天") == []


async def test_of_two_inviters_who_become_one_the_friends_of_both(stores: Stores) -> None:
    links = (Invitation("好友", ("code2",), friends=5),)
    both = merged(INVITER, Contact("outlet:V1", held={"invitations": links}))
    found = await brought_friends(stores, both, "好友")
    assert [one.contact for one in found] == ["main:F5", "main:F3", "main:F2", "main:F1"]
    assert [one.friends for one in INVITATIONS.of(both)] == [8]


async def test_by_whom_somebody_was_brought_and_that_an_erased_inviter_is_nobody(stores: Stores) -> None:
    [(_, inviter)] = await inviters_of(stores, friend(1, "done"))
    assert inviter is not None
    assert inviter.id == "main:U1"
    [(one, inviter)] = await inviters_of(stores, friend(4, "came", "gone"))
    assert (one.by, inviter) == ("gone", None)


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (friend(1, "opened"), "點了連結，還沒加入"),
        (friend(1, "came"), "已加入，還沒綁定"),
        (friend(1, "judged"), "確認中"),
        (friend(1, "done"), "推薦成功"),
        (friend(1, "refused", why="before"), "不算：原本就是好友"),
        (friend(1, "refused", why="gone"), "不算：邀請人已不在名單裡"),
    ],
)
def test_how_far_somebody_is_in_words(one: Contact, said: str) -> None:
    [referral] = HELD_REFERRALS.of(one)
    assert CHINESE.text(state_words(referral, "bound")) == said


def test_every_reason_has_words_on_pages_and_in_traces() -> None:
    assert REFUSED_WORDS.keys() == UNCOUNTED.keys() == set(get_args(ReferralRefusal))


async def test_the_table_has_no_formula_and_the_audit_log_has_it(stores: Stores) -> None:
    campaign = campaign_of(SHOP, "好友")
    text = await pairs_csv(stores, SHOP, campaign, CHINESE, "console:mei", NOW)
    heads, *rows = text.lstrip("\ufeff").splitlines()
    assert heads == "邀請人,好友,狀態,點連結的時間,加入時間,確定時間"
    assert [row.split(",")[:3] for row in rows] == [
        ["", "'=朋友5", "確認中"],
        ["", "'=朋友4", "已加入，還沒綁定"],
        ["小美", "'=朋友3", "點了連結，還沒加入"],
        ["小美", "'=朋友2", "不算：和邀請人用同一支電話或 Email"],
        ["小美", "'=朋友1", "推薦成功"],
    ], "the inviter of the first has no name, that of the second is not here any more"
    [deed] = await entries(stores, kinds=("many_exported",))
    assert (deed.about, deed.after, deed.state) == ("referrals 好友", "5", "done")


def test_what_is_exported_of_somebody_leads_to_nobody_else() -> None:
    """J4: their own links and how often they brought; of the inviter not even the link's code."""
    one = replace(
        friend(2, "refused", why="late", ended=NOW),
        held={**friend(2, "refused", why="late", ended=NOW).held, "invitations": INVITATIONS.of(INVITER)},
    )
    found = in_full(ContactView(one, simulated=False), SHOP, NOW)
    held = as_json(pick(found, "referrals", "invitations"))
    assert held["referrals"] == [
        {
            "campaign": "好友",
            "state": "refused",
            "why": "late",
            "at": (NOW + timedelta(minutes=2)).isoformat(),
            "came": (NOW + timedelta(minutes=2)).isoformat(),
            "ended": NOW.isoformat(),
        }
    ]
    [link] = held["invitations"]
    assert link == {
        "campaign": "好友",
        "codes": ["code1", "code0"],
        "friends": 3,
        "successes": 1,
        "rewarded": 1,
    }
