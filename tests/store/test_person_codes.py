"""N2: a code that somebody shows at a till is theirs for five minutes, however it is written."""

from __future__ import annotations

from bot.store.counters.person_codes import LIFE, PersonCodes
from bot.store.database.mongo import Database
from bot.store.sealing.seal import Seal
from tests.conftest import NOW


async def test_it_is_theirs_until_its_end(database: Database, seal: Seal) -> None:
    codes = PersonCodes(database, seal)
    first, second = await codes.issue("main:U1", NOW), await codes.issue("main:U1", NOW)
    other = await codes.issue("main:U2", NOW)
    for code in (first, second, first.lower().replace("-", " "), second.replace("0", "o")):
        assert await codes.holder(code, NOW) == "main:U1"
    assert await codes.holder(other, NOW) == "main:U2"
    assert await codes.holder(first, NOW + LIFE) is None
    for nothing in ("", "AAAAA-AAAAA", "x" * 100):
        assert await codes.holder(nothing, NOW) is None


async def test_no_code_is_stored_as_it_is_written(database: Database, seal: Seal) -> None:
    code = await PersonCodes(database, seal).issue("main:U1", NOW)
    [row] = await database.collection("person_codes").find().to_list(None)
    assert code.replace("-", "") not in str(row)
