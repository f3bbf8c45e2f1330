"""What keeps a rule or a journey silent that would fit: its time, and how often it may be carried out.

`from`, `until`, `once_per` and `first` (language, section 4.1).
"""

from __future__ import annotations

from bot.engine.changes import span_over
from bot.engine.comparison_words import span_words, value_words
from bot.engine.local_time import today
from bot.engine.rule import OncePer, Rule
from bot.engine.turn import Turn
from bot.model.decision import Claim, TraceStep

NONE_LEFT = ("first", "none left")
"""How the trace says that a rule has no place left; because of which rule, and how many there were."""
_OF = ": of "


def rule_without_place(step: TraceStep) -> str | None:
    """The rule of which this step of a trace says that no place is left."""
    return step.because.rpartition(_OF)[0] if (step.what, step.result) == NONE_LEFT else None


def how_often(once_per: OncePer) -> str:
    """Its `once_per` as the playbook writes it."""
    return span_words(once_per.span) if once_per.per == "span" else once_per.per


def kept_silent(turn: Turn, rule: Rule) -> bool:
    """Whether a rule that is `limited` does not match now, and so the next ones are looked at; traced."""
    zone = turn.playbook.zone
    if rule.since is not None and turn.now < rule.since:
        turn.note("from", "not yet", value_words(rule.since, zone), rule.place)
    elif rule.until is not None and turn.now >= rule.until:
        turn.note("until", "over", value_words(rule.until, zone), rule.place)
    elif rule.once_per is not None and used_up(turn, rule.key, rule.once_per):
        turn.note("once_per", "used up", how_often(rule.once_per), rule.place)
    elif rule.first is not None and none_left(turn, rule.key, rule.first):
        turn.note(*NONE_LEFT, f"{rule.key}{_OF}{rule.first}", rule.place)
    else:
        return False
    return True


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
        case "day":
            return today(last, turn.playbook.zone) >= turn.when.today
        case "span":
            return not span_over(last, once_per.span, turn)


def none_left(turn: Turn, key: str, first: int) -> bool:
    """Whether the person has no place of a rule, and none is known to be left.

    What is known may be old: then the place is claimed, the turn is refused, and decided anew.
    """
    return _place(key) not in turn.contact.used and turn.world.taken.get(key, 0) >= first


def use(turn: Turn, rule: Rule) -> None:
    """Remember that a rule that is `limited` is carried out, where that is counted."""
    used = turn.contact.used
    if rule.once_per is not None:
        used = {**used, _key(turn, rule.key, rule.once_per): turn.now}
    if rule.first is not None and _place(rule.key) not in used:
        used = {**used, _place(rule.key): turn.now}
        turn.claims.append(Claim(rule.key, rule.first))
        turn.note("first", "place taken", place=rule.place)
    turn.contact.used = used


def _place(key: str) -> str:
    """Under which a contact keeps its place: no name has braces."""
    return f"{{first}} {key}"


def _key(turn: Turn, key: str, once_per: OncePer) -> str:
    return f"{key}@{turn.channel}" if once_per.per == "conversation" else key
