"""A referral campaign by a form, put into a draft: itself, its coupons, the rules about it (N4, L8)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.model.referral import ReferralDeed
from bot.model.translatable import Refusal, tr
from bot.operations.drafts.free_names import free_name, safe_name
from bot.operations.drafts.new_coupon import (
    ASKED_MOST,
    day_of,
    declared,
    names_in,
    number_of,
    rule_files,
)
from bot.operations.new_playbook.starter import answer_of, ways_of
from bot.playbook.syntax.written_entry import EntriesUnread, with_entry
from bot.playbook.syntax.yaml_text import braces, one_or_list, scalar
from bot.scenario.rule_to_paste import pasted, placed

FILE = "rules/referrals"
LABEL = "邀請好友"
WELCOME: Mapping[ReferralDeed, str] = {
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
    deed: ReferralDeed = "bound"
    within: str = "30"
    until: str = ""
    friend: str = ""
    inviter: str = ""
    days: str = "30"
    most: str = "10"


@dataclass(frozen=True, slots=True)
class NewReferral:
    """What saving would write: its name, and the files (path and text) that change."""

    name: str
    texts: Mapping[str, str]


def new_referral(sources: Mapping[str, str], form: FormReferral, channel: str) -> NewReferral:
    """The campaign and its coupons in the file where campaigns are, its rules where the channel's are.

    Raises `Refusal`.
    """
    title = answer_of(form.title)
    name = free_name(safe_name(title, "好友推薦"), names_in(sources, "referrals"))
    texts = dict(sources)
    path = next((one for one in rule_files(texts) if declared(texts[one], "referrals")), _free_path(texts))
    coupons = dict(_coupons(form, names_in(sources)))
    if not coupons:
        raise Refusal(tr("Say what the friend or the inviter gets, or both"))
    try:
        text = texts.get(path, "")
        for coupon, entry in coupons.values():
            text = with_entry(text, "coupons", coupon, entry)
        texts[path] = with_entry(text, "referrals", name, _entry(form, title, coupons))
    except EntriesUnread:
        raise Refusal(
            tr("{file} cannot be changed by a form: add the campaign in the editor", file=path)
        ) from None
    of_rules = {one: texts[one] for one in rule_files(texts)}
    place = placed(_rules(form, name, [coupon for coupon, _ in coupons.values()]), of_rules, channel)
    texts[place.file] = pasted(place, of_rules)
    return NewReferral(name, {one: text for one, text in texts.items() if text != sources.get(one)})


def invitation(link: str) -> str:
    """What somebody gets who asks how to bring friends."""
    return f"把您的連結傳給好友：\n{link}"


def _coupons(
    form: FormReferral, taken: frozenset[str]
) -> Iterator[tuple[str, tuple[str, Mapping[str, object]]]]:
    """By whose it is (`friend`, `inviter`): the name of its coupon, and its entry."""
    for whose, written in (("friend", form.friend), ("inviter", form.inviter)):
        if written.strip():
            title = answer_of(written)
            name = free_name(safe_name(title, "推薦禮"), taken)
            taken |= {name}
            entry: dict[str, object] = {"title": title, "for": f"{number_of(form.days)}d"}
            if whose == "inviter":
                entry["per_person"] = number_of(form.most)
            yield whose, (name, entry)


def _entry(
    form: FormReferral, title: str, coupons: Mapping[str, tuple[str, Mapping[str, object]]]
) -> Mapping[str, object]:
    entry: dict[str, object] = {"title": title}
    if form.terms.strip():
        entry["terms"] = answer_of(form.terms)
    entry["when"] = form.deed
    if form.within.strip() and form.deed != "followed":
        entry["within"] = f"{number_of(form.within)}d"
    entry |= {whose: name for whose, (name, _) in coupons.items()}
    if "inviter" in coupons:
        entry["max"] = number_of(form.most)
    if form.until.strip():
        entry["until"] = f"{day_of(form.until)} 24:00"
    return entry


def _rules(form: FormReferral, name: str, coupons: Sequence[str]) -> Sequence[str]:
    """The lines of the rules: who asks gets the own link, and what both hear."""
    asked = one_or_list(map(scalar, ways_of(form.asked, ASKED_MOST)))
    link = f"{{{{ invite.{name} or 請按「{LABEL}」 }}}}"
    of = one_or_list(map(scalar, coupons))
    lines = [
        f"- when: {braces({'text': asked})}",
        "  reply:",
        *("    text: |-", *(f"      {line}" for line in invitation(link).splitlines())),
        f"    quick_replies: [{braces({'label': LABEL, 'page': 'my_invites'})}]",
    ]
    for trigger, push in (
        ({"referral": scalar(name), "result": "came"}, WELCOME[form.deed]),
        ({"referral": scalar(name), "result": "friend_came"}, CAME),
        ({"coupon": of, "result": "given"}, GIVEN),
        ({"coupon": of, "result": "had"}, HAD),
    ):
        lines += [f"- when: {braces(trigger)}", f"  push: {scalar(push)}"]
    return lines


def _free_path(sources: Mapping[str, str]) -> str:
    return f"{free_name(FILE, [path.removesuffix('.yaml') for path in sources])}.yaml"
