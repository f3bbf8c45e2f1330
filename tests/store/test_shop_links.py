"""Links of shops, installations under way: one writer wins, a domain is one shop's, a state counts once."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.connectors.shops.links import is_linked
from bot.model.settings import ShopSettings
from bot.model.shop import LinkEnd, ShopInstall, ShopLink
from bot.store.shops.links import DomainTaken
from bot.store.stores import Stores
from tests.conftest import NOW

LINK = ShopLink("forest", "cyberbiz", "app_store", "shop", "mei", NOW, domain="forest.cyberbiz.co")
ENDED = replace(LINK, revision=2, ended=LinkEnd("mei", NOW, "here", forgotten=True, cleared=NOW))
INSTALL = ShopInstall("state", "session", "mei", "forest", "main", "forest.cyberbiz.co", NOW)


async def test_a_link_is_read_as_it_was_written_and_changed_once(stores: Stores) -> None:
    links = stores.shop_links
    assert await links.read("forest") is None
    assert await links.put(LINK, None)
    assert not await links.put(LINK, None), "there is one already"
    assert await links.read("forest") == LINK == await links.with_domain("cyberbiz", "forest.cyberbiz.co")
    chosen = replace(LINK, revision=2, channel="main", uninstalled=NOW - timedelta(days=1))
    assert await links.put(chosen, LINK)
    assert not await links.put(replace(LINK, revision=2), LINK), "who read the first is late"
    assert await links.all() == {"forest": chosen}


async def test_of_two_shops_that_are_linked_with_one_domain_at_once_one_is(stores: Stores) -> None:
    """C4: a shop is linked once."""
    links, other = stores.shop_links, replace(LINK, shop="other")
    both = await asyncio.gather(links.put(LINK, None), links.put(other, None), return_exceptions=True)
    assert [type(one) for one in both if one is not True] == [DomainTaken]
    assert len(await links.all()) == 1


async def test_the_domain_of_a_link_that_ended_is_free(stores: Stores) -> None:
    links = stores.shop_links
    assert await links.put(LINK, None)
    assert await links.put(ENDED, LINK)
    assert await links.read("forest") == ENDED
    assert await links.with_domain("cyberbiz", "forest.cyberbiz.co") is None
    assert await links.put(replace(LINK, shop="other"), None)
    with pytest.raises(DomainTaken, match="other"):
        await links.put(replace(LINK, revision=3), ENDED)


async def test_an_installation_is_taken_once_and_by_its_own_session(stores: Stores) -> None:
    installs = stores.shop_installs
    await installs.begin(INSTALL)
    row = await stores.database.collection("shop_installs").find_one({})
    assert row is not None
    assert not {"state", "session"} & {str(value) for value in row.values()}
    taken = await asyncio.gather(*(installs.take("state", "session") for _ in range(5)))
    assert [one for one in taken if one is not None] == [INSTALL]
    await installs.begin(INSTALL)
    assert await installs.take("state", "another") is None
    assert await installs.take("state", "session") is None, "somebody has tried it"


def test_a_shop_with_credentials_is_linked_until_it_is_unlinked() -> None:
    shop = ShopSettings("forest", "cyberbiz", credentials={"username": "u", "secret": "s"})
    app = replace(shop, access="app_store", credentials={})
    assert is_linked(shop, None)
    assert not is_linked(replace(shop, credentials={"username": "u", "secret": ""}), None)
    assert not is_linked(app, None)
    assert is_linked(app, LINK)
    assert not is_linked(app, ENDED)
    by_secret = replace(LINK, access="api_secret")
    assert is_linked(shop, by_secret)
    assert not is_linked(shop, replace(by_secret, ended=ENDED.ended))
    assert is_linked(shop, ENDED), "it was unlinked as what the playbook does not say any more"
    assert is_linked(ShopSettings("list", "csv"), None)
