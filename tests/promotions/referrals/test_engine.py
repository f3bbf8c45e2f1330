"""N4: what turns make of friends who bring friends."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.engine.compiled.playbook import ChannelRules, Playbook
from bot.engine.decide import decide
from bot.engine.members.merge import merged
from bot.engine.members.same_phone import moved
from bot.engine.times.local_time import Duration
from bot.model.contact import Binding, BindingKind, Contact, Identity
from bot.model.decision import Decision, DecisionInputs
from bot.model.event import Event, Follow, News, PageOpened, Source, TextMessage, Unfollow, What
from bot.model.place import Place
from bot.promotions.coupons.model import GiveCoupon
from bot.promotions.referrals.engine.declared import ReferralCampaign
from bot.promotions.referrals.engine.held import acts_of, codes_above
from bot.promotions.referrals.engine.law import LAWS
from bot.promotions.referrals.model import (
    HELD_REFERRALS,
    INVITATIONS,
    RING_MOST,
    Invitation,
    ReferralAct,
    ReferralGoal,
    ReferralState,
    ReportReferral,
)
from tests.depth import examples
from tests.engine.chat import NOON, chat_of
from tests.playbooks import codes

DAY = timedelta(days=1)
CAMPAIGN = ReferralCampaign(
    name="好友",
    title="好友一起來",
    terms="",
    image=None,
    starts=None,
    until=NOON + 60 * DAY,
    goal="bound",
    within=Duration(days=30),
    friend="見面禮",
    inviter="謝禮",
    most=2,
    place=Place("bot.yaml", 1, 1, "referrals.好友"),
)


class Town:
    """Some people of one account, and all that is told among them at once, as the desk tells it."""

    def __init__(self, campaign: ReferralCampaign = CAMPAIGN) -> None:
        rules = ChannelRules("main")
        self.playbook = Playbook(
            "shop", {"main": rules}, (), "v1", promotions={"referrals": {campaign.name: campaign}}
        )
        self.people: dict[str, Contact] = {}
        self.now = NOON
        self.coupons = Counter[tuple[str, str]]()
        self.news = list[tuple[str, str]]()
        self.heard = list[tuple[str, Event]]()
        self.holds_back = False
        self.waiting = list[tuple[str, ReportReferral]]()

    def hears(self, who: str, what: What, id_: str | None = None) -> Decision:
        """An event, with all that follows from it."""
        event = Event(id_ or f"e{len(self.heard)}", "main", Source("user", who), self.now, what)
        self.heard.append((who, event))
        decision = decide(self.playbook, self.person(who), event, self.now, DecisionInputs())
        self.people[who] = decision.contact
        for action in decision.actions:
            if isinstance(action, GiveCoupon):
                self.coupons[who, action.coupon] += 1
            elif isinstance(action, ReportReferral):
                self.waiting.append((who, action))
        if not self.holds_back:
            self.tell()
        return decision

    def tell(self) -> None:
        while self.waiting:
            who, report = self.waiting.pop(0)
            inviter = self.inviter(report.by)
            above, level = list[Contact](), [one for one in (inviter,) if one is not None]
            for _ in range(RING_MOST):
                some = [self.inviter(code) for code in codes_above(level)]
                level = [one for one in some if one is not None and one not in above]
                above += level
            for id_, act in acts_of(report, self.person(who), inviter, above):
                self.hears(id_.removeprefix("main:"), act, f"{act.referral} {act.what}")

    def inviter(self, code: str) -> Contact | None:
        return next((p for p in self.people.values() for one in INVITATIONS.of(p) if code in one.codes), None)

    def person(self, who: str) -> Contact:
        return self.people.get(who) or Contact(f"main:{who}")

    def code(self, who: str) -> str:
        """The person's own link, which they look at."""
        self.hears(who, PageOpened("my_invites"))
        return INVITATIONS.of(self.person(who))[0].codes[0]

    def opens(self, who: str, inviter: str) -> None:
        self.hears(who, ReferralAct("好友", "opened", self.code(inviter)))

    def follows(self, who: str, *, again: bool = False) -> None:
        self.hears(who, Follow(again))

    def binds(self, who: str, phone: str = "+886912345678") -> None:
        known = self.person(who)
        bound = {**known.bindings, "phone": Binding(self.now)}
        self.people[who] = replace(known, phone=phone, bindings=bound)
        self.hears(who, News("bound", "phone"))

    def state(self, who: str) -> tuple[ReferralState, str | None]:
        (one,) = HELD_REFERRALS.of(self.person(who))
        return one.state, one.why

    def comes(self, who: str, inviter: str, phone: str = "+886912345678") -> None:
        """All that counts."""
        self.opens(who, inviter)
        self.follows(who)
        self.binds(who, phone)


def town(**campaign: Any) -> Town:
    town = Town(replace(CAMPAIGN, **campaign))
    town.follows("amy")
    town.now += DAY
    return town


def test_a_friend_who_comes_and_binds_is_rewarded_with_the_inviter_once() -> None:
    here = town()
    here.opens("ben", "amy")
    assert here.state("ben") == ("opened", None)
    here.follows("ben")
    assert (here.state("ben"), here.coupons) == (("came", None), Counter())
    assert INVITATIONS.of(here.person("amy"))[0].friends == 1
    here.binds("ben")
    assert here.state("ben") == ("done", None)
    assert here.coupons == Counter({("ben", "見面禮"): 1, ("amy", "謝禮"): 1})
    here.hears("ben", Unfollow())
    here.follows("ben", again=True)
    here.comes("ben", "amy")
    assert here.coupons.total() == 2


def test_to_follow_is_enough_where_the_campaign_says_so() -> None:
    here = town(goal="followed")
    here.opens("ben", "amy")
    here.follows("ben")
    assert here.state("ben") == ("done", None)


def test_the_first_paid_order_after_coming_counts() -> None:
    here = town(goal="ordered")
    here.opens("ben", "amy")
    here.hears("ben", News("shop", "order_paid", {"order_no": "A1", "amount": 9}))
    assert here.state("ben") == ("opened", None)
    here.follows("ben")
    here.hears("ben", News("shop", "order_placed", {"order_no": "A2", "amount": 9}))
    assert here.state("ben") == ("came", None)
    here.hears("ben", News("shop", "order_paid", {"order_no": "A2", "amount": 9}))
    assert here.state("ben") == ("done", None)


def test_liff_may_make_a_friend_just_before_the_page_opens() -> None:
    here = town()
    here.follows("ben")
    here.now += timedelta(minutes=9)
    here.opens("ben", "amy")
    assert here.state("ben") == ("came", None)


def test_who_was_here_before_is_refused() -> None:
    here = town()
    here.follows("ben")
    here.now += timedelta(minutes=11)
    here.comes("ben", "amy")
    assert here.state("ben") == ("refused", "before")
    here.hears("cat", TextMessage("嗨"))  # a friend since before the bot: no follow was ever heard
    here.comes("cat", "amy")
    assert here.state("cat") == ("refused", "before")
    assert here.coupons == Counter()


def test_s43_who_leaves_and_comes_again_is_nobody_new() -> None:
    here = town(goal="followed")
    here.follows("ben", again=True)  # unblocked, just before the link is opened
    here.opens("ben", "amy")
    assert here.state("ben") == ("refused", "before")
    here.opens("cat", "amy")  # whom we have never heard of
    here.follows("cat", again=True)
    assert here.state("cat") == ("refused", "before")
    here.follows("dan")
    here.hears("dan", Unfollow())
    here.now += DAY
    here.opens("dan", "amy")
    here.follows("dan", again=True)
    assert here.state("dan") == ("refused", "before")
    assert here.coupons == Counter()


def test_nobody_brings_themselves() -> None:
    here = town()
    here.comes("amy", "amy")
    assert (HELD_REFERRALS.of(here.person("amy")), here.coupons) == ((), Counter())


def test_the_first_who_brings_somebody_counts() -> None:
    here = town()
    here.follows("eve")
    here.opens("ben", "amy")
    here.comes("ben", "eve")
    assert here.coupons == Counter({("ben", "見面禮"): 1, ("amy", "謝禮"): 1})


def phone(number: int) -> str:
    return f"+88691000000{number}"


@pytest.mark.parametrize("ring", [("ben", "cat"), ("ben", "cat", "dan"), ("ben", "cat", "dan", "eve")])
def test_s43_who_bring_each_other_in_a_ring_are_one_too_few(ring: tuple[str, ...]) -> None:
    """N4: two newcomers, or more in a ring: the one who closes it does not count, and nobody for them."""
    here = town()
    for one in ring:
        here.code(one)
    for number, (friend, inviter) in enumerate(zip((*ring[1:], ring[0]), ring, strict=True)):
        here.comes(friend, inviter, phone(number))
    assert [here.state(one)[0] for one in ring[1:]] == ["done"] * (len(ring) - 1)
    assert here.state(ring[0]) == ("refused", "ring")
    assert here.coupons[ring[-1], "謝禮"] == 0
    assert here.coupons.total() == 2 * (len(ring) - 1)


def test_s43_two_who_bring_each_other_at_once_both_do_not_count() -> None:
    here = town()
    for friend, inviter in (("ben", "cat"), ("cat", "ben")):
        here.opens(friend, inviter)
    here.follows("ben")
    here.follows("cat")
    here.binds("ben", phone(1))
    here.binds("cat", phone(2))
    assert [here.state(one) for one in ("ben", "cat")] == [("refused", "ring")] * 2
    assert here.coupons == Counter()


def test_s43_an_inviter_who_only_looks_at_the_friends_link_brings_them_all_the_same() -> None:
    here = town()
    here.opens("ben", "amy")
    here.opens("amy", "ben")
    assert here.state("amy") == ("refused", "before")
    here.follows("ben")
    here.binds("ben", phone(1))
    assert here.state("ben") == ("done", None)


def test_one_household_is_refused() -> None:
    here = town()
    here.people["amy"] = replace(here.person("amy"), phone="+886911111111")
    here.comes("ben", "amy", "+886911111111")
    assert here.state("ben") == ("refused", "household")
    here.people["amy"] = replace(here.person("amy"), email="home@example.com")
    here.people["cat"] = replace(here.person("cat"), email="home@example.com")
    here.comes("cat", "amy")
    assert here.state("cat") == ("refused", "household")
    assert here.coupons == Counter()


def test_s43_an_account_that_takes_the_inviters_phone_over_is_the_inviter() -> None:
    here = town()
    here.opens("ben", "amy")
    here.follows("ben")
    phone: Mapping[BindingKind, Binding] = {"phone": Binding(here.now)}
    amy, ben = (replace(here.person(who), phone="+886911111111", bindings=phone) for who in ("amy", "ben"))
    here.people["ben"], here.people["amy"] = moved(ben, amy, ("main",), here.now)
    here.binds("ben", "+886911111111")
    assert here.state("ben") == ("refused", "self")
    assert here.coupons == Counter()


def test_s43_an_inviter_is_rewarded_as_often_as_the_campaign_says() -> None:
    here = town()
    for number in range(4):
        here.comes(f"f{number}", "amy", f"+88691234567{number}")
    amy = INVITATIONS.of(here.person("amy"))[0]
    assert (amy.friends, amy.successes, amy.rewarded) == (4, 4, 2)
    assert (here.coupons["amy", "謝禮"], here.coupons.total()) == (2, 6)


def test_an_inviter_who_has_left_gets_nothing_and_the_friend_does() -> None:
    here = town()
    here.opens("ben", "amy")
    here.follows("ben")
    here.hears("amy", Unfollow())
    here.binds("ben")
    assert here.coupons == Counter({("ben", "見面禮"): 1})


def test_s43_whose_inviter_was_erased_was_brought_by_nobody() -> None:
    here = town()
    here.opens("ben", "amy")
    here.follows("ben")
    del here.people["amy"]
    here.binds("ben")
    assert here.state("ben") == ("refused", "gone")
    assert "amy" not in repr(here.person("ben"))


def test_what_comes_too_late_does_not_count() -> None:
    here = town()
    here.opens("ben", "amy")
    here.follows("ben")
    here.now += 30 * DAY
    here.binds("ben")
    assert here.state("ben") == ("refused", "late")


def test_a_link_of_a_campaign_that_is_over_brings_nobody() -> None:
    here = town()
    code = here.code("amy")
    here.opens("cat", "amy")
    here.now = NOON + 60 * DAY
    here.hears("ben", ReferralAct("好友", "opened", code))
    assert HELD_REFERRALS.of(here.person("ben")) == ()
    here.follows("cat")
    assert here.state("cat") == ("refused", "late")


def test_two_contacts_that_become_one_have_not_brought_each_other() -> None:
    here = town()
    here.opens("ben", "amy")
    here.follows("ben")
    ben = replace(here.person("ben"), identities=(Identity("other", "ben", friend=True),))
    both = merged(ben, here.person("amy"))
    assert [(one.state, one.why) for one in HELD_REFERRALS.of(both)] == [("refused", "self")]


WHO = ("amy", "ben", "cat")
step = st.one_of(
    st.tuples(st.just("opens"), st.sampled_from(WHO), st.sampled_from(WHO)),
    st.tuples(st.just("follows"), st.sampled_from(WHO), st.booleans()),
    st.tuples(st.just("unfollows"), st.sampled_from(WHO), st.just(0)),
    st.tuples(st.just("binds"), st.sampled_from(WHO), st.integers(0, 2)),
    st.tuples(st.just("orders"), st.sampled_from(WHO), st.just(0)),
    st.tuples(st.just("passes"), st.just(""), st.integers(1, 40)),
    st.tuples(st.just("again"), st.just(""), st.integers(0, 60)),
    st.tuples(st.just("holds"), st.just(""), st.booleans()),
    st.tuples(st.just("moves"), st.sampled_from(WHO), st.sampled_from(WHO)),
)


@settings(max_examples=examples(400))
@given(st.lists(step, max_size=25), st.sampled_from(("followed", "bound", "ordered")))
def test_s43_each_person_counts_once_and_nobody_for_themselves(
    steps: list[tuple[str, str, Any]], deed: ReferralGoal
) -> None:
    """Whatever order it comes in, and whatever comes twice."""
    here = Town(replace(CAMPAIGN, goal=deed))
    for what, who, other in steps:
        match what:
            case "opens":
                here.opens(who, other)
            case "follows":
                here.follows(who, again=other)
            case "unfollows":
                here.hears(who, Unfollow())
            case "binds":
                here.binds(who, f"+88691234567{other}")
            case "orders":
                here.hears(who, News("shop", "order_paid", {"order_no": "A1", "amount": 9}))
            case "passes":
                here.now += timedelta(hours=other)
            case "again" if here.heard:
                whose, event = here.heard[other % len(here.heard)]
                here.hears(whose, event.what, event.id)
            case "holds":
                here.holds_back = other
                here.tell()
            case "moves" if who != other and "phone" in here.person(other).bindings:
                bound: Mapping[BindingKind, Binding] = {"phone": Binding(here.now)}
                one = replace(here.person(who), phone=here.person(other).phone, bindings=bound)
                here.people[who], here.people[other] = moved(one, here.person(other), (), here.now)
    here.holds_back = False
    here.tell()
    codes = {code: who for who, p in here.people.items() for one in INVITATIONS.of(p) for code in one.codes}
    pairs = [
        (who, codes[one.by])
        for who, p in here.people.items()
        for one in HELD_REFERRALS.of(p)
        if one.state == "done"
    ]
    assert all(friend != inviter for friend, inviter in pairs)
    assert len({friend for friend, _ in pairs}) == len(pairs)
    for who in WHO:
        assert here.coupons[who, "見面禮"] == sum(friend == who for friend, _ in pairs)
        brought = sum(inviter == who for _, inviter in pairs)
        assert here.coupons[who, "謝禮"] <= min(brought, 2)
        assert brought == sum(one.successes for one in INVITATIONS.of(here.person(who)))


SHOP = """
bot: 森活選品
channels:
  main: {id: forest, channel_id: "1", channel_secret: x, liff: {login_channel_id: "5", liff_id: 5-a}}
coupons: {謝禮: {for: 30d, per_person: 9}}
referrals: {好友: {when: bound, inviter: 謝禮, max: 9, until: 2026-09-03 00:00}}
rules:
  - {when: {text: 邀請}, reply: "傳給好友：{{ invite.好友 or 活動結束了 }}"}
  - {when: {coupon: 謝禮, result: [given, had]}, push: 謝禮}
"""


def test_a_message_has_the_own_link_of_whoever_it_goes_to() -> None:
    """Made where there was none: the same that the page shows from then on."""
    chat = chat_of(SHOP)
    [said] = chat.says("邀請")
    [held] = INVITATIONS.of(chat.contact)
    assert said == f"傳給好友：https://liff.line.me/5-a/my_invites?by={held.codes[0]}"
    assert chat.says("邀請") == [said]
    assert [one.code for one in chat.goes_to("my_invites").content["invites"]] == list(held.codes)
    other = chat_of(SHOP, now=NOON + 30 * DAY)
    assert other.says("邀請") == ["傳給好友：活動結束了"], "it is over, and no link is made"
    assert INVITATIONS.of(other.contact) == ()


def test_a_link_in_a_message_is_of_a_campaign_that_is_there_and_says_what_stands_for_nobody() -> None:
    assert codes(SHOP.replace("invite.好友 or", "invite.好朋友 or")) == ["unknown-referral"]
    assert codes(SHOP.replace(" or 活動結束了", "")) == ["placeholder-may-be-empty"]


def test_a_friend_whom_both_have_brought_counts_once_and_stays_with_the_first() -> None:
    """M2: also where another one came before the two were parted again."""
    ours = Invitation("好友", ("a",), 2, 1, 0, ("y", "x"), ("x",))
    theirs = Invitation("好友", ("b",), 1, 1, 0, ("x",), ("x",))
    law = next(one for one in LAWS if one.fields == (INVITATIONS.field,))

    def holding(held: Invitation) -> Contact:
        contact = Contact("amy")
        INVITATIONS.put(contact, (held,))
        return contact

    [both] = law.join(holding(ours), holding(theirs))[INVITATIONS.field]
    assert (both.friends, both.successes) == (2, 1)
    now = replace(both, friends=3, came=("z", *both.came))
    first, _ = law.part(*map(holding, (now, both, ours, theirs)))
    assert first[INVITATIONS.field] == (replace(ours, friends=3, came=("z", "y", "x")),)
