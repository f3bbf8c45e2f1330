"""Many members for a pretend shop, made up: each with a phone, some with a VIP level, points and orders."""

from __future__ import annotations

from collections.abc import Iterator

from bot.simulator.shop.members import PretendMember

_FAMILY, _GIVEN = "陳林黃張李王吳劉蔡楊", ("怡君", "家豪", "淑芬", "志明", "雅婷", "俊宏", "美玲", "建宏")
_LEVELS = ("一般", "銀卡", "金卡", None)
FIRST = 100_000
"""The number of the first one."""


def crowd(many: int) -> Iterator[PretendMember]:
    """So many, the same each time."""
    for place in range(many):
        tier = _LEVELS[place % len(_LEVELS)]
        yield PretendMember(
            str(FIRST + place),
            _FAMILY[place % len(_FAMILY)] + _GIVEN[place // 3 % len(_GIVEN)],
            f"09{place + 70_000_000:08d}",
            birthday=f"{1960 + place % 45}-{place % 12 + 1:02d}-{place % 28 + 1:02d}",
            tier=tier,
            tier_until="2027-12-31" if tier is not None else None,
            points=((place % 500, None),),
            orders=place % 9,
            marketing=place % 3 == 0,
        )
