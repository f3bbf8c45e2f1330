"""How often a rule or a journey may still be carried out: `once_per` (language, section 4.1)."""

from __future__ import annotations

from bot.engine.changes import span_over
from bot.engine.rule import OncePer
from bot.engine.turn import Turn


def used_up(turn: Turn, key: str, once_per: OncePer | None) -> bool:
    """Whether a rule or journey has been carried out as often as its `once_per` allows."""
    if once_per is None:
        return False
    last = turn.contact.used.get(_key(turn, key, once_per))
    if last is None:
        return False
    match once_per.per:
        case "person":
            return True
        case "conversation":
            began = turn.identity.conversation
            return began is not None and last >= began
        case "span":
            return not span_over(last, once_per.span, turn)


def use(turn: Turn, key: str, once_per: OncePer | None) -> None:
    """Remember that a rule was carried out, where its `once_per` asks for it."""
    if once_per is not None:
        turn.contact.used = {**turn.contact.used, _key(turn, key, once_per): turn.now}


def _key(turn: Turn, key: str, once_per: OncePer) -> str:
    return f"{key}@{turn.channel}" if once_per.per == "conversation" else key
