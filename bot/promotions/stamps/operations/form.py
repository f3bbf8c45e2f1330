"""A stamp card by a form: how it fills, what it gives, the rules that send it (N2, L8)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.engine.compiled.card import Bubble, Card
from bot.engine.rendering.placeholders import filling_of, page_address
from bot.engine.rendering.rendering import rendered
from bot.engine.texts.template import Placeholder
from bot.model.message import Message
from bot.model.place import Place
from bot.model.translatable import Refusal, Translatable, tr
from bot.model.value import Value
from bot.operations.drafts.forms.entry import EntryPlace, is_heard
from bot.operations.drafts.forms.form import (
    DraftForm,
    Filled,
    Heading,
    Hint,
    Input,
    InputRows,
    asked_field,
    title_field,
)
from bot.operations.drafts.forms.needs import PAGES, SHOP
from bot.operations.drafts.forms.rules import rule
from bot.operations.drafts.forms.written import FieldRefused, asked, of_field, whole_number
from bot.playbook.compile.messages.bubble_parts import what_it_is
from bot.playbook.syntax.yaml_text import YamlWord, braces, scalar
from bot.promotions.coupons.operations.form import NEEDED
from bot.promotions.stamps.engine.declared import CELLS_LEAST, CELLS_MOST, StampCard
from bot.promotions.stamps.engine.placeholders import shown_of
from bot.promotions.stamps.model import HeldStampCard, StampWay
from bot.promotions.stamps.playbook.part import WORDS, form_of

WAYS: Mapping[StampWay, Translatable] = {
    "clerk": tr("a clerk at the till"),
    "code": tr("the customer scans the code at the counter: once a day"),
}
REWARDS = 3
"""Rewards that the form has room for."""
_FULL = "恭喜您集滿一張了！"
_HAD = "今天已經集過點囉，明天再來吧！"
_OVER = "這張集點卡已經結束了，謝謝您"
_GIVEN = "送您「{{ event.title }}」，代碼 {{ event.code }}"
_NOT_GIVEN = "這張優惠券您已經領完囉，謝謝您的支持"


def _rules(filled: Filled, name: str, entry: Mapping[str, object]) -> Sequence[str]:
    """Who asks sees the own card; each stamp sends it; a coupon that no rule hears of is spoken of."""
    coupons = dict.fromkeys(coupon for _, (_, coupon) in filled.rows(REWARDS, "cell", "coupon"))
    ends = bool({"again", "until", "for"} & entry.keys())

    def push(result: str, message: str) -> Sequence[str]:
        return rule({"stamp_card": scalar(name), "result": result}, "push", message)

    card = braces({"stamp_card": scalar(name)})
    return [
        *rule({"text": asked(filled)}, "reply", card),
        *push("stamped", card),
        *push("full", f"[{scalar(_FULL)}, {card}]"),
        *(push("had", scalar(_HAD)) if filled["by_code"] else ()),
        *(push("over", scalar(_OVER)) if ends else ()),
        *(line for one in coupons if not is_heard(filled.sources, "coupon", one) for line in _given(one)),
    ]


def _given(coupon: str) -> Sequence[str]:
    given = {"coupon": scalar(coupon), "result": "given"}
    had = {"coupon": scalar(coupon), "result": "[had, none_left, over]"}
    return [*rule(given, "push", scalar(_GIVEN)), *rule(had, "push", scalar(_NOT_GIVEN))]


def _card(filled: Filled) -> Sequence[Message]:
    """The card of who has a third of it; nothing where its cells cannot be read yet."""
    try:
        cells = whole_number(filled["cells"])
        _check_cells(cells)
    except Refusal:
        return []
    rewards = _readable_rewards(filled, cells)
    titles, playbook, title = filled.titles("coupons"), filled.playbook, filled["title"] or "…"
    card = StampCard(
        *("", title, filled["terms"], None, cells, rewards, None, None, None, None),
        again=filled["again"] == "1",
        ways=frozenset(one for one in WAYS if filled[f"by_{one}"]),
        each=None,
        place=Place("", 1, 1, ""),
    )
    held = HeldStampCard("", count=max(cells // 3, 1))

    def lookup(placeholder: Placeholder) -> Value | None:
        if placeholder.group == "page":
            return page_address(playbook, placeholder.name, filled.channel)
        return shown_of(card, held, titles, placeholder.slot)

    words, said = WORDS.of(playbook.language), what_it_is(title, filled["terms"])
    made = form_of(words, "", title, said, cells, frozenset(rewards))
    filling = filling_of(playbook, filled.channel, filled.now, lookup)
    return [rendered([Card(card.place, "", (Bubble(made),))], filling).messages[0]]


def _readable_rewards(filled: Filled, cells: int) -> Mapping[int, str]:
    rows = [row for _, row in filled.rows(REWARDS, "cell", "coupon")]
    pairs = [(int(cell), coupon) for cell, coupon in rows if cell.isdecimal() and len(cell) < 4]
    return {cell: coupon or "…" for cell, coupon in pairs if 1 <= cell <= cells}


def _check_cells(cells: object) -> None:
    if not (isinstance(cells, int) and CELLS_LEAST <= cells <= CELLS_MOST):
        raise Refusal(tr("a stamp card has {least} to {most} cells", least=CELLS_LEAST, most=CELLS_MOST))


def _rewards(filled: Filled, texts: dict[str, str]) -> Mapping[str, object]:
    """By the cell, the coupon that is given there."""
    cells, coupons, found = whole_number(filled["cells"]), filled.titles("coupons"), dict[int, str]()
    for number, (written, coupon) in filled.rows(REWARDS, "cell", "coupon"):
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
    return {"rewards": {YamlWord(str(cell)): found[cell] for cell in sorted(found)}}


PART = DraftForm(
    name="stamp",
    page="/admin/stamps",
    title=tr("A new stamp card"),
    definition="stamp card",
    place=EntryPlace("stamp_cards", "rules/stamp_cards", "集點卡"),
    keys=("title", "terms", "cells", "rewards", "until", "for", "stamp", "orders", "again"),
    needs=(NEEDED,),
    parts=(
        Heading("what", tr("The card")),
        title_field(tr("What the card is called"), "stamp card.title", tr("for example  Stamps of the wood")),
        Input(
            *("terms", tr("Terms"), "stamp card.terms"),
            example=tr("for example  a stamp for each full NT$ 300"),
        ),
        asked_field(
            tr("What customers write to see it"),
            tr("for example  stamps, my card"),
            tr("Several ways to say it: with commas between. They see their own card"),
        ),
        Input(
            *("cells", tr("How many cells"), "stamp card.cells", tr("2 to 30"), "", "10"),
            most=2,
            required=True,
            check=_check_cells,
        ),
        Heading("gives", tr("What it gives")),
        InputRows(
            lambda number: tr("Reward {number}", number=number),
            (
                Input("cell", tr("At which stamp"), kind="number", most=2),
                Input("coupon", tr("the coupon"), "stamp card.rewards.*"),
            ),
            REWARDS,
            usual={"cell_1": "10"},
        ),
        Input("again", tr("Who fills it gets a new one"), "stamp card.again", usual="1", left_out="true"),
        Hint(tr("A coupon that each person is given once is given with the first card alone")),
        Heading("fills", tr("Who stamps it")),
        Input(
            *("ways", None, "stamp card.stamp", None, "", "clerk"),
            says=WAYS,
            left_out="clerk",
            missing=tr("Say who stamps it: at least one way"),
            needs={"code": PAGES},
        ),
        Input(
            *("each", tr("A stamp for each so much of a paid order (NT$)"), "stamp card.orders.each"),
            *(tr("Left empty, orders do not stamp"), "300"),
            needs={"*": SHOP},
        ),
        Heading("until", tr("Until when stamps are good")),
        Input("until", tr("Its last day"), "stamp card.until"),
        Input(
            *("days", tr("Days from the first stamp"), "stamp card.for"),
            *(tr("Without both they stay; with both, the earlier"), "365"),
        ),
    ),
    more=_rewards,
    rules=_rules,
    shown=_card,
    beside=lambda filled: tr(
        "After each stamp it is sent, too, which costs a message. Here a third of it is filled"
    ),
    done=lambda name: tr(
        "The stamp card {card} is in your draft. Have a look: with Publish it is live", card=name
    ),
)
