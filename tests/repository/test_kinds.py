"""A kind of promotion is a folder: outside of it nothing imports it, and nothing says one of its words."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from bot.model.promotions import PROMOTIONS
from bot.playbook.shape.promotions import word_parts
from tests.sources import BOT, modules, nodes_of

TO_DO = {
    "cli",
    "operations",
}
"""Rooms that still know kinds; who is done with one takes it out."""
OF_OTHERS = {
    ("playbook/shape/declaring.py", "coupon"),  # here and below: how a card or tag may be called
    ("playbook/shape/declaring.py", "stamp_card"),
    ("playbook/shape/declaring.py", "referral"),
    ("playbook/shape/messages.py", "coupon"),
    ("line/objects/messages.py", "coupon"),  # a message of LINE
    ("playbook/shape/suggest_advice.py", "coupon"),
    ("app/playbook_files.py", "stamps"),  # here and below: when files were written
    ("cli/run/serving.py", "stamps"),
    ("simulator/control/staff_routes.py", "draws"),  # here and below: staff put somebody into a split's group
    ("scenario/read_acts.py", "draws"),
    ("scenario/shape/acts.py", "draws"),
    ("wording/trace_sentences.py", "coupons"),  # here and below: the one timer of all promotions
    ("engine/members/ending_timer.py", "coupons"),
    ("engine/texts/template.py", "stamps"),  # a group of placeholders, of a closed set
    ("model/attribution.py", "coupon"),  # a kind of what brought an order, of a closed set
}
"""Words that mean something else in a module."""


@cache
def names_of_kinds() -> frozenset[str]:
    """Their sections, pages and actions."""
    return frozenset(PROMOTIONS).union(*({one.section, one.page, *one.actions} for one in word_parts()))


@cache
def words_of_kinds() -> frozenset[str]:
    """With what else they add to the language, which as a name may be anything: to draw a picture."""
    return names_of_kinds().union(*({*one.news, *one.conditions, *one.cards} for one in word_parts()))


def said_in(path: Path) -> Iterator[str]:
    """What a module says of kinds: those that it imports, and their words, as names or as texts."""
    for node in nodes_of(path, rf"bot\.promotions\.|\b({'|'.join(words_of_kinds())})\b"):
        match node:
            case ast.ImportFrom(module=str(module)) if module.startswith("bot.promotions."):
                yield module
            case ast.Constant(value=str(word)):
                yield from {word} & words_of_kinds()
            case (
                ast.Name(id=word) | ast.Attribute(attr=word) | ast.arg(arg=word) | ast.keyword(arg=str(word))
            ):
                yield from {word} & names_of_kinds()
            case _:
                pass


@cache
def found() -> dict[str, set[tuple[str, str]]]:
    """By room: each module that says something of kinds, and what."""
    rooms: dict[str, set[tuple[str, str]]] = {}
    for path in modules(BOT):
        name = path.relative_to(BOT)
        if name.parts[0] != "promotions" and name != Path("model/promotions.py"):
            rooms.setdefault(name.parts[0], set()).update((str(name), one) for one in said_in(path))
    return rooms


def test_no_room_knows_a_kind() -> None:
    """But those that are still to do."""
    known = {one for room, ones in found().items() if room not in TO_DO for one in ones} - OF_OTHERS
    assert sorted(known) == []


def test_what_is_still_to_do_is_shrinking() -> None:
    """A room that knows none any more is no longer listed, nor a word that nothing says."""
    assert [room for room in sorted(TO_DO) if not found().get(room, set()) - OF_OTHERS] == []
    assert {one for ones in found().values() for one in ones} >= OF_OTHERS


def test_the_other_kinds_do_not_know_each_other() -> None:
    """Coupons are below them all: a prize, a reward, what a friend gets is one."""
    known = [
        (str(path.relative_to(BOT)), module)
        for kind in PROMOTIONS
        for path in modules(BOT / "promotions" / kind)
        for module in said_in(path)
        if module.startswith("bot.promotions.")
        and module.split(".")[2] not in (kind, *(("coupons",) if kind != "coupons" else ()))
    ]
    assert known == []
