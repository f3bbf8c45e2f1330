"""A coupon by a form, put into a draft: what it is, and the rules that give it to who asks (N1, L8)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.engine.compiled.own_address import LIFF
from bot.engine.compiled.playbook import Playbook
from bot.engine.texts.format import formatted
from bot.engine.times.local_time import INSTANT, Duration, day_after, start_of_day
from bot.model.message import Message
from bot.model.translatable import Refusal, tr
from bot.operations.drafts.new_entry import (
    ASKED_MOST,
    EntryPlace,
    FieldRefused,
    NewEntry,
    end_of,
    of_field,
    whole_number,
    with_new_entry,
    written_day,
)
from bot.operations.new_playbook.starter import answer_of, ways_of
from bot.playbook.compile.messages.card_words import card_words
from bot.playbook.syntax.yaml_text import braces, one_or_list, scalar
from bot.promotions.coupons.engine.times import first_end
from bot.promotions.coupons.model import RedeemWay
from bot.promotions.coupons.playbook.card import CLOCK, DAY, button, drawn, of_its_holder, what_it_is

PLACE = EntryPlace("coupons", "rules/coupons", "優惠券")
HAD = "您已經領過「{{ event.title }}」囉"
NONE_LEFT = "這次的優惠券發完了，謝謝支持"
OVER = "這個優惠已經結束了"
EXAMPLE_CODE = "KQ7NH-3M8PX"
"""The code on the card that is looked at while the form is filled in."""


@dataclass(frozen=True, slots=True)
class FormCoupon:
    """What somebody has written. `asked`: ways to ask for it, between commas; `stock`, `days`: numbers."""

    title: str = ""
    terms: str = ""
    asked: str = ""
    stock: str = ""
    until: str = ""
    days: str = ""
    ways: tuple[RedeemWay, ...] = ("clerk",)
    is_imported: bool = False


def new_coupon(sources: Mapping[str, str], form: FormCoupon, channel: str) -> NewEntry:
    """The coupon in the file where coupons are, and the rules about it where rules of the channel are.

    Raises `Refusal`.
    """
    with of_field("title"):
        title = answer_of(form.title)
    with of_field("asked"):
        ways = ways_of(form.asked, ASKED_MOST)
    return with_new_entry(sources, PLACE, _entry(form, title), lambda name: _rules(ways, name), channel)


def card_of(form: FormCoupon, now: datetime, playbook: Playbook) -> Message:
    """The card that somebody gets who is given it now; without an end where none can be read yet."""
    title, zone, words = form.title.strip() or "…", playbook.zone, card_words(playbook.language)
    until = _end(form, now, zone)
    shown = "…" if until is None else " ".join(formatted(until, how, zone) for how in (DAY, CLOCK))
    code = "…" if form.is_imported else EXAMPLE_CODE
    parts = [*what_it_is(title, form.terms.strip()), of_its_holder(words, code, shown), button(words, LIFF)]
    return {"type": "flex", "altText": title, "contents": drawn(parts)}


def _end(form: FormCoupon, now: datetime, zone: ZoneInfo) -> datetime | None:
    """The last moment at which it is usable."""
    try:
        day = start_of_day(day_after(written_day(form.until), 1), zone) if form.until.strip() else None
        lasts = Duration(days=whole_number(form.days)) if form.days.strip() else None
        until = first_end(day, lasts, now, zone)
    except (Refusal, OverflowError):
        return None
    return None if until is None else until - INSTANT


def _entry(form: FormCoupon, title: str) -> Mapping[str, object]:
    entry: dict[str, object] = {"title": title}
    if form.terms.strip():
        with of_field("terms"):
            entry["terms"] = answer_of(form.terms)
    if form.stock.strip():
        with of_field("stock"):
            entry["stock"] = whole_number(form.stock)
    entry |= end_of(form.until, form.days)
    if not {"until", "for"} & entry.keys():
        message = tr("Say until when it is good: a last day, or days from when it is given")
        raise FieldRefused(message, "until")
    if form.is_imported:
        entry["codes"] = "imported"
    if not form.ways:
        raise FieldRefused(tr("Say how it is used: at least one way"), "ways")
    if form.ways != ("clerk",):
        entry["redeem"] = list(form.ways)
    return entry


def _rules(ways: Sequence[str], name: str) -> Sequence[str]:
    """The lines of the rules: who asks is given one, and each answer; as a reward it is pushed."""
    text = one_or_list(map(scalar, ways))
    lines = [f"- when: {braces({'text': text})}", f"  give_coupon: {scalar(name)}"]
    for result, reply in (
        ("given", braces({"coupon": scalar(name)})),
        ("had", scalar(HAD)),
        ("none_left", scalar(NONE_LEFT)),
        ("over", scalar(OVER)),
    ):
        when = braces({"coupon": scalar(name), "result": result})
        lines += [f"- when: {when}", f"  reply: {braces({'or_push': 'true', 'message': reply})}"]
    return lines
