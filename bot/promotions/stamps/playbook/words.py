"""The words of stamp cards (N2)."""

from __future__ import annotations

from typing import get_args

from bot.model.translatable import tr
from bot.playbook.codes import KindCode
from bot.playbook.shape.promotions import REMIND, WordsPart
from bot.playbook.shape.sections import NamedKind, list_or_states, name_in, names_in
from bot.playbook.shape.words import (
    DURATION,
    MOMENT,
    NUMBER,
    PICTURE,
    SWITCH,
    TEXT,
    WHOLE,
    Word,
    names_to,
    one_of,
    record,
    ref,
    short_or,
    some,
    text,
)
from bot.promotions.coupons.engine.declared import COUPONS
from bot.promotions.stamps.engine.declared import STAMP_CARDS
from bot.promotions.stamps.model import StampWay


class StampFinding(KindCode):
    """Findings about stamp cards alone."""

    UNKNOWN = "unknown-stamp-card"
    REWARD_ONCE = "stamp-reward-once"
    FEEDS_ITSELF = "stamp-feeds-itself"
    ORDER_UNHEARD = "stamp-order-unheard"
    REMOVED = "people-hold-removed-stamp-card"
    FULL_AT_ONCE = "stamp-cards-full-at-once"


_STAMP_CARD: dict[str, Word] = {
    "title": Word(TEXT, 2, "What people call it. 名稱", "森活集點卡"),
    "terms": Word(TEXT, 2, "How it is stamped. 使用說明", "每滿 300 元集一點"),
    "image": Word(PICTURE, 2, "Its picture. 圖片", "cards/stamps.png"),
    "cells": Word(WHOLE, 2, "How many stamps fill it: 2 to 30. 幾格", "10"),
    "rewards": Word(
        names_to(name_in(COUPONS.name), "whole", "cells, each with its coupon", least=1),
        2,
        "The coupon that is given at each of these cells. 集到第幾點送哪張優惠券",
        "{5: 折50, 10: 折200}",
    ),
    "until": Word(MOMENT, 2, "Good until then. 結束", "2026-12-31 24:00"),
    "for": Word(DURATION, 2, "Good so long from its first stamp on. 第一點之後多久內有效", "1y"),
    "remind": REMIND,
    "per_day": Word(WHOLE, 2, "Most stamps in stores on one day. 門市一天最多幾點", "1"),
    "again": Word(SWITCH, 2, "Whether a full card is followed by an empty one. 集滿後再一張", "true"),
    "stamp": Word(some("stamp way", "clerk, code, or both"), 2, "Who stamps in stores. 誰來蓋點", "clerk"),
    "orders": Word(
        record(
            "{each: AMOUNT}",
            {"each": Word(NUMBER, 2, "So much is a stamp. 每多少錢一點", "300")},
            required=["each"],
        ),
        2,
        "Paid orders of the shop stamp it. 訂單付款就集點",
        "{each: 300}",
    ),
}
_STAMPS = short_or(
    name_in(STAMP_CARDS.name),
    record(
        "",
        {
            "card": Word(name_in(STAMP_CARDS.name), 2, "The stamp card. 集點卡", "森活集點"),
            "count": Word(WHOLE, 2, "How many stamps. 幾點", "2"),
        },
        required=["card"],
    ),
    "a stamp card",
)

PART = WordsPart(
    declared=Word(
        names_to(ref("stamp card"), "new own name", "stamp cards, each with a name"),
        2,
        "Stamp cards that people fill. 集點卡",
        "{森活集點: {cells: 10, rewards: {10: 折200}}}",
    ),
    named=NamedKind(tr("stamp card"), StampFinding.UNKNOWN, "{title: NAME, cells: 10, rewards: {10: …}}"),
    title=tr("stamp cards"),
    definitions={
        "stamp way": one_of(*get_args(StampWay)),
        "stamp card": record(
            "a stamp card, such as {cells: 10, rewards: {10: 折200}}",
            _STAMP_CARD,
            required=["cells", "rewards"],
            title="stamp card",
        ),
    },
    news=Word(
        names_in(STAMP_CARDS.name),
        2,
        "A card was stamped, is full, or over: event.stamps, event.missing. 集點卡的消息",
        "森活集點",
    ),
    actions={
        "add_stamp": Word(_STAMPS, 2, "Puts stamps on the person's card. 集點", "森活集點"),
        "take_stamp": Word(_STAMPS, 2, "Takes stamps back, as many as there are. 收回點數", "森活集點"),
    },
    conditions={
        "stamp_card": Word(
            {
                **list_or_states(
                    STAMP_CARDS.name, "a stamp card, a list of them, or {CARD: 5}, {CARD: full}"
                ),
                "additionalProperties": {
                    **text(expected="a number of stamps, or full"),
                    "suggested": ["full"],
                },
            },
            2,
            "Has stamps on the card, so many, or has filled one. 集點卡上有點數",
            "{森活集點: 5}",
        ),
    },
    cards={
        "stamp_card": Word(
            name_in(STAMP_CARDS.name),
            2,
            "A stamp card as this person has filled it, with the next reward. 集點卡卡片",
            "森活集點",
        ),
    },
    card_groups=("stamps",),
    codes=StampFinding,
)
