"""`oaflow shop link|unlink`: the link of a shop, by what stands in the playbook (C2, C8, C9)."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from bot.app.database import OpenDatabase
from bot.cli.answer import show_answer
from bot.cli.arguments import Arguments
from bot.cli.confirm import agreed
from bot.cli.dates import to_the_second
from bot.cli.figures_source import whose_people
from bot.cli.on_database import on_database
from bot.cli.operator import commander
from bot.cli.own_address import as_the_world_sees_it, as_they_know_it
from bot.cli.playbook_folder import folder_and_words
from bot.cli.progress import Progress
from bot.cli.refusal import tell
from bot.cli.shop.choose_shop import which_shop
from bot.hooks.call import HookCaller
from bot.line.http_call import new_session
from bot.model.clock import SystemClock
from bot.model.contact import ReservedMember
from bot.model.settings import PUBLIC_URL
from bot.model.translatable import Language, Refusal, Translatable, tr
from bot.operations.actors import actor_words
from bot.operations.shops.forgetting import clear_forgotten
from bot.operations.shops.linking import TriedShop, link_shop, unlink_shop
from bot.operations.shops.reasons import SetupRefused
from bot.operations.shops.shop_view import ShopOverview, install_address, shop_shown
from bot.operations.simulated_time import now_among
from bot.playbook.valid import ValidPlaybook
from bot.shops.change_feed import UNHEARD
from bot.shops.members import members_of

SUCH_AN_ADDRESS = "https://bot.example.com"
"""Stands for our own address where nobody has told it."""


class NotAgreed(Refusal):
    """Whoever was asked has said no."""


class _Played:
    """A shop that a simulator plays: its credentials are that simulator's own."""

    async def by_phone(self, phone: str) -> ReservedMember | None:
        return None


def link(wanted: Arguments, words: Language) -> int:
    """Link it, and print what is left to do; the exit code."""
    folder, named = folder_and_words(wanted.words)

    async def work(opened: OpenDatabase, served: ValidPlaybook) -> None:
        shop, people = which_shop(served.settings, named), await whose_people(opened, words)
        playbook, clock = served.playbook, SystemClock()
        private = served.settings.private_hosts
        async with new_session() as session, HookCaller(clock, lambda: private) as hooks:

            def to_try() -> TriedShop:
                if people is not opened.stores:
                    return _Played()
                return members_of(shop, playbook.attributes, playbook.zone, session, clock, hooks)

            try:
                linked, is_new = await link_shop(
                    people, shop, to_try, commander(wanted.by), await now_among(people)
                )
            except SetupRefused as error:
                if error.trouble == "by_app_store":  # what the app's page there asks for
                    _tell_addresses(served, shop.name, words)
                raise
        public = (await as_they_know_it(opened, served, people)).playbook.public
        played = people is not opened.stores
        stands = shop_shown(playbook, served.settings, shop, linked, public, played=played)
        at = to_the_second(playbook.zone)(linked.at)
        said = (
            tr("{shop} answers, and is linked", shop=shop.name)
            if is_new
            else tr(
                "{shop} answers, and is linked since {at}, by {who}",
                shop=shop.name,
                at=at,
                who=actor_words(linked.by),
            )
        )
        lines = [said, *_to_do(stands, public)]
        show_answer(_told(stands, public, is_new), map(words.text, lines), for_programs=wanted.json)

    return on_database(folder, work, drafts=True)


def unlink(wanted: Arguments, words: Language) -> int:
    """Unlink it, and print what stays; the exit code."""
    folder, named = folder_and_words(wanted.words)

    async def work(opened: OpenDatabase, served: ValidPlaybook) -> None:
        shop, people = which_shop(served.settings, named), await whose_people(opened, words)
        bound = await people.shop_members.bound(shop.name)
        question = tr(
            "unlink {shop}? {number} people stay bound, and are not read there any more [y/N]",
            shop=shop.name,
            number=f"{bound:,}",
        )
        if not wanted.yes and not sys.stdin.isatty():
            raise NotAgreed(tr("nothing is unlinked without a yes: add  --yes"))
        if not wanted.yes and not agreed(question, words):
            raise NotAgreed(tr("nothing was unlinked"))
        forget, now = wanted.forget_attributes, await now_among(people)
        ended, is_new = await unlink_shop(people, shop, commander(wanted.by), now, forget=forget)
        progress, gone = Progress(words), None
        if forget:
            gone = await clear_forgotten(
                people,
                served.playbook,
                shop,
                ended,
                now,
                lambda number: progress.tell(tr("{number} people so far", number=f"{number:,}")),
            )
            progress.over()
        at = to_the_second(served.playbook.zone)(ended.ended.at if ended.ended is not None else now)
        lines = [
            tr("{shop} is unlinked", shop=shop.name)
            if is_new
            else tr("{shop} was unlinked at {at}", shop=shop.name, at=at),
            tr("bindings that stay: {number}", number=f"{bound:,}"),
            tr("what it had told was taken from {number} people", number=f"{gone:,}")
            if gone is not None
            else tr("what it has told of its members stays as it was last known on {at}", at=at),
        ]
        if shop.credentials:
            lines.append(
                tr("its credentials still stand in the playbook or in .env, and are not used: take them out")
            )
        if ended.domain is not None:
            lines.append(
                tr(
                    "remove the app in the back office of {domain}, too: APP MARKET, 「我的擴充服務」",
                    domain=ended.domain,
                )
            )
        told = {"shop": shop.name, "new": is_new, "at": at, "bindings": bound, "forgotten": gone}
        show_answer(told, map(words.text, lines), for_programs=wanted.json)

    return on_database(folder, work, drafts=True)


def _to_do(stands: ShopOverview, public: str) -> Iterator[Translatable]:
    if stands.webhook and public:
        yield tr("the address of its webhook:  {address}", address=stands.webhook)
    elif stands.webhook:
        yield _without_address()
        yield tr(
            "the address of its webhook is then:  {address}", address=f"{SUCH_AN_ADDRESS}{stands.webhook}"
        )
    if stands.is_unheard:
        yield UNHEARD
    yield tr("what has to be set at the shop:")
    for one in stands.to_set:
        line = (
            tr("- {where}: {what}", where=one.where, what=one.what)
            if one.where
            else tr("- {what}", what=one.what)
        )
        yield tr("{line} (costs SMS)", line=line) if one.costs_sms else line
    yield tr("then read its members:  oaflow shop sync {shop}", shop=stands.settings.name)


def _without_address() -> Translatable:
    return tr(
        "our own address is not known: set  {setting}  in the environment, with the address by which the"
        " world reaches this server",
        setting=f"{PUBLIC_URL}={SUCH_AN_ADDRESS}",
    )


def _told(stands: ShopOverview, public: str, is_new: bool) -> dict[str, object]:
    link = stands.link
    return {
        "shop": stands.settings.name,
        "platform": stands.settings.platform,
        "access": stands.access,
        "new": is_new,
        "at": None if link is None else link.at,
        "by": None if link is None else link.by,
        "account": stands.account,
        "webhook": stands.webhook or None if public else None,
        "heard": not stands.is_unheard,
    }


def _tell_addresses(served: ValidPlaybook, shop: str, words: Language) -> None:
    public = as_the_world_sees_it(served.playbook).public
    channel = next((name for name, one in served.playbook.channels.items() if one.shop == shop), None)
    if channel is None:
        return
    if not public:
        tell(_without_address(), words)
        tell(tr("then the app's page at the platform asks for these two:"), words)
    there = public or SUCH_AN_ADDRESS
    tell(tr("Authorization URL:  {address}", address=install_address(there, channel)), words)
    tell(tr("Redirect URL:  {address}", address=install_address(there, channel, "callback")), words)
