"""A stamp card by a form, put into a draft: how it fills, what it gives, the rules that send it (N2, L8)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.engine.compiled.card import Bubble, Card
from bot.engine.compiled.playbook import Playbook
from bot.engine.rendering.placeholders import filling_of, page_address
from bot.engine.rendering.rendering import rendered
from bot.engine.texts.template import Placeholder
from bot.model.message import Message
from bot.model.place import Place
from bot.model.translatable import Refusal, tr
from bot.model.value import Value
from bot.operations.drafts.new_entry import (
    ASKED_MOST,
    EntryPlace,
    FieldRefused,
    NewEntry,
    end_of,
    is_heard,
    of_field,
    titles_in,
    whole_number,
    with_new_entry,
)
from bot.operations.new_playbook.starter import answer_of, ways_of
from bot.playbook.compile.messages.card_words import card_words
from bot.playbook.syntax.yaml_text import YamlWord, braces, one_or_list, scalar
from bot.promotions.coupons.playbook.card import what_it_is
from bot.promotions.stamps.engine.declared import CELLS_LEAST, CELLS_MOST, StampCard
from bot.promotions.stamps.engine.placeholders import shown_of
from bot.promotions.stamps.model import HeldStampCard, StampWay
from bot.promotions.stamps.playbook.card import form_of

PLACE = EntryPlace("stamp_cards", "rules/stamp_cards", "集點卡")
REWARDS = 3
"""Rewards that the form has room for."""
_FULL = "恭喜您集滿一張了！"
_HAD = "今天已經集過點囉，明天再來吧！"
_OVER = "這張集點卡已經結束了，謝謝您"
_GIVEN = "送您「{{ event.title }}」，代碼 {{ event.code }}"
_NOT_GIVEN = "這張優惠券您已經領完囉，謝謝您的支持"


@dataclass(frozen=True, slots=True)
class FormStampCard:
    """What somebody has written. `rewards`: cells, each with the name of a coupon; `each`: an amount."""

    title: str = ""
    terms: str = ""
    asked: str = ""
    cells: str = "10"
    rewards: tuple[tuple[str, str], ...] = (("10", ""), ("", ""), ("", ""))
    ways: tuple[StampWay, ...] = ("clerk",)
    each: str = ""
    until: str = ""
    days: str = ""
    again: bool = True


def new_stamp_card(sources: Mapping[str, str], form: FormStampCard, channel: str) -> NewEntry:
    """The card in the file where stamp cards are, and the rules about it where rules of the channel are.

    Raises `Refusal`.
    """
    with of_field("title"):
        title = answer_of(form.title)
    with of_field("asked"):
        ways = ways_of(form.asked, ASKED_MOST)
    entry, rewards = _entry(form, title, titles_in(sources, "coupons"))
    unheard = [one for one in dict.fromkeys(rewards) if not is_heard(sources, "coupon", one)]
    ends = not form.again or bool({"until", "for"} & entry.keys())
    has_days = "code" in form.ways

    def rules(name: str) -> Sequence[str]:
        return [
            *_rule({"text": one_or_list(map(scalar, ways))}, "reply", _card(name)),
            *_rule(_news(name, "stamped"), "push", _card(name)),
            *_rule(_news(name, "full"), "push", f"[{scalar(_FULL)}, {_card(name)}]"),
            *(_rule(_news(name, "had"), "push", scalar(_HAD)) if has_days else ()),
            *(_rule(_news(name, "over"), "push", scalar(_OVER)) if ends else ()),
            *(line for coupon in unheard for line in _given(coupon)),
        ]

    return with_new_entry(sources, PLACE, entry, rules, channel)


def card_of(
    form: FormStampCard, titles: Mapping[str, str], playbook: Playbook, channel: str, now: datetime
) -> Message | None:
    """The card of who has a third of it; `None` where its cells cannot be read yet."""
    try:
        cells = _cells(form.cells)
    except Refusal:
        return None
    rewards = _readable_rewards(form, cells)
    title = form.title.strip() or "…"
    card = StampCard(
        *("", title, form.terms, None, cells, rewards, None, None, None, None),
        again=form.again,
        ways=frozenset(form.ways),
        each=None,
        place=Place("", 1, 1, ""),
    )
    held = HeldStampCard("", count=max(cells // 3, 1))

    def lookup(placeholder: Placeholder) -> Value | None:
        if placeholder.group == "page":
            return page_address(playbook, placeholder.name, channel)
        return shown_of(card, held, titles, placeholder.slot)

    words, said = card_words(playbook.language), what_it_is(title, form.terms.strip())
    made = form_of(words, "", title, said, cells, frozenset(rewards))
    filling = filling_of(playbook, channel, now, lookup)
    return rendered([Card(card.place, "", (Bubble(made),))], filling).messages[0]


def _readable_rewards(form: FormStampCard, cells: int) -> Mapping[int, str]:
    pairs = [(int(cell), coupon) for cell, coupon in form.rewards if cell.isdecimal() and len(cell) < 4]
    return {cell: coupon or "…" for cell, coupon in pairs if 1 <= cell <= cells}


def _entry(
    form: FormStampCard, title: str, coupons: Mapping[str, str]
) -> tuple[Mapping[str, object], Sequence[str]]:
    """What stands below its name, and the coupons that it gives."""
    entry: dict[str, object] = {"title": title}
    if form.terms.strip():
        with of_field("terms"):
            entry["terms"] = answer_of(form.terms)
    with of_field("cells"):
        entry["cells"] = _cells(form.cells)
    rewards = _rewards(form, _cells(form.cells), coupons)
    entry["rewards"] = {YamlWord(str(cell)): rewards[cell] for cell in sorted(rewards)}
    entry |= end_of(form.until, form.days)
    if not form.ways:
        raise FieldRefused(tr("Say who stamps it: at least one way"), "ways")
    if form.ways != ("clerk",):
        entry["stamp"] = list(form.ways)
    if form.each.strip():
        with of_field("each"):
            entry["orders"] = {"each": whole_number(form.each)}
    if not form.again:
        entry["again"] = YamlWord("false")
    return entry, [*rewards.values()]


def _cells(written: str) -> int:
    cells = whole_number(written)
    if not CELLS_LEAST <= cells <= CELLS_MOST:
        raise Refusal(tr("a stamp card has {least} to {most} cells", least=CELLS_LEAST, most=CELLS_MOST))
    return cells


def _rewards(form: FormStampCard, cells: int, coupons: Mapping[str, str]) -> Mapping[int, str]:
    found: dict[int, str] = {}
    for number, (written, coupon) in enumerate(form.rewards, 1):
        if not written.strip() and not coupon:
            continue
        with of_field(f"cell_{number}"):
            cell = whole_number(written or "-")
            if cell > cells:
                raise Refusal(tr("the card has the cells 1 to {most}", most=cells))
            if cell in found:
                raise Refusal(tr("Two rewards stand at this cell"))
        if coupon not in coupons:
            raise FieldRefused(tr("Choose the coupon that is given there"), f"coupon_{number}")
        found[cell] = coupon
    if not found:
        raise FieldRefused(tr("Say what it gives: at least one reward"), "cell_1")
    return found


def _card(name: str) -> str:
    return braces({"stamp_card": scalar(name)})


def _news(name: str, result: str) -> Mapping[str, str]:
    return {"stamp_card": scalar(name), "result": result}


def _given(coupon: str) -> Sequence[str]:
    given = {"coupon": scalar(coupon), "result": "given"}
    had = {"coupon": scalar(coupon), "result": "[had, none_left, over]"}
    return [*_rule(given, "push", scalar(_GIVEN)), *_rule(had, "push", scalar(_NOT_GIVEN))]


def _rule(when: Mapping[str, str], does: str, what: str) -> Sequence[str]:
    return [f"- when: {braces(when)}", f"  {does}: {what}"]
