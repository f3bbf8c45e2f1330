"""The sentences of stamp cards (N2) in a trace."""

from __future__ import annotations

from bot.wording.promotions import WordingPart

PART = WordingPart(
    rows={
        "clerk": "a clerk stamped the card {card}",
        "code": "scanned the store's code for the card {card}",
        "take": "staff took back stamps of the card {card}",
        "stamped": "the card {card} was stamped",
        "full": "the card {card} is full",
        "had": "the card {card} had its stamps of that day",
        "over": "the card {card} was over",
        "taken_back": "stamps of the card {card} were taken back",
        "expires_soon": "the card {card} ends soon",
        "expired": "the card {card} has ended with stamps on it",
        "": "news of the stamp card {card}",
    },
    page="own stamp cards",
    lists=("cards",),
)
