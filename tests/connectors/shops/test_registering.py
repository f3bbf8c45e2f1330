"""CYBERBIZ and SHOPLINE: somebody is registered, fields are written (D7, C10), as they document it."""

from __future__ import annotations

from dataclasses import replace

import orjson
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.connectors.shops.members import members_of
from bot.engine.compiled.playbook import AttributeInfo
from bot.model.settings import MappedField, ShopSettings
from bot.model.shop_failure import RequestRefused, ShopAway
from tests.connectors.shops.conftest import (
    ATTRIBUTES,
    LINE,
    MEILING,
    SECRET,
    STORE,
    TAIPEI,
    MovingClock,
    World,
    somebody,
)

NEW = "+886955666777"
BORN = {**ATTRIBUTES, "birthday": AttributeInfo("birthday", "date", "d.birthday")}


def writable(shop: ShopSettings) -> ShopSettings:
    return replace(shop, attributes={**shop.attributes, "birthday": MappedField("birthday", write=True)})


@pytest.mark.parametrize("shop", [SECRET, STORE, LINE], ids=lambda shop: shop.name)
async def test_a_phone_is_registered_and_found_from_then_on(world: World, shop: ShopSettings) -> None:
    members = world.members(shop)
    assert await members.by_phone(NEW) is None
    made = await members.register(NEW, "新朋友", "k", marketing=True)
    assert (made.phone, made.member_no) == (NEW, "5003")
    found = await somebody(members.by_phone(NEW))
    assert found.member_no == "5003"
    if shop.consent is not None:
        assert found.consent is True


@pytest.mark.parametrize("shop", [SECRET, LINE], ids=lambda shop: shop.name)
async def test_a_phone_that_somebody_has_is_refused(world: World, shop: ShopSettings) -> None:
    with pytest.raises(RequestRefused):
        await world.members(shop).register(MEILING, "美玲", "k", marketing=False)
    assert len(world.simulator.shops.by_name[shop.name].members) == 2


@pytest.mark.parametrize("shop", [SECRET, STORE, LINE], ids=lambda shop: shop.name)
async def test_a_field_is_written_and_emptied(world: World, shop: ShopSettings) -> None:
    members = world.members(writable(shop), attributes=BORN)
    written = await somebody(members.write("5001", {"d.birthday": "1991-06-21"}, "k"))
    assert written.values["d.birthday"] == "1991-06-21"
    emptied = await somebody(members.write("5001", {"d.birthday": None}, "k"))
    assert "d.birthday" not in emptied.values
    assert await members.write("9999", {"d.birthday": "1991-06-21"}, "k") is None


@pytest.mark.parametrize(("shop", "status"), [(SECRET, 500), (LINE, 503)], ids=["cyberbiz", "shopline"])
async def test_what_may_have_been_made_is_not_made_again_by_itself(
    world: World, shop: ShopSettings, status: int
) -> None:
    """A POST whose answer tells nothing: whoever asks looks first."""
    asked = list[dict[str, object]]()

    async def answer(request: web.Request) -> web.Response:
        asked.append(orjson.loads(await request.read()))
        return web.Response(status=status)

    app = web.Application()
    app.router.add_post("/v1/customers", answer)
    async with TestServer(app) as server:
        base, clock = str(server.make_url("/")), MovingClock()
        members = members_of(shop, ATTRIBUTES, TAIPEI, world.session, clock, world.hooks, base=base)
        with pytest.raises(ShopAway):
            await members.register(NEW, "新朋友", "k", marketing=False)
    [said] = asked
    assert said["name"] == "新朋友"
    if shop is SECRET:
        assert (said["mobile"], said["country_calling_code"]) == ("0955666777", "+886")
        assert len(str(said["password"])) >= 32, "nobody's to guess"
        assert said["accepts_marketing"] is False
    else:
        assert (said["mobile_phone"], said["mobile_phone_country_calling_code"]) == ("0955666777", "886")
        assert said["send_notification"] is False, "no SMS that somebody pays"
