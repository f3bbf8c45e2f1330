"""Linking by credentials, unlinking, what a process may ask; tokens of installed apps. C2, C4, C9, A11"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
from aiohttp import ClientSession
from yarl import URL

from bot.app.shops import ShopOpener
from bot.connectors.shops.cyberbiz.oauth import CyberbizOauth
from bot.connectors.shops.install import Granted
from bot.connectors.shops.refused import SetupRefused
from bot.engine.turn.changes import folded_consent
from bot.model.contact import AttributeValue, Contact, Identity
from bot.model.instance import ReservedMember
from bot.model.own_secret import OwnSecret
from bot.model.settings import MappedField, ShopSettings
from bot.model.shop import LinkEnd, ShopLink, ShopSync, SyncRun
from bot.model.shop_failure import (
    CredentialsExpired,
    CredentialsMissing,
    CredentialsRefused,
    NotLinked,
    NotPermitted,
    ShopAway,
    ShopFailed,
)
from bot.operations.audit_trail import entries
from bot.operations.shops.app_tokens import access_of, keep_token, token_name
from bot.operations.shops.installing import uninstalled
from bot.operations.shops.linking import SETTLED, LinkRefused, clear_forgotten, link_shop, unlink_shop
from bot.runtime.shops.link_cache import KNOWN_FOR, LinkCache
from bot.store.stores import Stores
from tests.conftest import NOW, ManualClock
from tests.people import come
from tests.playbooks import compiled

SECRET = ShopSettings("forest", "cyberbiz", "api_secret", {"username": "u", "secret": "s"})
APP = ShopSettings("forest", "cyberbiz", "app_store", {"app_id": "a", "app_secret": "b"})
DOMAIN = "forest.cyberbiz.co"
LINK = ShopLink("forest", "cyberbiz", "app_store", "shop", "mei", NOW, domain=DOMAIN)
MEI = "command:mei"


class Tried:
    """A shop that is tried, and says this."""

    def __init__(self, error: ShopFailed | None = None) -> None:
        self._error = error

    def __call__(self) -> Tried:
        return self

    async def by_phone(self, phone: str) -> ReservedMember | None:
        if self._error is not None:
            raise self._error
        return None


class Oauth(CyberbizOauth):
    """Renews as a platform does that takes a renewal once only."""

    __slots__ = ("good", "renewed")

    def __init__(self, session: ClientSession, clock: ManualClock) -> None:
        super().__init__(URL("http://127.0.0.1:1"), "a", "b", session, clock)
        object.__setattr__(self, "good", {"refresh-0"})
        object.__setattr__(self, "renewed", [])

    async def renew(self, refresh: str) -> Granted:
        good: set[str] = object.__getattribute__(self, "good")
        renewed: list[str] = object.__getattribute__(self, "renewed")
        renewed.append(refresh)
        await asyncio.sleep(0)
        if refresh not in good:
            raise CredentialsExpired("given already")
        good.remove(refresh)
        number = len(renewed)
        good.add(f"refresh-{number}")
        return Granted(f"access-{number}", f"refresh-{number}", self.clock.now() + timedelta(hours=2))


@pytest.fixture
async def oauth(clock: ManualClock) -> AsyncIterator[Oauth]:
    async with ClientSession() as session:
        yield Oauth(session, clock)


async def test_credentials_are_tried_and_the_link_is_written_once(stores: Stores) -> None:
    link, is_new = await link_shop(stores, SECRET, Tried(), MEI, NOW)
    assert (link.access, link.side, link.by, is_new) == ("api_secret", "here", MEI, True)
    again, is_new = await link_shop(stores, SECRET, Tried(), "command:other", NOW)
    assert (again, is_new) == (link, False)


@pytest.mark.parametrize(
    ("error", "trouble"),
    [
        (NotPermitted("the API was not bought"), "no_api"),
        (CredentialsRefused("unknown"), "no_api"),
        (CredentialsMissing("no secret"), "no_api"),
        (ShopAway("503"), "away"),
    ],
)
async def test_what_the_shop_refuses_is_said_and_links_nothing(
    stores: Stores, error: ShopFailed, trouble: str
) -> None:
    with pytest.raises(SetupRefused, match="forest") as refused:
        await link_shop(stores, SECRET, Tried(error), MEI, NOW)
    assert refused.value.trouble == trouble
    assert await stores.shop_links.all() == {}


async def test_an_app_is_installed_and_a_list_is_imported(stores: Stores) -> None:
    with pytest.raises(SetupRefused, match="API connection"):
        await link_shop(stores, APP, Tried(), MEI, NOW)
    with pytest.raises(LinkRefused, match="oaflow members import"):
        await link_shop(stores, ShopSettings("list", "csv"), Tried(), MEI, NOW)
    with pytest.raises(LinkRefused, match="not linked"):
        await unlink_shop(stores, APP, MEI, NOW)


async def test_what_is_linked_by_the_playbook_alone_can_be_unlinked(
    stores: Stores, clock: ManualClock, oauth: Oauth
) -> None:
    """C9: within two seconds no process asks it any more."""
    links = LinkCache(stores.shop_links, clock)
    door = ShopOpener(SECRET, links, stores, lambda shop, domain: oauth, clock)
    await door.ready()
    link, is_new = await unlink_shop(stores, SECRET, MEI, NOW)
    assert (link.holds, is_new) == (False, True)
    assert (await unlink_shop(stores, SECRET, MEI, NOW))[1] is False
    clock.advance(KNOWN_FOR.total_seconds())
    with pytest.raises(NotLinked):
        await door.ready()
    _, is_new = await link_shop(stores, SECRET, Tried(), MEI, NOW)
    clock.advance(KNOWN_FOR.total_seconds())
    await door.ready()
    assert is_new
    kinds = [one.kind for one in await entries(stores)]
    assert {"shop_linked", "shop_unlinked"} <= set(kinds)


async def linked(stores: Stores, clock: ManualClock) -> None:
    assert await stores.shop_links.put(LINK, None)
    given = Granted("access-0", "refresh-0", clock.now() + timedelta(hours=2), DOMAIN)
    await keep_token(stores, "forest", DOMAIN, given, MEI, clock.now())


async def kept(stores: Stores) -> OwnSecret:
    found = await stores.secrets.read(token_name("forest", DOMAIN))
    assert found is not None
    return found


async def test_a_token_is_renewed_before_its_end_once_by_two_processes(
    stores: Stores, clock: ManualClock, oauth: Oauth
) -> None:
    await linked(stores, clock)
    doors = [
        ShopOpener(APP, LinkCache(stores.shop_links, clock), stores, lambda shop, domain: oauth, clock)
        for _ in range(2)
    ]
    await asyncio.gather(*(door.ready() for door in doors))
    assert [door.access.token and door.access.token.value for door in doors] == ["access-0"] * 2
    clock.advance(timedelta(hours=1, minutes=56).total_seconds())
    await asyncio.gather(*(door.ready() for door in (*doors, *doors)))
    renewed: list[str] = object.__getattribute__(oauth, "renewed")
    assert renewed == ["refresh-0"], "one renews; the other goes on with the old one, still good"
    await asyncio.gather(*(door.ready() for door in doors))
    used = {door.access.token.value for door in doors if door.access.token is not None}
    assert used == {"access-1"} == {access_of(await kept(stores))}, "from then on both use what was kept"


async def test_a_token_that_is_refused_is_not_tried_again_and_again(
    stores: Stores, clock: ManualClock, oauth: Oauth
) -> None:
    """Revoked in the middle of a sync: the next call says so; another process may have a new one by now."""
    await linked(stores, clock)
    door = ShopOpener(APP, LinkCache(stores.shop_links, clock), stores, lambda shop, domain: oauth, clock)
    await door.ready()
    token = door.access.token
    assert token is not None
    token.refused = True
    with pytest.raises(CredentialsRefused):
        await door.ready()
    given = Granted("access-9", "refresh-9", clock.now() + timedelta(hours=2), DOMAIN)
    await keep_token(stores, "forest", DOMAIN, given, MEI, clock.now())
    await door.ready()
    assert (token.value, token.refused) == ("access-9", False)


async def test_without_its_token_a_link_asks_for_a_new_installation(
    stores: Stores, clock: ManualClock, oauth: Oauth
) -> None:
    await stores.shop_links.put(LINK, None)
    door = ShopOpener(APP, LinkCache(stores.shop_links, clock), stores, lambda shop, domain: oauth, clock)
    with pytest.raises(NotLinked, match="install the app again"):
        await door.ready()


PLAYBOOK = compiled(
    """\
channels: {main: {id: forest, channel_id: "1", channel_secret: x, shop: forest}}
attributes: {points: number, tier: text, own: text}
tags: {VIP: {}}
shops: {forest: {platform: cyberbiz, username: u, secret: s, attributes: {points: bonus_points.total}}}
"""
)
MAPPED = replace(SECRET, attributes={"points": MappedField("bonus_points.total")}, tags={"VIP": "vip"})


async def ended_link(stores: Stores) -> tuple[ShopLink, LinkEnd]:
    link = await stores.shop_links.read("forest")
    assert link is not None
    assert link.ended is not None
    return link, link.ended


async def test_what_the_shop_had_told_is_taken_and_what_was_said_here_stays(stores: Stores) -> None:
    """C9, `--forget-attributes`: who has no LINE at once, who has LINE in a turn of theirs."""
    told = {"n.points": AttributeValue(5, NOW), "t.own": AttributeValue("here", NOW)}
    without = Contact("M:1", member_no="5001", member_shop="forest", attributes=told)
    other = Contact("M:2", member_no="5001", member_shop="harbour", attributes=told)
    on_line = Contact(
        "main:U1",
        identities=(Identity("main", "U1"),),
        member_no="5002",
        member_shop="forest",
        attributes=told,
    )
    await stores.people_without_line.write([(None, without), (None, other)])
    await come(stores.contacts, on_line)
    link, _ = await unlink_shop(stores, MAPPED, MEI, NOW, forget=True)
    assert await clear_forgotten(stores, PLAYBOOK, MAPPED, link, NOW) == 2
    people = await stores.contacts.persons([without.id, other.id])
    assert set(people[without.id].contact.attributes) == {"t.own"}
    assert set(people[other.id].contact.attributes) == {"n.points", "t.own"}
    assert [row["contact"] async for row in stores.database.collection("inbox").find({})] == ["main:U1"]
    done, ended = await ended_link(stores)
    assert ended.cleared is None, "what was read before the end may still be written"
    later = NOW + SETTLED
    again = await clear_forgotten(stores, PLAYBOOK, MAPPED, done, later)
    assert (await ended_link(stores))[1].cleared == later
    assert again == 1, "whoever has LINE is told once more until their turn was taken: it is the same event"
    assert await stores.database.collection("inbox").count_documents({}) == 1


@pytest.mark.parametrize("here", [None, True, False])
@pytest.mark.parametrize("at_shop", [True, False])
async def test_the_shops_yes_and_the_last_order_go_and_what_was_said_here_stays(
    stores: Stores, *, here: bool | None, at_shop: bool
) -> None:
    """C9: a *no* is a *no* wherever it was said; a *yes* goes with who has told it."""
    folded = folded_consent("strictest", here, at_shop)
    one = Contact(
        "M:1",
        member_no="5001",
        member_shop="forest",
        marketing_here=here,
        marketing_shop=at_shop,
        marketing=folded,
        last_order=NOW,
        shop_read=NOW,
        shop_updated=NOW,
    )
    await stores.people_without_line.write([(None, one)])
    link, _ = await unlink_shop(stores, MAPPED, MEI, NOW, forget=True)
    assert await clear_forgotten(stores, PLAYBOOK, MAPPED, link, NOW) == 1
    now = (await stores.contacts.persons([one.id]))[one.id].contact
    left = None if at_shop else False
    assert (now.marketing_here, now.marketing_shop) == (here, left)
    assert now.marketing is folded_consent("strictest", here, left)
    assert (now.last_order, now.shop_read, now.shop_updated, now.member_no) == (None, None, None, "5001")
    assert await clear_forgotten(stores, PLAYBOOK, MAPPED, link, NOW) == 0


async def test_a_supervisor_who_is_demoted_while_the_shop_is_tried_links_nothing(
    stores: Stores,
) -> None:
    async def no_more() -> bool:
        return False

    with pytest.raises(LinkRefused, match="nothing was linked"):
        await link_shop(stores, SECRET, Tried, MEI, NOW, no_more)
    assert await stores.shop_links.read(SECRET.name) is None


async def test_what_is_written_just_behind_the_end_is_taken_as_well(stores: Stores) -> None:
    """C9: members were read before the shop was unlinked, and are taken over after all were cleared."""
    link, _ = await unlink_shop(stores, MAPPED, MEI, NOW, forget=True)
    assert await clear_forgotten(stores, PLAYBOOK, MAPPED, link, NOW) == 0
    late = Contact(
        "M:1", member_no="5001", member_shop="forest", attributes={"n.points": AttributeValue(5, NOW)}
    )
    await stores.people_without_line.write([(None, late)])
    assert await clear_forgotten(stores, PLAYBOOK, MAPPED, link, NOW + SETTLED) == 1
    people = await stores.contacts.persons([late.id])
    assert people[late.id].contact.attributes == {}


async def test_how_far_its_members_were_read_ends_with_a_link(stores: Stores) -> None:
    """The next one may be with another shop: neither its pages nor its cursor go on there."""
    run = SyncRun("all", MEI, NOW, state="running", mark="500")
    assert await stores.shop_syncs.order("forest", run, None)
    old = await stores.shop_syncs.claim("forest", 600, "me", ("me",))
    assert old is not None
    await unlink_shop(stores, SECRET, MEI, NOW)
    assert await stores.shop_syncs.one("forest") == ShopSync("forest", turn=2)
    assert await stores.shop_syncs.order("forest", SyncRun("all", MEI, NOW), None)
    assert await stores.shop_syncs.claim("forest", 600, "other", ("me", "other")) is not None
    assert not await stores.shop_syncs.note(old, "all", 600), "who read the old one notes nothing"


async def test_who_dies_behind_the_end_of_a_link_leaves_no_token(
    stores: Stores, oauth: Oauth, clock: ManualClock
) -> None:
    """`apps/uninstall` is told once more until it is over."""
    await keep_token(stores, "forest", DOMAIN, Granted("a", "r", None, DOMAIN), MEI, NOW)
    assert await stores.shop_links.put(replace(LINK, ended=LinkEnd(f"shop:{DOMAIN}", NOW, "shop")), None)
    assert not await uninstalled(stores, APP, DOMAIN, lambda shop, domain: oauth, clock.now())
    assert await stores.secrets.names() == []
