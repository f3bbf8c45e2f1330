"""A referral campaign by a form, put into a draft: itself, its coupons, the rules about it (N4, L8)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.model.translatable import tr
from bot.operations.drafts.new_entry import (
    ASKED_MOST,
    EntryPlace,
    FieldRefused,
    NewEntry,
    end_of,
    of_field,
    put_entry,
    whole_number,
    with_new_entry,
)
from bot.operations.new_playbook.starter import answer_of, ways_of
from bot.playbook.syntax.yaml_text import braces, one_or_list, scalar
from bot.promotions.referrals.model import ReferralGoal

FILE = "rules/referrals"
PLACE = EntryPlace("referrals", FILE, "好友推薦")
COUPONS = EntryPlace("coupons", FILE, "推薦禮")
"""Coupons go where coupons are; without any, beside the campaign."""
LABEL = "邀請好友"
WELCOME: Mapping[ReferralGoal, str] = {
    "followed": "歡迎您！謝謝您從好友的連結加入。",
    "bound": "歡迎您！綁定會員之後，好友的邀請就算成功。",
    "ordered": "歡迎您！完成第一筆訂單之後，好友的邀請就算成功。",
}
CAME = "您邀請的好友加入了！"
GIVEN = "送您「{{ event.title }}」，代碼 {{ event.code }}，{{ event.until as M/D }} 前可用。"
HAD = "您已經有「{{ event.title }}」囉，謝謝您的支持。"
EXAMPLE_LINK = "https://liff.line.me/1234567890-abcdefgh/my_invites?by=kq7nh3m8px2a"
"""The link in the message that is looked at while the form is filled in."""


@dataclass(frozen=True, slots=True)
class FormReferral:
    """What somebody has written. `friend`, `inviter`: titles of the coupons, empty: none; `within`, `days`
    (for which coupons are good) and `most` (rewards of one inviter): numbers."""

    title: str = ""
    terms: str = ""
    asked: str = LABEL
    goal: ReferralGoal = "bound"
    within: str = "30"
    until: str = ""
    friend: str = ""
    inviter: str = ""
    days: str = "30"
    most: str = "10"


def new_referral(sources: Mapping[str, str], form: FormReferral, channel: str) -> NewEntry:
    """The campaign and its coupons where such entries are, its rules where the channel's are.

    Raises `Refusal`.
    """
    texts, coupons = dict(sources), dict[str, str]()
    for whose, coupon in _coupons(form):
        coupons[whose] = put_entry(texts, COUPONS, coupon)
    if not coupons:
        raise FieldRefused(tr("Say what the friend or the inviter gets, or both"), "friend")
    with of_field("asked"):
        ways = ways_of(form.asked, ASKED_MOST)
    made = with_new_entry(
        texts,
        PLACE,
        _entry(form, coupons),
        lambda name: _rules(form, ways, name, [*coupons.values()]),
        channel,
    )
    changed = {**texts, **made.texts}
    return NewEntry(made.name, {one: text for one, text in changed.items() if text != sources.get(one)})


def invitation(link: str) -> str:
    """What somebody gets who asks how to bring friends."""
    return f"把您的連結傳給好友：\n{link}"


def _coupons(form: FormReferral) -> Iterator[tuple[str, Mapping[str, object]]]:
    """By whose it is (`friend`, `inviter`): the entry of its coupon."""
    for whose, written in (("friend", form.friend), ("inviter", form.inviter)):
        if written.strip():
            with of_field(whose):
                entry: dict[str, object] = {"title": answer_of(written)}
            with of_field("days"):
                entry["for"] = f"{whole_number(form.days)}d"
            if whose == "inviter":
                entry["per_person"] = _most(form)
            yield whose, entry


def _most(form: FormReferral) -> int:
    with of_field("most"):
        return whole_number(form.most)


def _entry(form: FormReferral, coupons: Mapping[str, str]) -> Mapping[str, object]:
    with of_field("title"):
        entry: dict[str, object] = {"title": answer_of(form.title)}
    if form.terms.strip():
        with of_field("terms"):
            entry["terms"] = answer_of(form.terms)
    entry["when"] = form.goal
    if form.within.strip() and form.goal != "followed":
        with of_field("within"):
            entry["within"] = f"{whole_number(form.within)}d"
    entry |= coupons
    if "inviter" in coupons:
        entry["max"] = _most(form)
    return {**entry, **end_of(form.until, "")}


def _rules(form: FormReferral, ways: Sequence[str], name: str, coupons: Sequence[str]) -> Sequence[str]:
    """The lines of the rules: who asks gets the own link, and what both hear."""
    asked = one_or_list(map(scalar, ways))
    link = f"{{{{ invite.{name} or 請按「{LABEL}」 }}}}"
    of = one_or_list(map(scalar, coupons))
    lines = [
        f"- when: {braces({'text': asked})}",
        "  reply:",
        *("    text: |-", *(f"      {line}" for line in invitation(link).splitlines())),
        f"    quick_replies: [{braces({'label': LABEL, 'page': 'my_invites'})}]",
    ]
    for trigger, push in (
        ({"referral": scalar(name), "result": "came"}, WELCOME[form.goal]),
        ({"referral": scalar(name), "result": "friend_came"}, CAME),
        ({"coupon": of, "result": "given"}, GIVEN),
        ({"coupon": of, "result": "had"}, HAD),
    ):
        lines += [f"- when: {braces(trigger)}", f"  push: {scalar(push)}"]
    return lines
