"""N2: what turns make of a person's stamp cards."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.engine.compiled.playbook import TAIPEI, ChannelRules, Playbook
from bot.engine.members.merge import merged, parted
from bot.engine.times.expiry import Reminder
from bot.engine.times.local_time import Duration
from bot.model.contact import Contact, Identity
from bot.model.event import Facts, News
from bot.model.held import held_items
from bot.model.place import Place
from bot.model.value import Value
from bot.promotions.coupons.model import GiveCoupon
from bot.promotions.stamps.engine.declared import StampCard
from bot.promotions.stamps.engine.held import settled
from bot.promotions.stamps.model import (
    ENTRIES_MOST,
    HELD_CARDS,
    OF_STAMPS,
    HeldStampCard,
    StampAct,
    StampEntry,
)
from tests.depth import examples
from tests.engine.chat import NOON, Chat

DAY = timedelta(days=1)
CARD = StampCard(
    name="集點",
    title="森活集點卡",
    terms="",
    image=None,
    cells=10,
    rewards={5: "折50", 10: "折200"},
    until=None,
    lasts=None,
    remind=None,
    per_day=None,
    again=True,
    ways=frozenset({"clerk", "code"}),
    each=300,
    place=Place("bot.yaml", 1, 1, "stamp_cards.集點"),
)


def shop(card: StampCard = CARD, version: str = "v1") -> Playbook:
    return Playbook(
        "shop", {"main": ChannelRules("main")}, (), version, promotions={"stamp_cards": {card.name: card}}
    )


class Visits(Chat):
    """Somebody who is stamped."""

    def __init__(self, card: StampCard = CARD) -> None:
        super().__init__(shop(card))
        self.acts = 0

    def stamped(
        self,
        count: int = 1,
        *,
        by: Literal["clerk", "code", "take"] = "clerk",
        id_: str = "",
        undoes: str = "",
    ) -> None:
        self.acts += 1
        act = StampAct("集點", by, count, id_ or f"a{self.acts}", "account:amy", "xinyi", undoes)
        self.hears(act, token=False)

    def ordered(
        self, news: str, number: str = "A100", amount: Value = 900, shop: str = "ours", refunded: int = 0
    ) -> None:
        fields: dict[str, Value] = {"amount": amount, "order_no": number}
        if news == "order_partially_refunded" and isinstance(amount, int):
            fields |= {"refunded": refunded, "paid": amount - refunded}
        self.hears(News("shop", news, fields, Facts(shop=shop)), token=False)

    @property
    def held(self) -> HeldStampCard:
        (held,) = HELD_CARDS.of(self.contact)
        return held

    def is_reminded(self) -> bool:
        return self.held.reminded

    @property
    def count(self) -> int:
        return self.held.count

    @property
    def rewards(self) -> list[str]:
        actions = [one for decision in self.decisions for one in decision.actions]
        return [one.coupon for one in actions if isinstance(one, GiveCoupon)]

    @property
    def counted(self) -> list[str]:
        marks = [mark for decision in self.decisions for mark in decision.marks]
        return [mark.what for mark in marks if mark.flow == OF_STAMPS]


def test_each_cell_gives_its_reward_and_the_card_begins_anew() -> None:
    visits = Visits()
    for _ in range(4):
        visits.stamped()
    assert (visits.count, visits.rewards) == (4, [])
    visits.stamped()
    assert visits.rewards == ["折50"]
    visits.stamped(8)
    assert visits.rewards == ["折50", "折200"]
    assert (visits.count, visits.held.full) == (3, 1)
    assert visits.counted == ["stamped"] * 13 + ["full"]


def test_s41_an_act_that_comes_twice_changes_nothing() -> None:
    visits = Visits()
    visits.stamped(id_="p1")
    visits.stamped(id_="p1")
    assert visits.count == 1


@pytest.mark.parametrize(("amount", "count"), [(299, 0), (899, 2), (900, 3), (900.5, 3), (3e9, 100)])
def test_an_order_stamps_by_its_amount(amount: float, count: int) -> None:
    visits = Visits()
    visits.ordered("order_paid", amount=amount)
    assert [held.count + held.full * 10 for held in HELD_CARDS.of(visits.contact)] == [count] * (count > 0)


def test_one_big_order_fills_several_cards_and_each_gives_its_rewards() -> None:
    visits = Visits()
    visits.ordered("order_paid", amount=300 * 26)
    assert (visits.count, visits.held.full) == (6, 2)
    assert visits.rewards == ["折50", "折200", "折50", "折200", "折50"]


def test_what_filled_a_card_and_is_refunded_is_owed_by_the_next() -> None:
    visits = Visits()
    visits.ordered("order_paid", amount=3000)
    visits.ordered("order_refunded", amount=3000)
    assert (visits.count, CARD.shown(visits.held), CARD.missing(visits.held), visits.held.full) == (
        -10,
        0,
        15,
        1,
    )
    visits.stamped(10)
    visits.stamped(5)
    assert visits.rewards == ["折50", "折200", "折50"]
    assert visits.count == 5


def test_a_reward_is_given_once_a_card_though_a_stamp_is_taken_back() -> None:
    visits = Visits()
    visits.stamped(5)
    visits.stamped(by="take")
    visits.stamped()
    assert visits.rewards == ["折50"]


def test_only_the_line_that_is_meant_is_undone_and_once() -> None:
    visits = Visits()
    visits.stamped(2, id_="p1")
    visits.stamped(3, id_="p2")
    for id_ in ("u1", "u2"):
        visits.stamped(by="take", id_=id_, undoes="p1")
    visits.stamped(by="take", undoes="p9")
    assert visits.count == 3


def test_a_line_that_has_filled_a_card_is_undone_whole() -> None:
    visits = Visits()
    visits.stamped(9)
    visits.stamped(2, id_="p2")
    visits.stamped(by="take", undoes="p2")
    assert (visits.count, visits.held.full) == (-1, 1)


def test_an_order_whose_stamps_staff_took_back_is_not_taken_back_again() -> None:
    visits = Visits()
    visits.stamped(2)
    visits.ordered("order_paid")
    visits.stamped(by="take", undoes="ours A100 order_paid")
    visits.ordered("order_refunded")
    assert visits.count == 2


def test_two_shops_have_orders_of_one_number() -> None:
    visits = Visits()
    visits.ordered("order_paid", shop="ours")
    visits.ordered("order_paid", shop="other")
    assert visits.count == 6


def test_staff_take_back_no_more_than_there_is() -> None:
    visits = Visits()
    visits.stamped(2)
    visits.stamped(5, by="take")
    visits.stamped(1, by="take")
    assert visits.count == 0
    assert visits.counted.count("taken_back") == 2


def test_the_code_of_the_store_stamps_once_a_day() -> None:
    visits = Visits()
    visits.stamped(by="code")
    visits.stamped(by="code")
    visits.stamped(3)
    assert visits.count == 4
    visits.waits(hours=12)
    visits.stamped(by="code")
    assert visits.count == 5


def test_a_day_gives_as_many_as_the_playbook_says_and_none_for_what_is_undone() -> None:
    visits = Visits(replace(CARD, per_day=2))
    visits.stamped(2)
    visits.stamped()
    visits.stamped(by="code")
    assert visits.count == 2
    visits.stamped(by="take")
    visits.stamped(by="code")
    assert visits.count == 2
    visits.ordered("order_paid")
    assert visits.count == 5


def test_an_undo_of_yesterdays_stamp_makes_no_room_today() -> None:
    visits = Visits(replace(CARD, per_day=1))
    visits.stamped(id_="y")
    visits.waits(days=1)
    visits.stamped(by="take", undoes="y")
    visits.stamped()
    visits.stamped()
    assert visits.count == 1


def test_a_way_that_the_playbook_does_not_name_stamps_nothing() -> None:
    visits = Visits(replace(CARD, ways=frozenset({"clerk"})))
    visits.stamped(by="code")
    assert HELD_CARDS.of(visits.contact) == ()


def test_a_card_without_another_stays_full() -> None:
    visits = Visits(replace(CARD, again=False))
    visits.stamped(12)
    visits.stamped()
    assert (visits.count, CARD.shown(visits.held), visits.held.full) == (12, 10, 1)
    assert visits.rewards == ["折50", "折200"]
    assert visits.counted == ["stamped"] * 12 + ["full"]


def test_s41_it_ends_with_the_day_and_the_stamps_go() -> None:
    visits = Visits(replace(CARD, lasts=Duration(days=2)))
    visits.stamped(7)
    assert visits.held.until == NOON + timedelta(days=2, hours=12)
    visits.waits(days=2, hours=11)
    assert visits.count == 7
    visits.waits(hours=1)
    held = visits.held
    assert (held.count, held.until) == (0, None)
    assert visits.counted[-1] == "expired"
    assert not visits.contact.timers
    visits.stamped(5)
    assert visits.rewards == ["折50", "折50"]


def test_a_refund_of_an_order_whose_card_is_over_takes_nothing() -> None:
    visits = Visits(replace(CARD, lasts=Duration(days=2)))
    visits.ordered("order_paid")
    visits.waits(days=3)
    visits.stamped()
    visits.ordered("order_refunded")
    visits.ordered("order_paid")
    assert visits.count == 1


def test_the_next_card_has_an_end_of_its_own() -> None:
    visits = Visits(replace(CARD, lasts=Duration(days=2)))
    visits.stamped(9)
    visits.waits(days=1)
    visits.stamped(1)
    assert visits.held.until is None
    assert not visits.contact.timers
    visits.stamped()
    assert visits.held.until == NOON + timedelta(days=3, hours=12)


def test_nobody_stamps_after_the_last_day() -> None:
    visits = Visits(replace(CARD, until=NOON + DAY))
    visits.waits(days=1)
    visits.stamped()
    visits.ordered("order_paid")
    assert HELD_CARDS.of(visits.contact) == ()


def test_the_holder_is_reminded_once() -> None:
    visits = Visits(replace(CARD, lasts=Duration(days=9), remind=Reminder(3, time(10))))
    visits.stamped()
    visits.waits(days=5, hours=21)
    assert not visits.is_reminded()
    visits.waits(days=2, hours=1)
    assert visits.is_reminded()
    before = len(visits.decisions)
    visits.waits(hours=1)
    assert len(visits.decisions) == before


def test_another_playbook_makes_up_for_no_reminder() -> None:
    visits = Visits(replace(CARD, lasts=Duration(days=9)))
    visits.stamped()
    visits.waits(days=8)
    visits.edited(shop(replace(CARD, lasts=Duration(days=9), remind=Reminder(3, time(10))), "v2"))
    visits.says("hi")
    assert visits.held.reminded
    assert not [step for step in visits.decisions[-1].trace if "expires_soon" in str(step)]


def test_s41_fewer_cells_lose_no_stamp_and_give_the_reward() -> None:
    visits = Visits()
    visits.stamped(9)
    visits.edited(shop(replace(CARD, cells=8, rewards={5: "折50", 8: "折200"}), "v2"))
    visits.says("hi")
    assert visits.rewards == ["折50", "折200"]
    assert (visits.count, visits.held.full) == (1, 1)


@pytest.mark.parametrize("rewards", [{4: "折50", 10: "折200"}, {3: "禮", 5: "折50", 10: "折200"}])
def test_an_edit_makes_up_for_no_reward(rewards: Mapping[int, str]) -> None:
    visits = Visits()
    visits.stamped(6)
    visits.edited(shop(replace(CARD, rewards=rewards), "v2"))
    visits.stamped()
    assert visits.rewards == ["折50"]


def test_a_full_card_that_gets_another_one_is_counted_once() -> None:
    visits = Visits(replace(CARD, again=False))
    visits.stamped(12)
    visits.edited(shop(version="v2"))
    visits.stamped()
    assert (visits.count, visits.held.full, visits.rewards) == (3, 1, ["折50", "折200"])


def test_a_full_card_of_which_stamps_are_taken_back_stays_closed() -> None:
    visits = Visits(replace(CARD, again=False))
    visits.stamped(10)
    visits.stamped(by="take")
    visits.stamped()
    assert (visits.count, visits.rewards) == (9, ["折50", "折200"])


def test_a_card_that_the_playbook_has_no_more_stays_and_comes_back() -> None:
    visits = Visits()
    visits.stamped(3)
    visits.edited(
        replace(shop(version="v2"), promotions={**shop(version="v2").promotions, "stamp_cards": {}})
    )
    visits.stamped()
    assert visits.count == 3
    visits.edited(shop(version="v3"))
    visits.stamped()
    assert visits.count == 4


def person(channel: str, *held: HeldStampCard) -> Contact:
    return Contact(
        f"{channel}:U", identities=(Identity(channel, "U"),), held=held_items({"stamp_cards": held})
    )


def entry(id_: str, count: int, at: datetime = NOON) -> StampEntry:
    return StampEntry(id_, at, count, "clerk")


def test_s41_a_merge_puts_both_on_one_card_and_its_undoing_parts_them() -> None:
    mine = HeldStampCard("集點", 4, until=NOON + DAY, entries=(entry("a", 4),))
    hers = HeldStampCard("集點", 3, full=1, until=NOON + 2 * DAY, entries=(entry("b", 13, NOON - DAY),))
    a, b = person("main", mine), person("outlet", hers)
    both = merged(a, b)
    expected = HeldStampCard(
        "集點", 7, 0, 1, until=NOON + 2 * DAY, entries=(entry("b", 13, NOON - DAY), entry("a", 4))
    )
    assert HELD_CARDS.of(both) == (expected,)
    later = replace(expected, count=8, entries=(*expected.entries, entry("c", 1)))
    mine_now = HeldStampCard("集點", 5, until=NOON + DAY, entries=(entry("a", 4), entry("c", 1)))
    first, second = parted(replace(both, held={**both.held, "stamp_cards": (later,)}), a, b)
    assert HELD_CARDS.of(second) == (hers,)
    assert HELD_CARDS.of(first) == (mine_now,)


def test_an_undone_merge_takes_no_reward_that_is_still_to_come() -> None:
    mine = HeldStampCard("集點", 2, 2, entries=(entry("a", 2),))
    hers = HeldStampCard("集點", 6, 6, entries=(entry("b", 6, NOON - DAY),))
    a, b = person("main", mine), person("outlet", hers)
    (both,) = HELD_CARDS.of(merged(a, b))
    held, due, _ = settled(CARD, both, NOON, TAIPEI)
    assert due == ()
    first, _ = parted(replace(merged(a, b), held={**merged(a, b).held, "stamp_cards": (held,)}), a, b)
    assert (HELD_CARDS.of(first)[0].count, HELD_CARDS.of(first)[0].settled) == (2, 2)


def test_what_takes_back_a_line_of_theirs_goes_with_them_when_two_are_parted() -> None:
    """Else the other had the stamps of an order that is off, and the first would owe them."""
    paid = replace(entry("A100 order_paid", 3), source="order", order="A100")
    mine = HeldStampCard("集點", 2, 2, entries=(entry("a", 2),))
    hers = HeldStampCard("集點", 5, 5, entries=(entry("p1", 2), paid))
    a, b = person("main", mine), person("outlet", hers)
    (both,) = HELD_CARDS.of(merged(a, b))
    off = replace(paid, id="A100 order_refunded", count=-3)
    undone = replace(entry("u1", -2), undoes="p1")
    since = (off, undone, entry("c", 1))
    now = replace(both, count=both.count - 4, entries=(*both.entries, *since))
    first, second = parted(replace(merged(a, b), held={**merged(a, b).held, "stamp_cards": (now,)}), a, b)
    assert HELD_CARDS.of(first) == (replace(mine, count=3, entries=(entry("a", 2), entry("c", 1))),)
    assert HELD_CARDS.of(second) == (replace(hers, count=0, entries=(*hers.entries, off, undone)),)


def test_an_act_in_both_stays_with_both_when_they_are_parted() -> None:
    mine = HeldStampCard("集點", 4, entries=(entry("a", 3), entry("code 7", 1)))
    hers = HeldStampCard("集點", 1, entries=(entry("code 7", 1, NOON + DAY),))
    a, b = person("main", mine), person("outlet", hers)
    (both,) = HELD_CARDS.of(merged(a, b))
    assert both.count == 4, "it counts once"
    now = replace(both, count=both.count + 1, entries=(*both.entries, entry("c", 1)))
    first, second = parted(replace(merged(a, b), held={**merged(a, b).held, "stamp_cards": (now,)}), a, b)
    assert [one.id for one in HELD_CARDS.of(first)[0].entries] == ["a", "code 7", "c"]
    assert (HELD_CARDS.of(first)[0].count, HELD_CARDS.of(second)) == (5, (hers,))


def test_an_undone_merge_takes_nothing_from_a_card_that_has_begun_since() -> None:
    mine = HeldStampCard("集點", 4, entries=(entry("a", 4),))
    hers = HeldStampCard("集點", 3, entries=(entry("b", 3),))
    a, b = person("main", mine), person("outlet", hers)
    new = HeldStampCard("集點", 1, entries=(entry("c", 1),))
    first, second = parted(replace(merged(a, b), held={**merged(a, b).held, "stamp_cards": (new,)}), a, b)
    assert (HELD_CARDS.of(first), HELD_CARDS.of(second)) == ((new,), ())


def test_the_ledger_has_an_end() -> None:
    visits = Visits()
    for number in range(ENTRIES_MOST + 5):
        visits.stamped(id_=f"n{number}")
    assert len(visits.held.entries) == ENTRIES_MOST
    assert visits.held.entries[-1].id == f"n{ENTRIES_MOST + 4}"


CARDS = st.builds(
    lambda cells, rewards: replace(
        CARD, cells=cells, rewards={cell: f"c{cell}" for cell in rewards if cell <= cells}
    ),
    st.integers(1, 12),
    st.sets(st.integers(1, 12), min_size=1),
)


@given(CARDS, st.lists(st.integers(1, 30), max_size=20))
def test_s41_no_stamp_is_lost_and_each_reward_comes_once_a_card(card: StampCard, adding: list[int]) -> None:
    held, given_, filled = HeldStampCard(card.name), list[int](), 0
    for count in adding:
        held, due, more = settled(card, replace(held, count=held.count + count), NOON, TAIPEI)
        given_ += due
        filled += more
    assert held.full == filled == sum(adding) // card.cells
    assert held.count == sum(adding) % card.cells
    expected = [*sorted(card.rewards)] * filled + [c for c in sorted(card.rewards) if c <= held.count]
    assert given_ == expected


@pytest.mark.parametrize(("refunded", "stays"), [(50, 3), (51, 2), (100, 2), (350, 2), (351, 1), (940, 0)])
def test_s41_a_refund_of_a_part_takes_its_stamps(refunded: int, stays: int) -> None:
    """Issue 65: of 950 paid and 100 back 850 stay, which are two stamps of three."""
    visits = Visits()
    visits.ordered("order_paid", amount=950)
    assert visits.count == 3
    visits.ordered("order_partially_refunded", amount=950, refunded=refunded)
    assert visits.count == stays
    visits.ordered("order_partially_refunded", amount=950, refunded=refunded)
    assert visits.count == stays, "told twice"
    visits.ordered("order_refunded", amount=950)
    assert visits.count == 0


ORDER_NEWS = st.one_of(
    st.tuples(st.sampled_from(("order_paid", "order_paid", "order_refunded", "order_cancelled")), st.just(0)),
    st.tuples(st.just("order_partially_refunded"), st.integers(1, 4000)),
)


@given(st.lists(st.tuples(ORDER_NEWS, st.integers(0, 4), st.integers(0, 4000)), max_size=30))
@settings(max_examples=examples(400))
def test_s41_whatever_is_paid_and_refunded_what_stays_paid_counts(
    news: list[tuple[tuple[str, int], int, int]],
) -> None:
    """In any order, any number of times, also refunded before it was paid: each of what stays at the end."""
    visits, amounts, paid, back = Visits(), dict[int, int](), set[int](), defaultdict[int, int](int)
    for (what, refunded), order, price in news:
        amount = amounts.setdefault(order, price)
        if what == "order_partially_refunded":
            refunded = min(refunded, amount)
        visits.ordered(what, f"A{order}", amount, refunded=refunded)
        if what == "order_paid":
            paid.add(order)
        else:
            back[order] = max(back[order], refunded or amount)
    expected = sum((amounts[order] - back[order]) // 300 for order in paid)
    held = HELD_CARDS.of(visits.contact)
    assert sum(one.count + 10 * one.full for one in held) == expected
