"""`oaflow referral list|show`: how friends who bring friends are doing, and who has brought whom (N4)."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterable, Iterator, Mapping, Sequence

from bot.cli.answer import in_columns
from bot.cli.arguments import Arguments, actions_of, add_action, add_json, add_playbook, describe
from bot.cli.order import CommandOrder, carried_out
from bot.cli.refusal import UsageWrong
from bot.model.translatable import Translatable, tr
from bot.operations.find_contacts import one as find_one
from bot.operations.payload import pick
from bot.operations.referral_words import REFUSED, state_words
from bot.operations.referrals import (
    BroughtFriend,
    ReferralFigures,
    brought_friends,
    campaign_of,
    inviters,
    referral_figures,
)
from bot.playbook.similar import printable

_COLUMNS: Mapping[str, Translatable] = {
    "came": tr("friends came"),
    "counted": tr("count"),
    "friends_rewarded": tr("friends rewarded"),
    "inviters_rewarded": tr("inviters rewarded"),
    "opened": tr("only opened"),
    "waiting": tr("may still count"),
}
_INVITERS: Mapping[str, Translatable] = {
    "name": tr("name"),
    "contact": tr("contact"),
    "friends": tr("friends came"),
    "counted": tr("count"),
    "rewarded": tr("rewarded"),
}
_FRIENDS = (tr("opened"), tr("joined"), tr("name"), tr("contact"), tr("state"))


def arguments(command: ArgumentParser) -> None:
    """What is asked."""
    says = "Friends who bring friends: how each campaign is doing, and who has brought whom."
    describe(command, says, example="oaflow referral list")
    actions = actions_of(command)
    listed = add_action(
        actions, "list", "a line for each campaign", list_campaigns, example="oaflow referral list my-shop"
    )
    add_playbook(listed)
    add_json(listed)
    shown = add_action(
        actions,
        "show",
        "who has brought friends; with a contact, whom they have brought",
        show_campaign,
        example="oaflow referral show 好友一起來",
        words="CAMPAIGN [CONTACT]",
    )
    shown.add_argument("words", nargs="+", metavar="CAMPAIGN", help="before it: folder with bot.yaml")
    add_json(shown)


def _one_campaign(words: Sequence[str], options: Arguments) -> None:
    if len(words) not in (1, 2):
        raise UsageWrong(tr("write one campaign after the playbook, and perhaps a contact"))


@carried_out()
async def list_campaigns(order: CommandOrder) -> None:
    """Print how each campaign is doing, in the order of the playbook."""
    found = await referral_figures(await order.people(), order.playbook)
    heads = [order.speech.text(one) for one in (tr("campaign"), *_COLUMNS.values(), tr("do not count"))]
    rows = [
        [
            one.campaign.name,
            *(f"{number:,}" for number in pick(one, *_COLUMNS).values()),
            _refused(order, one),
        ]
        for one in found
    ]
    payload = [
        {
            "campaign": one.campaign.name,
            "title": one.campaign.title,
            **pick(one, *_COLUMNS),
            "refused": dict(one.refused),
        }
        for one in found
    ]
    nothing = [tr("the playbook has no referral campaigns")]
    order.show_all({"referrals": payload}, _table(heads, rows) if rows else nothing)


def _refused(order: CommandOrder, one: ReferralFigures) -> str:
    said = (tr("{why}: {number}", why=REFUSED[why], number=f"{many:,}") for why, many in one.refused.items())
    return ", ".join(map(order.speech.text, said))


@carried_out(check=_one_campaign)
async def show_campaign(order: CommandOrder) -> None:
    """Print who has brought friends, or whom one of them has brought. Raises `NotFound`."""
    campaign, stores = campaign_of(order.playbook, order.words[0]), await order.people()
    if len(order.words) == 1:
        found = await inviters(stores, order.playbook, campaign.name)
        heads = list(map(order.speech.text, _INVITERS.values()))
        rows = [[str(pick(one, name)[name] or "–") for name in _INVITERS] for one in found]
        payload = [pick(one, *_INVITERS) for one in found]
        none_yet = [tr("nobody has brought a friend yet")]
        order.show_all({"inviters": payload}, _table(heads, rows) if found else none_yet)
        return
    inviter = await find_one(await order.opened.everywhere(), order.playbook, order.words[1], None)
    friends = await brought_friends(inviter.stores, inviter.contact, campaign.name)
    heads = list(map(order.speech.text, _FRIENDS))
    lines = _table(heads, [_friend(order, one) for one in friends])
    payload = [
        {**pick(one, "contact", "name"), **pick(one.referral, "state", "why", "at", "came", "ended")}
        for one in friends
    ]
    order.show_all({"friends": payload}, lines if friends else [tr("nobody whom they have brought is here")])


def _friend(order: CommandOrder, one: BroughtFriend) -> list[str]:
    referral = one.referral
    goal = order.playbook.referrals[referral.campaign].goal
    came = "–" if referral.came is None else order.at(referral.came)
    says = order.speech.text(state_words(referral, goal))
    return [order.at(referral.at), came, one.name or "–", one.contact, says]


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    return in_columns([list(heads), *([printable(cell) for cell in row] for row in rows)])
