"""B8, B12: the SMS credit is used up; whoever begins to bind hears so before a number is asked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.simulator.shop import open_shop, worked_example
from tests.simulator.test_binding_in_chat import ASKED_CODE, ASKED_PHONE, new_phone

DOWN = "簡訊暫時無法發送，請稍後再試"


@pytest.mark.ring("all", "a bot and a simulator of its own")
async def test_without_credit_nobody_is_asked_for_a_number(tmp_path: Path) -> None:
    async with open_shop(worked_example(tmp_path / "shop")) as shop:
        first, second, third = [await shop.friend(name) for name in ("小美", "阿明", "大雄")]

        async def heard(friend: str, *said: str) -> list[str]:
            before = len(await shop.texts(friend))
            await shop.say(friend, *said)
            said_to = (await shop.texts(friend))[before:]
            return [text for text in said_to if "個人資料蒐集告知" not in text]

        await shop.do("sms", {"credit": 0}, method="PUT")
        assert await heard(first, "綁定手機", new_phone()) == [ASKED_PHONE, DOWN], "nobody knew before"
        await shop.do("clock", {"by": "10m"})
        assert await heard(second, "綁定手機") == [DOWN], "the provider has said so, too"
        await shop.do("sms", {"credit": None}, method="PUT")
        await shop.do("clock", {"by": "10m"})
        assert await heard(third, "綁定手機", new_phone()) == [ASKED_PHONE, ASKED_CODE]
