"""Stamp cards of scenarios: held when one begins, stamped, and expected (N2)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from bot.engine.compiled.playbook import Playbook
from bot.model.contact import Contact
from bot.model.translatable import Translatable, tr
from bot.playbook.shape.words import SCALARS, TEXT, WHOLE, Schema, Word
from bot.playbook.similar import quoted
from bot.playbook.syntax.nodes import Map, Node, place_of
from bot.playbook.syntax.yaml_text import braces, scalar
from bot.promotions.stamps.engine.declared import STAMP_CARDS
from bot.promotions.stamps.engine.held import settled
from bot.promotions.stamps.model import HELD_CARDS, HeldStampCard, StampAct
from bot.scenario.player import Player
from bot.scenario.promotions import ActWord, ContactWord, PersonWord, ScenarioPart
from bot.scenario.reading import Reading, pairs, text
from bot.scenario.shape.schemas import named, one_named
from bot.scenario.steps import Act, PromotionStep
from bot.wording.conversation import OURS


@dataclass(frozen=True, slots=True)
class StampsCard(PromotionStep):
    """A clerk stamps a card of this name, takes stamps back, or the person scans the store's code."""

    what: Literal["clerk", "code", "take"]
    card: str
    count: int = 1


# -- given, and expected


def given_stamps(numbers: Mapping[str, int], playbook: Playbook, now: datetime) -> tuple[HeldStampCard, ...]:
    """The cards with so many stamps, put on just then; what they gave is given."""
    declared = STAMP_CARDS.of(playbook)
    held = (replace(HeldStampCard(name), count=number) for name, number in numbers.items())
    return tuple(settled(declared[one.card], one, now, playbook.zone)[0] for one in held)


def stamps_shown(held: Iterable[HeldStampCard], playbook: Playbook) -> Mapping[str, int]:
    """By card of the playbook how many stamps its holder sees; nothing of an empty one."""
    cards = STAMP_CARDS.of(playbook)
    shown = {one.card: cards[one.card].shown(one) for one in held if one.card in cards}
    return {name: number for name, number in shown.items() if number}


def _numbers(reading: Reading, node: Node) -> Mapping[str, int]:
    """The numbers of stamps by the names of cards that the playbook has; others are reported."""
    known = STAMP_CARDS.of(reading.playbook)
    pairs_ = ((name, value) for name, key, value in pairs(node) if reading.name(key, "stamp card", known))
    return {name: int(text(value)) for name, value in pairs_}


def _recorded(contact: Contact, playbook: Playbook, now: datetime) -> str | None:
    shown = stamps_shown(HELD_CARDS.of(contact), playbook)
    return braces({scalar(name): str(number) for name, number in shown.items()}) if shown else None


def _differs(player: Player, expected: Mapping[str, int], contact: Contact) -> Iterator[Translatable]:
    """The stamp cards that show another number."""
    held = {one.card: one for one in HELD_CARDS.of(contact)}
    for name, number in expected.items():
        found = STAMP_CARDS.of(player.playbook)[name].shown(held[name]) if name in held else 0
        if found != number:
            yield tr(
                "stamps on {card}: expected {expected}, there are {found}",
                card=quoted(name),
                expected=number,
                found=found,
            )


# -- done


def _stamps(what: Literal["clerk", "code", "take"]) -> Callable[[Reading, Map, Node], Act | None]:
    def read(reading: Reading, _: Map, node: Node) -> Act | None:
        if isinstance(node, Map):
            found = next(iter(_numbers(reading, node).items()), None)
            return None if found is None else StampsCard(place_of(node), what, *found)
        name = reading.name(node, "stamp card", STAMP_CARDS.of(reading.playbook))
        return None if name is None else StampsCard(place_of(node), what, name)

    return read


def _play(player: Player, step: StampsCard) -> None:
    words = {
        "clerk": tr("stamp {card}", card=step.card),
        "take": tr("take stamps back: {card}", card=step.card),
        "code": tr("show the code of {card}", card=step.card),
    }
    player.add_line(OURS["staff"], words[step.what])
    act = f"act-{len(player.lines)}"
    player.happens(player.person, StampAct(step.card, step.what, step.count, act))


def _step(what: StampAct, _: Playbook) -> str:
    card = scalar(what.card)
    if what.what == "code":
        return f"- user: {{scans: {card}}}"
    word = "stamps" if what.what == "clerk" else "takes_stamps"
    return f"- staff: {{{word}: {{{card}: {what.count}}}}}"


_NUMBERS = named(WHOLE, "stamp cards, each with a number")
_STAMPS: Schema = {
    **one_named(WHOLE, "a stamp card, or one with a number: {CARD: 2}"),
    "type": [*SCALARS, "object"],
}
PART = ScenarioPart(
    person={
        "stamps": PersonWord(
            Word(_NUMBERS, 2, "Stamps that they have. 集到的點數", "{森活集點: 4}"),
            _numbers,
            HELD_CARDS,
            lambda numbers, _, playbook, now: given_stamps(numbers, playbook, now),
            _recorded,
        )
    },
    contact={
        "stamps": ContactWord(
            Word(_NUMBERS, 2, "So many stamps are on. 集點卡上的點數", "{森活集點: 4}"),
            _numbers,
            _differs,
            order=2,
        )
    },
    user={
        "scans": ActWord(
            Word(TEXT, 2, "Scans a store's code for this stamp card. 掃集點碼", "森活集點"), _stamps("code")
        )
    },
    staff={
        "stamps": ActWord(
            Word(_STAMPS, 2, "A clerk stamps this card, once or so often. 蓋點", "森活集點"), _stamps("clerk")
        ),
        "takes_stamps": ActWord(
            Word(_STAMPS, 2, "Take stamps back. 收回點數", "{森活集點: 2}"), _stamps("take")
        ),
    },
    plays={StampsCard: _play},
    recorded={StampAct: _step},
)
