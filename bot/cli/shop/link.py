"""`oaflow shop link`: the link of a shop, by what stands in the playbook (C2, C8, C9)."""

from __future__ import annotations

from collections.abc import Iterator

from bot.cli.order import CommandOrder, carried_out
from bot.cli.own_address import as_the_world_sees_it, as_they_know_it
from bot.connectors.shops.members import members_of
from bot.connectors.shops.platforms import NO_CHANGE_FEED
from bot.connectors.shops.refused import SetupRefused
from bot.hooks.call import HookCaller
from bot.line.http_call import new_session
from bot.model.clock import SystemClock
from bot.model.instance import ReservedMember
from bot.model.translatable import Translatable, tr
from bot.model.variables import PUBLIC_URL
from bot.operations.actors import actor_words
from bot.operations.payload import pick_or_none
from bot.operations.shops.fields import shop_of
from bot.operations.shops.linking import TriedShop, link_shop
from bot.operations.shops.shop_view import ShopOverview, install_address, shop_overview
from bot.operations.simulated_time import now_among

SUCH_AN_ADDRESS = "https://bot.example.com"
"""In place of our own address where none is set."""


class _Played:
    """A shop that a simulator plays: its credentials are that simulator's own."""

    async def by_phone(self, phone: str) -> ReservedMember | None:
        return None


@carried_out(drafts=True)
async def link(order: CommandOrder) -> None:
    """Link it, and print what is left to do."""
    served, playbook, settings = order.served, order.playbook, order.served.settings
    shop, people = shop_of(settings.shops, order.name), await order.people()
    played, clock = people is not order.opened.stores, SystemClock()
    async with (
        new_session(outside=True) as session,
        HookCaller(clock, lambda: settings.private_hosts) as hooks,
    ):

        def to_try() -> TriedShop:
            if played:
                return _Played()
            return members_of(shop, playbook.attributes, playbook.zone, session, clock, hooks)

        try:
            linked, is_new = await link_shop(people, shop, to_try, order.by, await now_among(people))
        except SetupRefused as error:
            if error.trouble == "by_app_store":  # what the app's page there asks for
                _note_addresses(shop.name, order)
            raise
    public = (await as_they_know_it(order.opened, served, people)).playbook.public
    state = shop_overview(playbook, settings, shop, linked, public, played=played)
    new = tr("{shop} answers, and is linked", shop=shop.name)
    known = tr(
        "{shop} answers, and is linked since {at}, by {who}",
        shop=shop.name,
        at=order.at(linked.at),
        who=actor_words(linked.by),
    )
    payload = {
        "shop": shop.name,
        "platform": shop.platform,
        "access": state.access,
        "new": is_new,
        **pick_or_none(state.link, "at", "by"),
        "account": state.account,
        "webhook": state.webhook or None if public else None,
        "heard": not state.is_unheard,
    }
    order.show(payload, new if is_new else known, *_to_do(state, public))


def _to_do(shop: ShopOverview, public: str) -> Iterator[Translatable]:
    if shop.webhook and public:
        yield tr("the address of its webhook:  {address}", address=shop.webhook)
    elif shop.webhook:
        yield _without_address()
        yield tr("the address of its webhook is then:  {address}", address=f"{SUCH_AN_ADDRESS}{shop.webhook}")
    if shop.is_unheard:
        yield NO_CHANGE_FEED
    yield tr("what has to be set at the shop:")
    for one in shop.to_set:
        line = (
            tr("- {where}: {what}", where=one.where, what=one.what)
            if one.where
            else tr("- {what}", what=one.what)
        )
        yield tr("{line} (costs SMS)", line=line) if one.costs_sms else line
    yield tr("then read its members:  oaflow shop sync {shop}", shop=shop.settings.name)


def _without_address() -> Translatable:
    return tr(
        "our own address is not known: set  {setting}  in .env beside bot.yaml, with the address by which the"
        " world reaches this server",
        setting=f"{PUBLIC_URL}={SUCH_AN_ADDRESS}",
    )


def _note_addresses(shop: str, order: CommandOrder) -> None:
    public = as_the_world_sees_it(order.playbook, order.opened).public
    channel = next((name for name, one in order.playbook.channels.items() if one.shop == shop), None)
    if channel is None:
        return
    if not public:
        order.note(_without_address())
        order.note(tr("then the app's page at the platform asks for these two:"))
    there, platform = public or SUCH_AN_ADDRESS, order.served.settings.shops[shop].platform
    order.note(tr("Authorization URL:  {address}", address=install_address(there, channel, platform)))
    order.note(tr("Redirect URL:  {address}", address=install_address(there, channel, platform, "callback")))
