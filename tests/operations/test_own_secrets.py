"""Secrets that a sign-in has given: sealed, behind what the playbook says, renewed by several at once. A11"""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.model.own_secret import OwnSecret
from bot.operations.audit_trail import entries
from bot.operations.own_secrets import (
    NewSecret,
    SecretInPlaybook,
    drop_secret,
    keep_secret,
    renewed_secret,
)
from bot.store.sealing.keyring import generate, parse
from bot.store.sealing.seal import Seal, SealInvalid
from bot.store.stores import Stores, stores_of
from tests.conftest import NOW

NAME = "shops.main.access_token"
TOKEN = NewSecret("tok-1", NOW + timedelta(hours=1))


async def kept(stores: Stores, new: NewSecret = TOKEN) -> OwnSecret:
    return await keep_secret(stores, NAME, new, "command:amy", NOW, written=None)


async def stored_secret(stores: Stores) -> str | None:
    stored = await stores.secrets.read(NAME)
    return None if stored is None else stored.value


async def test_beside_that_of_the_playbook_none_is_stored(stores: Stores) -> None:
    assert await stored_secret(stores) is None
    await kept(stores)
    assert await stored_secret(stores) == "tok-1"
    with pytest.raises(SecretInPlaybook):
        await keep_secret(stores, NAME, NewSecret("tok-2"), "command:amy", NOW, written="from-yaml")
    assert await stored_secret(stores) == "tok-1"


async def test_it_lies_sealed_and_nobody_tells_it(stores: Stores, caplog: pytest.LogCaptureFixture) -> None:
    secret = await kept(stores)
    row = await stores.database.collection("secrets").find_one({"_id": NAME})
    told = [str(row), repr(secret), repr(TOKEN), caplog.text, str(await entries(stores))]
    assert not any("tok-1" in one for one in told)
    assert [(one.kind, one.about, one.by) for one in await entries(stores)] == [
        ("secret_kept", NAME, "command:amy")
    ]


async def test_another_key_opens_nothing_and_no_row_opens_under_another_name(stores: Stores) -> None:
    await kept(stores)
    with pytest.raises(SealInvalid):
        await stores_of(stores.database, Seal(parse(generate()))).secrets.read(NAME)
    rows = stores.database.collection("secrets")
    row = await rows.find_one({"_id": NAME})
    assert row is not None
    await rows.insert_one({**row, "_id": "shops.other.access_token"})
    with pytest.raises(SealInvalid):
        await stores.secrets.read("shops.other.access_token")


async def test_of_two_who_renew_at_once_one_renewal_stays(stores: Stores) -> None:
    await kept(stores, NewSecret("old", NOW))
    both, asked = asyncio.Event(), 0

    async def renew(old: OwnSecret) -> NewSecret:
        nonlocal asked
        asked += 1
        mine = asked
        if asked == 2:
            both.set()
        await both.wait()
        return NewSecret(f"{old.value}-{mine}", NOW + timedelta(hours=1))

    one, other = await asyncio.gather(*(renewed_secret(stores, NAME, renew, NOW) for _ in range(2)))
    assert one == other == await stores.secrets.read(NAME)
    assert one is not None
    assert one.revision == 2


async def test_while_it_is_good_one_process_renews_it(stores: Stores) -> None:
    """A platform that sees a renewal used twice may take all tokens back (RFC 6819, 5.2.2.3)."""
    old = await kept(stores, NewSecret("old", NOW + timedelta(minutes=1)))
    asked: list[str] = []

    async def renew(secret: OwnSecret) -> NewSecret:
        asked.append(secret.value)
        assert await renewed_secret(stores, NAME, renew, NOW) == old, "meanwhile the old one is good"
        return NewSecret("new", NOW + timedelta(hours=1))

    new = await renewed_secret(stores, NAME, renew, NOW)
    assert (new is not None and new.value, asked) == ("new", ["old"])


async def test_where_an_old_token_is_good_once_the_loser_uses_what_the_winner_has(stores: Stores) -> None:
    await kept(stores, NewSecret("old", NOW))

    async def won(old: OwnSecret) -> NewSecret:
        return NewSecret("new", NOW + timedelta(hours=1))

    async def lost(old: OwnSecret) -> NewSecret:
        assert await renewed_secret(stores, NAME, won, NOW) is not None
        raise PermissionError("invalid_grant")

    found = await renewed_secret(stores, NAME, lost, NOW)
    assert found is not None
    assert found.value == "new"

    async def refused(old: OwnSecret) -> NewSecret:
        raise PermissionError("invalid_grant")

    with pytest.raises(PermissionError):
        await renewed_secret(stores, NAME, refused, NOW + timedelta(hours=1))


async def test_what_is_good_for_long_is_not_renewed(stores: Stores) -> None:
    async def never(old: OwnSecret) -> NewSecret:
        raise AssertionError

    assert await renewed_secret(stores, NAME, never, NOW) is None
    first = await kept(stores, NewSecret("for ever"))
    assert await renewed_secret(stores, NAME, never, NOW) == first
    second = await kept(stores)
    assert await renewed_secret(stores, NAME, never, NOW) == second
    assert second.revision == 2


async def test_dropped_it_is_gone(stores: Stores) -> None:
    await kept(stores)
    assert await drop_secret(stores, NAME, "command:amy", NOW)
    assert not await drop_secret(stores, NAME, "command:amy", NOW)
    assert await stores.secrets.names() == []


async def test_a_renewal_of_what_was_dropped_meanwhile_overwrites_no_other_sign_in(stores: Stores) -> None:
    """Dropped, and signed in anew with another account while the old one is renewed: the new one stays."""
    await kept(stores, NewSecret("old account", NOW))
    later = NOW + timedelta(seconds=5)

    async def renew(old: OwnSecret) -> NewSecret:
        if old.value != "old account":
            raise AssertionError(old.value)
        await drop_secret(stores, NAME, "command:amy", later)
        new = NewSecret("new account", NOW + timedelta(days=1))
        await keep_secret(stores, NAME, new, "command:amy", later, written=None)
        return NewSecret("old account, renewed", NOW + timedelta(days=1))

    found = await renewed_secret(stores, NAME, renew, NOW)
    assert found is not None
    assert found.value == "new account"
    assert await stored_secret(stores) == "new account"


async def test_what_is_good_still_is_used_where_it_cannot_be_renewed(
    stores: Stores, caplog: pytest.LogCaptureFixture
) -> None:
    """It is asked for before its end so that an outage of some minutes is none of ours."""
    first = await kept(stores, NewSecret("tok-1", NOW + timedelta(minutes=2)))

    async def away(old: OwnSecret) -> NewSecret:
        raise ConnectionError(old.value)

    assert await renewed_secret(stores, NAME, away, NOW) == first
    assert "ConnectionError" in caplog.text
    assert "tok-1" not in caplog.text
    with pytest.raises(ConnectionError):
        await renewed_secret(stores, NAME, away, NOW + timedelta(minutes=2))
