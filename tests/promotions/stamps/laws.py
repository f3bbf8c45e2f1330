"""What must be so after any schedule of stamps: none lost, none twice, each reward given once (N1, N2)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from bot.model.contact import Contact
from bot.model.event import TextMessage
from bot.promotions.coupons.model import HELD_COUPONS, HeldCoupon
from bot.promotions.stamps.model import HELD_CARDS, HeldStampCard, StampAct, StampEntry
from bot.store.stores import stores_of
from tests.promotions.stamps.schedules import (
    CARD,
    CELLS,
    LAST,
    MIDDLE,
    STAMPS_BY_TEXT,
    WELCOME,
    StampSchedule,
)
from tests.runtime.laws import troubles


async def broken_by_stamps(schedule: StampSchedule) -> list[str]:
    """The laws that this run has broken."""
    stores = stores_of(schedule.database, schedule.seal)
    there = await stores.contacts.people_of(schedule.accounts)
    people = list({one.id: one for one in there.values()}.values())
    cards = {one.id: _card(one) for one in people}
    lines = [line for card in cards.values() for line in card.entries]
    held = [one for person in people for one in HELD_COUPONS.of(person)]
    return [
        *_sums(cards),
        *_said(schedule, lines),
        *_codes(schedule, there),
        *_orders(schedule, lines),
        *_presses(schedule, lines),
        *_rewards(schedule, list(cards.values()), held),
        *await _grants(schedule, held),
        *troubles(schedule),
    ]


def _card(person: Contact) -> HeldStampCard:
    return next((one for one in HELD_CARDS.of(person) if one.card == CARD), HeldStampCard(CARD))


def _sums(cards: dict[str, HeldStampCard]) -> Iterator[str]:
    """What is on the card, and on those that were filled, is what the ledger says."""
    for person, card in cards.items():
        told = sum(line.count for line in card.entries)
        if card.count + card.full * CELLS != told or card.count >= CELLS:
            yield f"{person} has {card.count} stamps and {card.full} full cards, of {told}"
        ids = Counter(line.id for line in card.entries)
        yield from (f"{person} has the line {id_} {n} times" for id_, n in ids.items() if n > 1)


def _said(schedule: StampSchedule, lines: Sequence[StampEntry]) -> Iterator[str]:
    """Who said so was stamped once, as often as that is worth."""
    for received in schedule.events:
        what = received.event.what
        if isinstance(what, TextMessage) and what.text in STAMPS_BY_TEXT:
            found = [line.count for line in lines if line.id.rpartition(" ")[0] == received.entry.id]
            if found != [STAMPS_BY_TEXT[what.text]]:
                yield f"{received.entry.id} ({what.text}) put on {found}"


def _codes(schedule: StampSchedule, there: dict[str, Contact]) -> Iterator[str]:
    """Whoever scans the store's code has a stamp of it, and of one day only one, unless two were made one."""
    scanned = {one.entry.contact for one in schedule.events if isinstance(one.event.what, StampAct)}
    for account, person in there.items():
        found = [line for line in _card(person).entries if line.source == "code"]
        fewest = 1 if account in scanned and not schedule.undone else 0
        if len(found) < fewest or (len(found) > 1 and not schedule.merged):
            yield f"{account} has {len(found)} stamps of the store's code"


def _orders(schedule: StampSchedule, lines: Sequence[StampEntry]) -> Iterator[str]:
    """An order is worth so many stamps, and none once it is off: parted people may hear of it one by one."""
    for number, worth in schedule.orders.items():
        total = sum(line.count for line in lines if line.order == f" {number}")
        if total < 0 or (total != worth and not schedule.undone):
            yield f"the order {number} has {total} stamps, not {worth}"


def _presses(schedule: StampSchedule, lines: Sequence[StampEntry]) -> Iterator[str]:
    """A press that is stored stamps once, whoever presses again; what is taken back is taken back once."""
    for press, (_, count) in schedule.presses.items():
        counts = [line.count for line in lines if line.id == press]
        fewest = [count] if press in schedule.stored else []
        if counts not in (fewest, [count]) and not (schedule.undone and {*counts} == {count}):
            yield f"the press {press} put on {counts}, not {count}"
        undone = [line.count for line in lines if line.undoes == press]
        if len(undone) > len(counts) or {*undone} - {-count}:
            yield f"the press {press} put on {counts}, of which {undone} were taken back"


def _rewards(
    schedule: StampSchedule, cards: Sequence[HeldStampCard], held: Sequence[HeldCoupon]
) -> Iterator[str]:
    """One for each card that was filled; of the cell before one for each card that has come so far."""
    given = Counter(one.grant.coupon for one in held)
    full = sum(card.full for card in cards)
    if given[LAST] != full:
        yield f"{given[LAST]} of {LAST} were given for {full} full cards"
    begun = sum(card.settled >= 2 for card in cards)
    most = full + begun + schedule.merged
    fewest = full + begun - (schedule.merged if schedule.undone else 0)  # who filled one together share it
    if not fewest <= given[MIDDLE] <= most:
        yield f"{given[MIDDLE]} of {MIDDLE} were given for {full} full cards and {begun}"
    asked = {one.entry.contact for one in schedule.events if one.event.what == TextMessage(WELCOME)}
    fewest = min(len(asked), 1) if schedule.merged else len(asked)
    if not fewest <= given[WELCOME] <= len(asked):
        yield f"{given[WELCOME]} of {WELCOME} were given to {len(asked)} who asked"


async def _grants(schedule: StampSchedule, held: Sequence[HeldCoupon]) -> Sequence[str]:
    """Each coupon that was given is held by one person, and one that was redeemed stays so.

    A redemption is lost that is under way while staff part its holder; its clerk is told, and presses again.
    """
    rows = schedule.database.collection("coupon_grants").find({"contact": {"$in": schedule.accounts}})
    given = Counter([row["_id"] async for row in rows])
    there = Counter(one.grant.id for one in held)
    used = {one.grant.id for one in held if one.used is not None}
    found = [] if there == given else [f"{there} are held of {given}"]
    lost = [] if schedule.undone else sorted(schedule.used - used)
    return found + [f"{one} was redeemed, and can be used" for one in lost]
