"""What is noted of stamp cards (N2)."""

from __future__ import annotations

from bot.model.trace import NoteKind

STAMPED = NoteKind("stamp card: {card} +{count}", "Stamped the card {card}: {count}", code="stamped")
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
ORDER_OFF = NoteKind(
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
