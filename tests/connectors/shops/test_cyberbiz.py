"""CYBERBIZ, by API secret and app store, against the simulator's, which verifies who asks. C2"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from dataclasses import replace
from datetime import datetime, timedelta

import orjson
import pytest

from bot.connectors.shops.cyberbiz.access import ApiSecret
from bot.model.instance import ReservedMember
from bot.model.settings import ShopSettings
from bot.model.shop import OrderState, OrderTopic
from bot.model.shop_failure import (
    CredentialsExpired,
    CredentialsMissing,
    CredentialsRefused,
    NotOffered,
    NotPermitted,
    SeveralMembers,
    ShopFailed,
)
from bot.simulator.shop.simulated import PretendOrder
from tests.connectors.shops.conftest import LINE, MEILING, NOON, SECRET, STORE, MovingClock, World, somebody

PATH = "/v1/customers/get_customer_id"


async def test_a_member_is_found_by_phone_with_everything_that_is_mapped(world: World) -> None:
    assert await world.members(SECRET).by_phone(MEILING) == ReservedMember(
        MEILING,
        "5001",
        {"t.tier": "金卡", "d.tier_until": "2027-12-31", "n.points": 120, "n.orders": 7},
        consent=True,
        shop="forest",
    )


async def test_what_has_become_of_an_order_is_read_from_the_shop(world: World) -> None:
    """C5: a webhook's topic is not signed."""
    shop, there = world.members(SECRET), world.simulator.shops.by_name["forest"]
    assert await shop.order_state("o1") is None
    states: dict[OrderTopic, OrderState] = {
        "order_placed": OrderState(),
        "order_paid": OrderState(paid=True),
        "order_cancelled": OrderState(cancelled=True),
        "order_refunded": OrderState(paid=True, refunded=True),
    }
    for news, state in states.items():
        told = world.simulator._shop_courier.ordered(
            there, there.members["5001"], PretendOrder(news, 100, "1")
        )
        await told
        assert await shop.order_state("o1") == state


async def lookups(world: World, shop: str) -> int:
    """How often the shop was asked who has a phone."""
    [there] = [one for one in (await world.get("shops"))["shops"] if one["name"] == shop]
    return int(there["calls"].get(PATH, 0))


WRITINGS = ("0955333554", "+886955333554", "886955333554", "955333554", "0955-333-554")


@pytest.mark.ring("all", "a case for each of many")
@pytest.mark.parametrize("settings", [SECRET, STORE], ids=["api secret", "app store"])
@pytest.mark.parametrize("writing", WRITINGS)
@pytest.mark.parametrize("code", ["+886", "886", None])
async def test_a_member_is_found_however_the_shop_has_stored_the_phone(
    world: World, settings: ShopSettings, writing: str, code: str | None
) -> None:
    """B3: the lookup compares characters; the likeliest is asked for first, and the first found ends it."""
    name = settings.name
    await world.put(f"{name}/members/7", {"name": "甲", "phone": writing, "calling_code": code})
    found = await somebody(world.members(settings).by_phone("+886955333554"))
    assert (found.member_no, found.phone) == ("7", "+886955333554")
    assert await lookups(world, name) == WRITINGS.index(writing) + 1


async def test_nobody_has_the_phone(world: World) -> None:
    """Each writing is asked for once, at the pace of the platform."""
    assert await world.members(SECRET).by_phone("+886900000000") is None
    assert await lookups(world, "forest") == len(WRITINGS)


async def test_of_members_known_by_number_the_one_who_has_the_phone_now(world: World) -> None:
    """B3, C6: whom a sync has brought, in a writing that no lookup asks for; the shop's word counts."""
    await world.put("forest/members/7", {"name": "甲", "phone": "0955 333 554", "birthday": "1990-01-01"})
    shop = world.members(SECRET)
    assert await shop.by_phone("+886955333554") is None
    assert (await somebody(shop.among(["5001", "7", "404"], "+886955333554"))).member_no == "7"
    assert await shop.among(["7"], "+886955333554", born="1990-01-02") is None
    assert await shop.among(["7"], MEILING) is None


async def test_a_second_proof_is_the_birthday_of_the_record_which_needs_no_mapping(world: World) -> None:
    """B15. A record without one proves nothing."""
    shop = world.members(SECRET)
    assert await shop.by_phone(MEILING, born="1990-05-20") == await shop.by_phone(MEILING)
    assert await shop.by_phone(MEILING, born="1990-05-21") is None
    await world.put("forest/members/5001", {"birthday": None})
    assert await shop.by_phone(MEILING, born="1990-05-20") is None


async def test_a_member_outside_of_the_programme_has_no_tier_and_that_is_no_mistake(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    found = await somebody(world.members(SECRET).by_phone("+886922333444"))
    assert found.values["n.points"] == 0
    await world.put("forest/members/5002", {"tier": None})
    found = await somebody(world.members(SECRET).by_phone("+886922333444"))
    assert found.values.keys() == {"n.points", "n.orders"}
    assert not caplog.records


async def test_points_that_have_run_out_do_not_count_and_all_pages_are_read(world: World) -> None:
    grants = [{"left": 1, "until": "2027-01-01"}] * 120 + [{"left": 1000, "until": "2026-11-19"}]
    await world.put("forest/members/5001", {"points": grants})
    found = await somebody(world.members(SECRET).by_phone(MEILING))
    assert found.values["n.points"] == 120


async def test_a_number_of_another_country_with_the_same_digits_is_another_number(world: World) -> None:
    await world.put("forest/members/5001", {"calling_code": "+81"})
    assert await world.members(SECRET).by_phone(MEILING) is None


async def test_of_two_with_one_phone_the_one_who_has_proven_it(world: World) -> None:
    await world.put("forest/members/7", {"name": "甲", "phone": "0912345678", "phone_proven": False})
    assert (await somebody(world.members(SECRET).by_phone(MEILING))).member_no == "5001"
    for proven in (False, True):
        await world.put("forest/members/5001", {"phone_proven": proven})
        await world.put("forest/members/7", {"phone_proven": proven})
        with pytest.raises(SeveralMembers) as failed:
            await world.members(SECRET).by_phone(MEILING)
        assert "912345678" not in str(failed.value)


async def test_the_line_user_id_is_written_beside_that_of_line_login(world: World) -> None:
    await world.members(SECRET).write_line("5001", "U1", "main")
    [meiling, _] = (await world.get("shop/forest/members"))["members"]
    assert (meiling["line_at"], meiling["line"]) == ("U1", None)


async def test_only_the_account_that_the_shop_knows_its_members_by_is_written(world: World) -> None:
    """LINE gives a person another user id for each provider."""
    members = world.members(replace(SECRET, channel="main"))
    with pytest.raises(NotOffered, match='"main"'):
        await members.write_line("5001", "U1", "second")
    assert (await world.get("shop/forest/members"))["members"][0]["line_at"] is None
    await members.write_line("5001", "U1", "main")
    assert (await world.get("shop/forest/members"))["members"][0]["line_at"] == "U1"


@pytest.mark.parametrize("wrong", [{"username": "else"}, {"secret": "else"}])
async def test_the_signature_of_another_is_refused(world: World, wrong: dict[str, str]) -> None:
    stranger = replace(SECRET, credentials=dict(SECRET.credentials) | wrong)
    with pytest.raises(CredentialsRefused):
        await world.members(stranger).by_phone(MEILING)


async def test_an_old_signature_is_refused(world: World) -> None:
    late = MovingClock(world.clock.now() - timedelta(minutes=6))
    with pytest.raises(CredentialsRefused):
        await world.members(SECRET, late).by_phone(MEILING)


async def test_a_signature_is_of_one_request_only(world: World) -> None:
    sign = ApiSecret("forest-api", "s3cret", world.clock)
    headers = {**sign("GET", PATH, None)}
    assert await world.raw(f"cyberbiz/forest{PATH}", headers) == 206
    assert await world.raw("cyberbiz/forest/v1/customers/5001", headers) == 401
    put, body = "/v1/customers/5001/uid_providers/line_at", b'{"uid":"U1"}'
    headers = {**sign("PUT", put, body)}
    assert await world.raw(f"cyberbiz/forest{put}", headers, "PUT", b'{"uid":"U2"}') == 401
    unsigned = {**sign("PUT", put, None)}
    assert await world.raw(f"cyberbiz/forest{put}", unsigned, "PUT", body) == 401
    world.clock.moment += timedelta(seconds=2)  # six calls are too many for one
    beside = unsigned | {"Digest": headers["Digest"]}
    assert await world.raw(f"cyberbiz/forest{put}", beside, "PUT", body) == 401, "the digest is not signed"
    assert await world.raw(f"cyberbiz/forest{put}", headers, "PUT", body) == 200


def test_what_is_signed() -> None:
    """Reckoned with openssl: `printf 'x-date: …' | openssl dgst -sha256 -hmac s3cret -binary | base64`."""
    sign = ApiSecret("forest-api", "s3cret", MovingClock())
    assert sign("GET", f"{PATH}?customer_mobiles=0912345678", None) == {
        "X-Date": "Fri, 20 Nov 2026 04:00:00 GMT",
        "Authorization": 'hmac username="forest-api", algorithm="hmac-sha256", '
        'headers="x-date request-line", signature="CmwZAARNCRVCmgoE/A0AgRQ1lUuZ7eEi5q07tDzgouY="',
    }
    signed = sign("PUT", "/v1/customers/1/uid_providers/line_at", b'{"uid":"U1"}')
    assert signed["Digest"] == "SHA-256=0D7+AhTQ5lgsGfNk7a46mdZtgNSFWblSTJYgWSqUlk8="
    assert signed["Authorization"].endswith(
        'headers="x-date request-line digest", signature="NKElQN3yC77ZD3PorFmtbfjfY8nf4l7JGvNDPayjjY0="'
    )
    whole = ApiSecret("forest-api", "s3cret", MovingClock(), sign_query=True)
    assert whole("GET", f"{PATH}?a=b", None)["Authorization"].endswith(
        'signature="EmIrQ2FG7O0arOkML5CPT+HRluHkSs8tVf57jUXUMuM="'
    )


async def test_the_app_store_finds_by_line_user_id(world: World) -> None:
    members = world.members(STORE)
    assert await members.by_line("U1") is None
    await world.put("bazaar/members/5001", {"line": "U1"})
    found = await somebody(members.by_line("U1"))
    assert (found.member_no, found.phone) == ("5001", "+886912345678")


async def test_what_we_wrote_ourselves_is_no_login(world: World) -> None:
    """B11, B18: who was unbound would be bound again without a code, as the member of before."""
    members = world.members(STORE)
    await members.write_line("5002", "U1", "main")
    assert await members.by_line("U1") is None


async def test_a_phone_that_the_shop_never_confirmed_proves_nothing(world: World) -> None:
    """B18: who writes a stranger's phone into their own record must not get the stranger's binding."""
    await world.put("bazaar/members/5001", {"line": "U1", "phone_proven": False})
    found = await somebody(world.members(STORE).by_line("U1"))
    assert (found.member_no, found.phone) == ("5001", None)


async def test_an_id_that_the_member_has_at_another_provider_is_not_his_at_line(world: World) -> None:
    elsewhere = [{"provider_type": "facebook", "uid": "U1"}]
    await world.put("bazaar/members/5001", {"line": "U1", "more": {"uid_providers": elsewhere}})
    assert await world.members(STORE).by_line("U1") is None


async def test_with_an_api_secret_nobody_is_found_by_line_user_id(world: World) -> None:
    await world.put("forest/members/5001", {"line": "U1"})
    assert await world.members(SECRET).by_line("U1") is None


async def test_the_token_of_another_shop_is_refused(world: World) -> None:
    stranger = replace(STORE, credentials={"token": "jwt-of-another"})
    with pytest.raises(CredentialsRefused):
        await world.members(stranger).by_phone(MEILING)


def app_token(until: datetime | str | None) -> str:
    exp = until.timestamp() if isinstance(until, datetime) else until
    payload = urlsafe_b64encode(orjson.dumps({"shop": "bazaar"} if exp is None else {"exp": exp}))
    return f"e30.{payload.decode().rstrip('=')}.sig"


@pytest.mark.parametrize(
    ("token", "named", "words"),
    [
        (app_token(NOON - timedelta(seconds=1)), CredentialsExpired, "run out on 2026-11-20"),
        (app_token(NOON), CredentialsExpired, "install the app again"),
        (app_token(NOON + timedelta(seconds=1)), CredentialsRefused, "access: api_secret"),
        (app_token(None), CredentialsRefused, "still installed"),
        (app_token("soon"), CredentialsRefused, "still installed"),
        ("not-a-jwt", CredentialsRefused, "still installed"),
        ("a.%%%.c", CredentialsRefused, "still installed"),
    ],
)
async def test_a_refused_token_says_whether_it_has_run_out(
    world: World, token: str, named: type[ShopFailed], words: str
) -> None:
    await world.put("bazaar/faults", {"answer": "credentials"})
    with pytest.raises(ShopFailed, match=words) as failed:
        await world.members(replace(STORE, credentials={"token": token})).by_phone(MEILING)
    assert type(failed.value) is named
    assert token not in str(failed.value)


@pytest.mark.parametrize(
    ("shop", "words"), [(SECRET, "尚未購買 API，請改用擴充服務市集串接"), (STORE, "install it again")]
)
async def test_what_is_not_allowed_says_which_way_fits(world: World, shop: ShopSettings, words: str) -> None:
    await world.put(f"{shop.name}/faults", {"answer": "permission"})
    with pytest.raises(NotPermitted, match=words):
        await world.members(shop).by_phone(MEILING)
    assert world.clock.waits == [], "it does not get better by asking again"


async def test_an_unknown_secret_says_which_other_way_there_is(world: World) -> None:
    await world.put("forest/faults", {"answer": "credentials"})
    with pytest.raises(CredentialsRefused, match="access: app_store"):
        await world.members(SECRET).by_phone(MEILING)


async def test_what_is_missing_is_named(world: World) -> None:
    for shop, key in ((SECRET, "secret"), (STORE, "token"), (LINE, "username")):
        left = {name: value for name, value in shop.credentials.items() if name != key}
        with pytest.raises(CredentialsMissing, match=f'has no "{key}"'):
            world.members(replace(shop, credentials=left))
    with pytest.raises(NotOffered, match="csv"):
        world.members(replace(SECRET, platform="csv"))
