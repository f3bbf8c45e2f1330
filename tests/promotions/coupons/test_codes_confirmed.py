"""`coupons.confirm`: what is particular to it; what all have in common is in `test_declared.py`."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.promotions.coupons.model import CouponCounts
from bot.promotions.coupons.operations.code_import import sent_lines
from bot.promotions.coupons.operations.declared import (
    NothingDoubtful,
    confirm_coupon_codes,
    import_coupon_codes,
    offer_confirming,
)
from bot.promotions.coupons.store.codes import doubt_free_codes
from bot.promotions.coupons.store.grants import Coupons
from tests.promotions.coupons.examples import coupon
from tests.web.api.api_world import ApiWorld

PACK = coupon(source="imported", stock=None)


async def test_staff_say_that_codes_are_free_after_a_restore(api: ApiWorld) -> None:
    """N1: before that none of them is given, and who is asked reads how many they are."""
    api.playbook = replace(api.playbook, promotions={**api.playbook.promotions, "coupons": {PACK.name: PACK}})
    await import_coupon_codes(api.operation_call(), PACK.name, sent_lines(["A1", "B2"]))
    assert (await offer_confirming(api.operation_call(), PACK.name)).question is None
    database, stores = api.stores.database, api.stores
    doubt_free_codes(database.synchronous("coupons"), database.synchronous("coupon_codes"))
    assert (await stores.of(Coupons).left([PACK.name]))[PACK.name] == CouponCounts(0, 0, 2)
    asked = (await offer_confirming(api.operation_call(), PACK.name)).question
    assert asked is not None
    assert "give 2 codes" in str(asked)
    assert (await confirm_coupon_codes(api.operation_call("console:mei"), PACK.name)).free == 2
    assert (await stores.of(Coupons).left([PACK.name]))[PACK.name] == CouponCounts(0, 2, 0)
    [line] = await stores.audit.entries(["coupon_codes_confirmed"], 9)
    assert (line.by, line.about, line.state) == ("console:mei", PACK.name, "done")
    with pytest.raises(NothingDoubtful):
        await confirm_coupon_codes(api.operation_call("console:mei"), PACK.name)
