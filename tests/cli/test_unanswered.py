"""`oaflow unanswered`: the page of unanswered questions as text and as data (N7)."""

from __future__ import annotations

import asyncio
import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.app.database import open_database
from bot.engine.notes import NO_RULE
from bot.model.conversation import Incoming, TranscriptRow
from bot.model.hours import HOUR, hour_of
from bot.model.journal import TimelineRow
from bot.model.processes import part_of
from bot.model.settings import Settings
from bot.store.codec.transcript_codec import encode_transcript
from tests.cli.commands import Run, Written

BOT = """
bot: 森活選品
channels: {main: {id: forest, channel_id: "1", channel_secret: x}}
rules:
- {when: {text: 營業時間}, reply: 十點到九點}
- {when: {text: 地址}, reply: 信義路}
"""
ASKED = [("可以外帶嗎", 0), ("請問可以外帶嗎？", 0), ("營葉時間", 0), ("地址", 0), ("我的電話 0912345678", 0)]
OLD = [("有停車場嗎", 10)]
"""Each with how many days ago."""


@pytest.fixture
def shop(tmp_path: Path, written: Written) -> Path:
    written(BOT)
    asyncio.run(_written(tmp_path))
    return tmp_path


async def _written(shop: Path) -> None:
    """Each by somebody else, and a bot counts."""
    opened = await open_database(Settings({}), shop, dict(os.environ), "test")
    try:
        stores = opened.stores
        for number, (text, days) in enumerate([*ASKED, *OLD]):
            at, chat = datetime.now(UTC) - timedelta(days=days), f"main:U{number}"
            row = TimelineRow(f"main:E{number}", chat, part_of(chat), at, "text", details=(NO_RULE.row,))
            said = encode_transcript(Incoming("text", text), None, ())
            await stores.journal.timeline([row])
            await stores.conversations.add([TranscriptRow(row.id, chat, at, 1, said)])
            await stores.hours.count(hour_of(at), at + HOUR)
    finally:
        await opened.close()


def test_questions_are_listed_with_the_rule_that_would_answer(shop: Path, run: Run) -> None:
    said = run("unanswered", str(shop), "--since", "7d", "--language", "zh-TW").out
    assert said == (
        "2 人、2 次：可以外帶嗎\n"
        "    也有人這樣寫：請問可以外帶嗎？\n"
        "    另寫一條規則，會回答其中 2 則，不影響別的：\n"
        "      - when: {text_contains: 可以外帶}\n"
        "        reply: …\n"
        "1 人、1 次：我的電話 09••••••78\n"
        "1 人、1 次：營葉時間\n"
        "    bot.yaml:5:4 差一點就符合，改成這樣就會回答\n"
        "      when: {text: [營業時間, 營葉時間]}\n"
        "    另寫一條規則，會回答其中 1 則，不影響別的：\n"
        "      - when: {text_contains: 營葉時間}\n"
        "        reply: …\n"
        "1 題現在已經有回答\n"
    )
    today = run("today", str(shop), "--language", "zh-TW").out
    assert "沒有人回答：2 人、2 次：可以外帶嗎\n" in today
    assert "沒有人回答的：1 題現在已經有回答\n" in today, "E3: as its own page says"
    assert "1 person, 1 time: 有停車場嗎" in run("unanswered", str(shop), "--language", "en").out
    day = (datetime.now(UTC) - timedelta(days=11)).date().isoformat()
    found = json.loads(run("unanswered", str(shop), "--since", day, "--json").out)["questions"]
    assert [(one["state"], one["text"]) for one in found][-1] == ("answered", "地址")
    first = found[0]
    assert (first["people"], first["rule"]["hears"], first["rule"]["others"]) == (2, 2, 0)
    assert first["near"] is None
    near = next(one["near"] for one in found if one["text"] == "營葉時間")
    assert near == {
        "place": "bot.yaml:5:4",
        "text": "營業時間",
        "how": "slip",
        "texts": ["營葉時間"],
        "yaml": "when: {text: [營業時間, 營葉時間]}",
    }


def test_where_nothing_was_asked_it_says_so(shop: Path, run: Run) -> None:
    tomorrow = (datetime.now(UTC) + timedelta(days=2)).date().isoformat()
    said = run("unanswered", str(shop), "--since", tomorrow, "--language", "zh-TW")
    assert said.out == "沒有問題沒人回答\n"
