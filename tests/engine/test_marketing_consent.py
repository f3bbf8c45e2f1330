"""C10: who decides about marketing (`consent_from`); a *no* that was said here is never overruled."""

from __future__ import annotations

import pytest

from bot.engine.turn.changes import folded_consent

ANSWERS = (None, True, False)
"""Not said, yes, no: in this order in each row and column below."""

TABLES = {
    "shop": ((None, True, False), (None, True, False), (False, False, False)),
    "here": ((None, None, None), (True, True, True), (False, False, False)),
    "strictest": ((None, True, False), (True, True, False), (False, False, False)),
}
"""By `consent_from`: a row for what was said here, in it a column for what the shop's record says."""


@pytest.mark.parametrize("who", TABLES)
def test_who_decides(who: str) -> None:
    told = tuple(tuple(folded_consent(who, here, shop) for shop in ANSWERS) for here in ANSWERS)
    assert told == TABLES[who]
