"""A referral campaign by a form: itself, its coupons, the rules about it (N4, L8)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.model.translatable import tr
from bot.operations.drafts.forms.entry import EntryPlace, put_entry
from bot.operations.drafts.forms.form import DraftForm, Filled, Heading, Input, asked_field, title_field
from bot.operations.drafts.forms.needs import PAGES, SHOP
from bot.operations.drafts.forms.rules import rule
from bot.operations.drafts.forms.written import FieldRefused, asked, value_of
from bot.playbook.syntax.yaml_text import braces, one_or_list, scalar
from bot.promotions.referrals.operations.figures import GOALS

FILE = "rules/referrals"
COUPONS = EntryPlace("coupons", FILE, "推薦禮")
"""Coupons go where coupons are; without any, beside the campaign."""
LABEL = "邀請好友"
WELCOME: Mapping[str, str] = {
    "followed": "歡迎您！謝謝您從好友的連結加入。",
    "bound": "歡迎您！綁定會員之後，好友的邀請就算成功。",
    "ordered": "歡迎您！完成第一筆訂單之後，好友的邀請就算成功。",
}
CAME = "您邀請的好友加入了！"
GIVEN = "送您「{{ event.title }}」，代碼 {{ event.code }}，{{ event.until as M/D }} 前可用。"
HAD = "您已經有「{{ event.title }}」囉，謝謝您的支持。"
EXAMPLE_LINK = "https://liff.line.me/1234567890-abcdefgh/my_invites?by=kq7nh3m8px2a"
"""The link in the message that is looked at while the form is filled in."""


def _invitation(link: str) -> str:
    """What those get who ask how to bring friends."""
    return f"把您的連結傳給好友：\n{link}"


def _coupons(filled: Filled, texts: dict[str, str]) -> Mapping[str, object]:
    """The coupons that the friend and the inviter get, which are entries of their own."""
    found: dict[str, object] = {}
    lasts, most = (value_of(filled, filled.form.field(one)) for one in ("days", "most"))
    for rewarded in ("friend", "inviter"):
        if title := value_of(filled, filled.form.field(rewarded)):
            per_person = {"per_person": most} if rewarded == "inviter" else {}
            found[rewarded] = put_entry(
                texts, COUPONS, str(title), {"title": title, "for": lasts, **per_person}
            )
    if not found:
        raise FieldRefused(tr("Say what the friend or the inviter gets, or both"), "friend")
    return {**found, **({"max": most} if "inviter" in found else {})}


def _rules(filled: Filled, name: str, entry: Mapping[str, object]) -> Sequence[str]:
    """Who asks gets the own link, and what both hear."""
    link = f"{{{{ invite.{name} or 請按「{LABEL}」 }}}}"
    coupons = one_or_list(scalar(str(entry[one])) for one in ("friend", "inviter") if one in entry)
    lines = [
        f"- when: {braces({'text': asked(filled)})}",
        "  reply:",
        *("    text: |-", *(f"      {line}" for line in _invitation(link).splitlines())),
        f"    quick_replies: [{braces({'label': LABEL, 'page': 'my_invites'})}]",
    ]
    for trigger, push in (
        ({"referral": scalar(name), "result": "came"}, WELCOME[filled["deed"]]),
        ({"referral": scalar(name), "result": "friend_came"}, CAME),
        ({"coupon": coupons, "result": "given"}, GIVEN),
        ({"coupon": coupons, "result": "had"}, HAD),
    ):
        lines += rule(trigger, "push", scalar(push))
    return lines


PART = DraftForm(
    name="referral",
    page="/admin/referrals",
    title=tr("A new campaign"),
    definition="referral campaign",
    place=EntryPlace("referrals", FILE, "好友推薦"),
    keys=("title", "terms", "when", "within", "friend", "inviter", "max", "until"),
    needs=(PAGES,),
    parts=(
        Heading("what", tr("What it is")),
        title_field(
            tr("The campaign's name"), "referral campaign.title", tr("for example  Come with a friend")
        ),
        Input("terms", tr("What customers read about it"), "referral campaign.terms"),
        asked_field(
            tr("Who writes this gets the link"),
            "",
            tr("Several ways to say it: with commas between. They get their own link to send on"),
            LABEL,
        ),
        Heading("counts", tr("When it counts")),
        Input("deed", None, "referral campaign.when", usual="bound", says=GOALS, needs={"ordered": SHOP}),
        Input(
            *("within", tr("Within so many days of joining"), "referral campaign.within"),
            *(tr("Left empty: at any time"), "", "30"),
            only="deed=bound|ordered",
        ),
        Input("until", tr("The last day on which friends may join"), "referral campaign.until"),
        Heading("gets", tr("What they get")),
        Input("friend", tr("The friend"), "coupon.title", example=tr("for example  50 off to welcome you")),
        Input(
            *("inviter", tr("The inviter"), "coupon.title"),
            *(tr("Each is a coupon of its own; one of the two is enough"),),
            *(tr("for example  50 off as a thank-you"),),
        ),
        Input("days", tr("Days for which the coupons are good"), "coupon.for", usual="30", required=True),
        Input(
            *("most", tr("How often one inviter is rewarded at most"), "coupon.per_person"),
            usual="10",
            required=True,
        ),
    ),
    more=_coupons,
    rules=_rules,
    shown=lambda filled: [{"type": "text", "text": _invitation(EXAMPLE_LINK)}],
    beside=lambda filled: tr(
        "With a link of their own, which also stands on 「Invite friends」 with its QR code"
    ),
    done=lambda name: tr(
        "The campaign {campaign} is in your draft. Have a look: with Publish it is live", campaign=name
    ),
)
