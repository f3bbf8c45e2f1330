"""A person's stamp cards: filled, rewarded, taken back, over, each of which is news (N2).

Nothing of a card is shared between two people, so it is a part of the contact, and a turn is exactly once: no
collection, no lease. One signed number and a ledger: what is taken back from a full card is owed by the next,
as a number below 0. Rewards go by a mark of the highest cell that is done with, so an edit that moves a
reward gives it twice to nobody.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import ClassVar, Literal, TypeAlias
from zoneinfo import ZoneInfo

from bot.engine.actions.action import Doers
from bot.engine.compiled.step import Short, Step
from bot.engine.members.ending_timer import armed_ending, watch_endings
from bot.engine.turn.doing import Doing
from bot.engine.turn.orders import ORDER_OFF, order_key, stays_paid
from bot.engine.turn.turn import Turn
from bot.model.event import News, Origin
from bot.model.mark import Mark
from bot.model.news import REFUND_OF_PART
from bot.model.trace import NoteKind
from bot.model.value import Value
from bot.promotions.coupons.model import GiveCoupon
from bot.promotions.stamps.engine.declared import (
    STAMP_CARDS,
    StampCard,
    day_is_full,
    end_of_card,
    stamp_reminder,
)
from bot.promotions.stamps.model import (
    ENTRIES_MOST,
    EXPIRED,
    FULL,
    HELD_CARDS,
    OF_STAMPS,
    STAMPED,
    TAKEN_BACK,
    HeldStampCard,
    StampAct,
    StampEntry,
)

CARD_STAMPED = NoteKind("stamp card: {card} +{count}", "Stamped the card {card}: {count}", code="stamped")
STAMPED_BEFORE = NoteKind(
    "stamp card: {card} was stamped before",
    "The card {card} was stamped so already",
    "no",
    code="stamped_before",
)
STAMP_HAD = NoteKind(
    "stamp card: {card} has today's stamps",
    "The card {card} has its stamps of today",
    "not",
    code="stamp_had",
)
STAMP_OVER = NoteKind("stamp card: {card} is over", "The card {card} is over", "not", code="stamp_over")
STAMP_NOT_THIS_WAY = NoteKind(
    "stamp card: {card} is not stamped this way",
    "The card {card} is not stamped this way",
    "not",
    code="stamp_not_this_way",
)
STAMP_CARD_GONE = NoteKind(
    "stamp card: there is no {card}", "There is no stamp card {card}", "not", code="stamp_card_gone"
)
STAMPS_TAKEN = NoteKind(
    "stamp card: {card} -{count}", "Took stamps back from the card {card}: {count}", code="stamps_taken"
)
NO_STAMP_TO_TAKE = NoteKind(
    "stamp card: {card} has none to take back",
    "The card {card} has no stamp to take back",
    "not",
    code="no_stamp_to_take",
)
ORDER_UNKNOWN = NoteKind(
    "stamp cards: the order has no number",
    "An order without a number gives no stamps",
    "not",
    code="stamp_order_unknown",
)
ORDER_WENT_OFF = NoteKind(
    "stamp card: {card} had news that the order is off",
    "The card {card} gets no stamps for an order that is off",
    "not",
    code="stamp_order_off",
)
ORDER_TOO_SMALL = NoteKind(
    "stamp card: {card} nothing for so small an order",
    "The order is too small for a stamp on {card}",
    "not",
    code="stamp_order_small",
)
ORDER_CAPPED = NoteKind(
    "stamp card: {card} at most {count} for one order",
    "One order gives {count} stamps on {card} at most",
    "no",
    code="stamp_order_capped",
)
STAMP_REWARD = NoteKind(
    "stamp card: {card} reward at {cell}: {coupon}",
    "The card {card} gives its reward at {cell}: the coupon {coupon}",
    code="stamp_reward",
)
STAMPS_THERE = NoteKind(
    "stamp card {cards}: {least} or more", "has {least} stamps or more on {cards}", code="has_stamps"
)
STAMPS_MISSING = NoteKind(
    "stamp card {cards}: fewer than {least}", "has fewer than {least} stamps on {cards}", code="has_no_stamps"
)
CARD_FILLED = NoteKind(
    "stamp card {cards}: was filled", "has filled the stamp card {cards}", code="has_filled_card"
)
CARD_NOT_FILLED = NoteKind(
    "stamp card {cards}: never filled",
    "has never filled the stamp card {cards}",
    code="has_not_filled_card",
)


MOST_AT_ONCE = 100
"""Stamps of one act, also of an order that is worth more."""

_Refused: TypeAlias = Literal["had", "over"]


def stamp_act(turn: Turn, act: StampAct) -> None:
    """Stamps of staff, of a program or of the store's code; an act that comes twice changes nothing."""
    card = STAMP_CARDS.of(turn.playbook).get(act.card)
    if card is None:
        turn.note(STAMP_CARD_GONE, act.card)
    elif act.what == "take":
        entry = StampEntry(act.id, turn.now, act.count, "clerk", act.store, act.by, undoes=act.undoes)
        take_stamps(turn, card, entry)
    elif act.what not in card.ways:
        turn.note(STAMP_NOT_THIS_WAY, card.name)
    else:
        add_stamps(turn, card, StampEntry(act.id, turn.now, act.count, act.what, act.store, act.by))


def stamps_of_order(turn: Turn, news: News) -> None:
    """What the shop's news of an order does to the cards that orders stamp: each order once.

    A paid one is worth a stamp for each full `each` of what stays paid. Of all that was told of it the least
    counts, so news that come late, twice or in another order lead to the same.
    """
    cards = [card for card in STAMP_CARDS.of(turn.playbook).values() if card.each is not None]
    if news.subject not in ("order_paid", REFUND_OF_PART, *ORDER_OFF) or not cards:
        return
    key = order_key(news)
    if key is None:
        turn.note(ORDER_UNKNOWN)
        return
    for card in cards:
        _order(turn, card, news, key)


def _order(turn: Turn, card: StampCard, news: News, order: str) -> None:
    known = _held(turn, card.name).of_order(order)
    worth = _worth(card, stays_paid(news))
    least = min((worth, *(one.worth for one in known if one.worth is not None)))
    entry = StampEntry(f"{order} {news.subject}", turn.now, 0, "order", order=order, worth=worth)
    if news.subject != "order_paid":
        if known and worth > least:
            turn.note(STAMPED_BEFORE, card.name)
            return
        id_ = entry.id if news.subject in ORDER_OFF else f"{entry.id} {worth}"
        too_many = max(sum(one.count for one in known) - least, 0)
        _take_line(turn, card, replace(entry, id=id_, count=-too_many))
        return
    if worth > MOST_AT_ONCE:
        turn.note(ORDER_CAPPED, card.name, MOST_AT_ONCE)
    if worth == 0:
        turn.note(ORDER_TOO_SMALL, card.name)
    elif least == 0:
        turn.note(ORDER_WENT_OFF, card.name)
    else:
        add_stamps(turn, card, replace(entry, count=min(least, MOST_AT_ONCE)))


def _worth(card: StampCard, amount: Decimal | None) -> int:
    """How many stamps an amount is worth: decimals are counted as they are written."""
    return 0 if card.each is None or amount is None else max(int(amount // Decimal(str(card.each))), 0)


def add_stamps(turn: Turn, card: StampCard, entry: StampEntry) -> None:
    """Put `entry.count` stamps on the person's card, with the rewards that this reaches."""
    held = _held(turn, card.name)
    if held.has_act(entry.id):
        turn.note(STAMPED_BEFORE, card.name)
        return
    refused = _refusal(turn, card, held, entry)
    if refused is not None:
        turn.note(STAMP_HAD if refused == "had" else STAMP_OVER, card.name)
        if entry.source != "order":  # nobody waits for an answer to each order
            _queue(turn, card, held, refused, source=entry.source)
        return
    turn.note(CARD_STAMPED, card.name, entry.count)
    _mark(turn, card, STAMPED, entry.store, entry.count)
    filled = _settle(turn, card, _with_line(held, entry))
    _mark(turn, card, FULL, entry.store, filled)
    result = FULL if filled else STAMPED
    _queue(turn, card, _held(turn, card.name), result, entry.count, entry.source)


def take_stamps(turn: Turn, card: StampCard, entry: StampEntry) -> None:
    """Take stamps back: the line that `entry.undoes`, whole, else `entry.count` as far as they are there.

    What was given for them stays given. A line that has filled a card is owed by the next one.
    """
    held = _held(turn, card.name)
    line = held.to_undo(entry.undoes) if entry.undoes else None
    if line is not None:
        entry = replace(entry, count=-line.count, order=line.order)
    else:
        entry = replace(entry, count=0 if entry.undoes else -min(entry.count, max(held.count, 0)))
    if held.has_act(entry.id) or entry.count == 0:
        turn.note(NO_STAMP_TO_TAKE, card.name)
    else:
        _take_line(turn, card, entry)


def _take_line(turn: Turn, card: StampCard, entry: StampEntry) -> None:
    """Write a line that takes stamps back; of 0 it only says that the order is off."""
    held = _held(turn, card.name)
    if held.has_act(entry.id):
        turn.note(STAMPED_BEFORE, card.name)
        return
    _keep(turn, _with_line(held, entry))
    if entry.count:
        turn.note(STAMPS_TAKEN, card.name, -entry.count)
        _mark(turn, card, TAKEN_BACK, entry.store, -entry.count)
        _queue(turn, card, _held(turn, card.name), TAKEN_BACK, entry.count, entry.source)


def end_stamp_cards(turn: Turn) -> None:
    """What time alone does: a card is soon over, or is over, which is news (semantics 24)."""
    for held in HELD_CARDS.of(turn.contact):
        card = STAMP_CARDS.of(turn.playbook).get(held.card)
        if held.until is None:
            continue
        if turn.now >= held.until:
            lines = tuple(replace(one, count=0) for one in held.entries)  # an act stays done
            _keep(turn, replace(held, count=0, settled=0, until=None, reminded=False, entries=lines))
            if card is not None and held.count > 0:
                _mark(turn, card, EXPIRED, "", 1)
                _queue(turn, card, held, EXPIRED)
        elif card is not None and _is_to_be_reminded(turn, held):
            _keep(turn, replace(held, reminded=True))
            if held.count > 0:
                _queue(turn, card, held, "expires_soon")


def settle_stamps(turn: Turn) -> None:
    """Give what a card has stamps for and was not given: two were merged, or the playbook is another one."""
    for held in HELD_CARDS.of(turn.contact):
        card = STAMP_CARDS.of(turn.playbook).get(held.card)
        if card is not None:
            _settle(turn, card, held)


def meet_stamp_cards(turn: Turn) -> None:
    """Another playbook has other cells and rewards; a reminder that was due before is not made up for."""
    armed = armed_ending(turn.contact)
    for held in HELD_CARDS.of(turn.contact):
        if _is_to_be_reminded(turn, held) and (armed is None or armed > turn.now):
            _keep(turn, replace(held, reminded=True))
    settle_stamps(turn)


def settled(
    card: StampCard, held: HeldStampCard, now: datetime, zone: ZoneInfo
) -> tuple[HeldStampCard, tuple[int, ...], int]:
    """The card as it is after its rewards; the cells whose reward is due; how many cards were filled.

    The law: a reward is due when the stamps first reach its cell, the last cell's also where there are fewer
    cells than before; no stamp is lost, for what is too many goes on the next card; a card that is not
    followed by another is closed.
    """
    due, filled = list[int](), 0
    while True:
        is_full = held.count >= card.cells
        if is_full and not held.closed:
            held = replace(held, settled=min(held.settled, card.cells - 1))
        due += [cell for cell in sorted(card.rewards) if held.settled < cell <= held.count]
        held = replace(held, settled=max(held.settled, held.count))
        if not (is_full or (held.closed and card.again)):
            break
        if not held.closed:
            filled += 1
            held = replace(held, full=held.full + 1, closed=True)
        if not card.again:
            break
        left = held.count - card.cells
        held = replace(held, count=left, settled=0, closed=False, until=None, reminded=False)
    if held.count > 0 and held.until is None:
        until = end_of_card(card, now, zone)
        reminder = stamp_reminder(card, replace(held, until=until), zone)
        held = replace(held, until=until, reminded=reminder is not None and reminder <= now)
    return held, tuple(due), filled


def _settle(turn: Turn, card: StampCard, held: HeldStampCard) -> int:
    """Hold the card as it is after its rewards, and give those; how many cards were filled."""
    held, due, filled = settled(card, held, turn.now, turn.playbook.zone)
    _keep(turn, held)
    for cell in due:
        turn.actions.append(GiveCoupon(card.rewards[cell], Origin("", turn.channel, 0)))
        turn.note(STAMP_REWARD, card.name, cell, card.rewards[cell])
    return filled


def _refusal(turn: Turn, card: StampCard, held: HeldStampCard, entry: StampEntry) -> _Refused | None:
    """Why this stamp is not put on; `None`: it is."""
    if (card.until is not None and turn.now >= card.until) or (held.closed and not card.again):
        return "over"
    return "had" if day_is_full(card, held, entry, turn.playbook.zone) else None


def _is_to_be_reminded(turn: Turn, held: HeldStampCard) -> bool:
    moment = stamp_reminder(STAMP_CARDS.of(turn.playbook).get(held.card), held, turn.playbook.zone)
    return moment is not None and moment <= turn.now


def _held(turn: Turn, name: str) -> HeldStampCard:
    return HELD_CARDS.one(turn.contact, name) or HeldStampCard(name)


def _with_line(held: HeldStampCard, entry: StampEntry) -> HeldStampCard:
    entries = (*held.entries, entry)[-ENTRIES_MOST:]
    return replace(held, count=held.count + entry.count, entries=entries)


def _keep(turn: Turn, held: HeldStampCard) -> None:
    HELD_CARDS.set(turn.contact, held)
    watch_endings(turn)


def _mark(turn: Turn, card: StampCard, what: str, store: str, number: int) -> None:
    turn.marks += [Mark(turn.channel, OF_STAMPS, what, (card.name, store))] * number


def _queue(
    turn: Turn, card: StampCard, held: HeldStampCard, result: str, added: int = 0, source: str = ""
) -> None:
    missing = card.missing(held)
    fields: dict[str, Value] = {
        "card": card.name,
        "title": card.title,
        "stamps": card.shown(held),
        "cells": card.cells,
        "filled": held.full,
        "added": added,
        "source": source,
        "result": result,
    }
    fields |= {} if missing is None else {"missing": missing}
    fields |= {} if held.until is None else {"until": held.until}
    turn.queue_news("stamp_card", card.name, fields)


@dataclass(frozen=True, slots=True)
class PutStamps(Step):
    """`add_stamp`, or `take_stamp` where it `takes` them back."""

    words: ClassVar = {"add_stamp": {"takes": False}, "take_stamp": {"takes": True}}
    card: str
    count: int = 1
    takes: bool = False

    @property
    def in_short(self) -> tuple[Short, ...]:
        return (Short("take_stamp" if self.takes else "add_stamp", self.card, value=self.count),)


def _put_stamps(turn: Turn, step: PutStamps, doing: Doing) -> None:
    card = STAMP_CARDS.of(turn.playbook)[step.card]  # the compiler has looked it up
    entry = StampEntry(f"{turn.event.id} {turn.done_actions}", turn.now, step.count, "action")
    (take_stamps if step.takes else add_stamps)(turn, card, entry)


DO: Doers = {PutStamps: _put_stamps}
