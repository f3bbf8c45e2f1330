"""A coupon by a form: what it is, and the rules that give it to those who ask (N1, L8)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.engine.compiled.own_address import LIFF
from bot.engine.texts.format import formatted
from bot.engine.times.expiry import first_end
from bot.engine.times.local_time import INSTANT, Duration, day_after, start_of_day
from bot.model.message import Message
from bot.model.translatable import Refusal, Translatable, tr
from bot.operations.drafts.forms.entry import EntryPlace
from bot.operations.drafts.forms.form import (
    DraftForm,
    Filled,
    FormNeed,
    Heading,
    Input,
    asked_field,
    title_field,
)
from bot.operations.drafts.forms.needs import PAGES, condition_of, groups
from bot.operations.drafts.forms.rules import or_push, rule
from bot.operations.drafts.forms.written import FieldRefused, asked, whole_number, written_day
from bot.playbook.compile.messages.bubble_parts import CLOCK, DAY, drawn, what_it_is
from bot.playbook.syntax.yaml_text import braces, nested, scalar
from bot.promotions.coupons.model import RedeemWay
from bot.promotions.coupons.playbook.part import WORDS, button, of_its_holder

WAYS: Mapping[RedeemWay, Translatable] = {
    "clerk": tr("a clerk, in the console"),
    "press": tr("the customer's press, in front of a clerk"),
    "order": tr("an order in the shop with this code"),
}
"""How a coupon is used."""
CODES = {"made": tr("a code for each, made here"), "imported": tr("codes that you upload")}
GETS = {
    "asked": tr("customers who write a keyword"),
    "prize": tr("without a keyword: it is a prize or a reward"),
}
OFFERED = {"clerk": WAYS["clerk"], "press": WAYS["press"]}
"""Orders need a shop that reports codes, which the editor is for."""
HAD = "您已經領過「{{ event.title }}」囉"
NONE_LEFT = "這次的優惠券發完了，謝謝支持"
OVER = "這個優惠已經結束了"
NOT_FOR_ALL = "這張優惠券是給指定客人的，謝謝您的支持"
EXAMPLE_CODE = "KQ7NH-3M8PX"
"""The code on the card that is looked at while the form is filled in."""
NEEDED = FormNeed(
    lambda filled: bool(filled.titles("coupons")),
    tr("What is given is a coupon, and there is none yet"),
    "/admin/coupons/new",
    tr("A new coupon"),
    refuses=False,
)
"""Of what gives coupons."""


def _card(filled: Filled) -> Sequence[Message]:
    """The card of a coupon that is given now; without an end where none can be read yet."""
    title, playbook = filled["title"] or "…", filled.playbook
    words, until = WORDS.of(playbook.language), _end(filled)
    shown = "…" if until is None else " ".join(formatted(until, how, playbook.zone) for how in (DAY, CLOCK))
    code = "…" if filled["codes"] == "imported" else EXAMPLE_CODE
    parts = [*what_it_is(title, filled["terms"]), of_its_holder(words, code, shown), button(words, LIFF)]
    return [{"type": "flex", "altText": title, "contents": drawn(parts)}]


def _end(filled: Filled) -> datetime | None:
    """The last moment at which it is usable."""
    zone = filled.playbook.zone
    try:
        day = start_of_day(day_after(written_day(filled["until"]), 1), zone) if filled["until"] else None
        lasts = Duration(days=whole_number(filled["days"])) if filled["days"] else None
        until = first_end(day, lasts, filled.now, zone)
    except (Refusal, OverflowError):
        return None
    return None if until is None else until - INSTANT


def _has_end(filled: Filled, texts: dict[str, str]) -> Mapping[str, object]:
    if not filled["until"] and not filled["days"]:
        raise FieldRefused(
            tr("Say until when it is good: a last day, or days from when it is given"), "until"
        )
    return {}


def _rules(filled: Filled, name: str, entry: Mapping[str, object]) -> Sequence[str]:
    """Who asks is given one, and each answer; as a reward it is pushed."""
    lines = [] if filled["gets"] == "prize" else [*_given(filled, name)]
    for result, reply in (
        ("given", braces({"coupon": scalar(name)})),
        ("had", scalar(HAD)),
        ("none_left", scalar(NONE_LEFT)),
        ("over", scalar(OVER)),
    ):
        lines += rule({"coupon": scalar(name), "result": result}, "reply", or_push(reply))
    return lines


def _given(filled: Filled, name: str) -> Sequence[str]:
    when, may = {"text": asked(filled)}, filled["may"]
    if not may:
        return rule(when, "give_coupon", scalar(name))
    given = rule(when, "give_coupon", scalar(name), nested(condition_of(may)))
    return [*given, *rule(when, "reply", scalar(NOT_FOR_ALL))]


PART = DraftForm(
    name="coupon",
    page="/admin/coupons",
    title=tr("A new coupon"),
    definition="coupon",
    place=EntryPlace("coupons", "rules/coupons", "優惠券"),
    keys=("title", "terms", "stock", "until", "for", "codes", "redeem"),
    parts=(
        Heading("what", tr("What it promises")),
        title_field(tr("What it is called"), "coupon.title", tr("for example  100 off for new friends")),
        Input(
            *("terms", tr("Terms"), "coupon.terms"),
            example=tr("for example  from NT$ 1,000 on, shown at the till"),
        ),
        Heading("who", tr("Who gets it")),
        Input("gets", tr("Who gets it"), usual="asked", says=GETS),
        asked_field(
            tr("Whoever writes"),
            tr("for example  coupon, voucher"),
            tr("Several ways to say it: with commas between. Each person is given one"),
            only="gets=asked",
        ),
        Input("may", tr("Who may have it"), options=groups, empty=tr("everybody"), only="gets=asked"),
        Input(
            *("stock", tr("How many in all"), "coupon.stock"),
            *(tr("Left empty there is no limit"), "100"),
            most=9,
        ),
        Heading("until", tr("Until when it is good")),
        Input("until", tr("Its last day"), "coupon.until"),
        Input(
            *("days", tr("Days from when it is given"), "coupon.for"),
            *(tr("One of the two; with both, the earlier"), "30"),
        ),
        Heading("use", tr("How it is used")),
        Input(
            *("ways", None, "coupon.redeem", None, "", "clerk"),
            says=OFFERED,
            left_out="clerk",
            missing=tr("Say how it is used: at least one way"),
            needs={"press": PAGES},
        ),
        Input("codes", tr("Codes"), "coupon.codes", usual="made", left_out="made", says=CODES),
    ),
    more=_has_end,
    rules=_rules,
    shown=_card,
    beside=lambda filled: tr(
        "With a code of their own, which also stands on 「My coupons」 with its bar code"
    ),
    done=lambda name: tr(
        "The coupon {coupon} is in your draft. Have a look: with Publish it is live", coupon=name
    ),
)
