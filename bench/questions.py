"""`python -m bench.questions`: how soon questions that nobody answered are grouped, with their rules.

    groups = f"{len(found):,} groups (at most {WANTED:g} s)"
    print(f"{DIFFERENT:,} different texts grouped: {took:.1f} s of CPU, {groups}")
as it reads), read, masked and grouped, and by a playbook of 1,000 rules sorted out, with the rules that would
answer. How long the process answers nobody else meanwhile stands beside it.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import sys
import tempfile
import time
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import uvloop

from bot.app.database import open_database
from bot.cli.run.garbage import look_seldom_for_garbage
from bot.engine.compiled.playbook import Playbook
from bot.model.clock import SystemClock
from bot.model.conversation import Incoming, TranscriptRow
from bot.model.hours import HOUR, hour_of
from bot.model.settings import Settings
from bot.operations.alike_texts import grouped
from bot.operations.unanswered import LATELY, TEXTS_MOST, asked_lately, questions_now
from bot.playbook.load import load
from bot.store.codec.transcript_codec import encode_transcript
from bot.store.stores import Stores

DIFFERENT, WANTED = 100_000, 10.0
"""Seconds that grouping so many texts may take."""
PLAYBOOK = """\
bot: bench
channels: {main: {id: "@bench", channel_id: "1", channel_secret: s, access_token: t}}
rules:
"""
THINGS = (
    "運費 優惠 退貨 換貨 營業時間 停車場 訂單 發票 會員 點數 生日禮 尺寸 庫存 門市 電話 客服 預約 付款 分期 "
    "刷卡 禮盒 贈品 保固 維修 目錄 團購 批發 試用 過敏 成分 產地 冷藏 宅配 取貨 地址 取消 退款"
)
HOW = "多少 怎麼算 在哪裡 幾點 可以嗎 什麼時候到 要多久 有嗎 怎麼用 哪裡查 如何申請 還有沒有 需要什麼"
BEFORE = ["", "請問", "你好", "想問", "我的", "今天", "這個", "上次買的", "信義店", "板橋店"]
BEHIND = ["", "嗎", "？", "呢", "謝謝", "～", "!", "喔"]
SIGNS = "的一是了不在人有我他這中大來上國個到說們為子和你地出道也時年得就那要下以生會自著去之過家學對"


def text(dice: Random) -> str:
    """A question; every second one goes on with some signs that mean nothing."""
    asked = dice.choice(BEFORE) + dice.choice(THINGS.split()) + dice.choice(HOW.split()) + dice.choice(BEHIND)
    return asked + "".join(dice.choices(SIGNS, k=dice.randint(2, 12))) * dice.randint(0, 1)


def different(number: int) -> list[str]:
    """So many texts, each another."""
    dice, found = Random(1), set[str]()
    while len(found) < number:
        found.add(text(dice))
    return sorted(found)


def playbook_of(folder: Path) -> Playbook:
    rules = [f"- {{when: {{text: 規則{number}號}}, reply: 好}}\n" for number in range(1_000)]
    (folder / "bot.yaml").write_text(PLAYBOOK + "".join(rules), "utf-8")
    found = load(folder, {})
    assert found.playbook is not None, found.problems
    return found.playbook


async def write(stores: Stores, now: datetime) -> None:
    """A month of unheard texts, each by somebody else, as the counting of hours leaves them."""
    dice, hours = Random(2), 24 * LATELY - 1
    names: dict[datetime, list[str]] = {}
    rows = []
    for number in range(TEXTS_MOST):
        at = now - HOUR * (number % hours)
        names.setdefault(hour_of(at), []).append(f"main:e{number}")
        body = encode_transcript(Incoming("text", text(dice)), None, ())
        rows.append(TranscriptRow(f"main:e{number}", f"main:U{number}", at, 1, body))
    for begins in range(0, len(rows), 1_000):
        await stores.conversations.add(rows[begins : begins + 1_000])
    await stores.database.collection("hours").insert_many(
        {"_id": at.isoformat(), "at": at, "to": now, "n": [], "unheard": some} for at, some in names.items()
    )


class Delay:
    """The longest that the loop answered nobody."""

    def __init__(self) -> None:
        self.longest = 0.0

    async def watch(self) -> None:
        while True:
            due = time.perf_counter() + 0.01
            await asyncio.sleep(0.01)
            self.longest = max(self.longest, time.perf_counter() - due)


async def measured() -> None:
    """On a database of its own, which is removed."""
    with tempfile.TemporaryDirectory() as place:
        opened = await open_database(Settings({}), Path(place), {}, "measure", ends_with_us=True)
        try:
            stores, now, playbook = opened.stores, SystemClock().now(), playbook_of(Path(place))
            await write(stores, now)
            look_seldom_for_garbage()  # as the bot does
            delay = Delay()
            watching = asyncio.create_task(delay.watch())
            begun = time.perf_counter()
            alike = await asked_lately(stores, playbook.zone, now - timedelta(days=LATELY), now)
            read = time.perf_counter()
            found = await questions_now(stores, alike, playbook, now)
            shown = time.perf_counter()
            watching.cancel()
            print(f"{TEXTS_MOST:,} texts read and grouped: {read - begun:.2f} s, {len(alike):,} questions")
            print(f"sorted out by 1,000 rules, {len(found.of('open'))} with the rule: {shown - read:.2f} s")
            print(f"meanwhile nobody was answered for {delay.longest * 1000:.0f} ms at most")
        finally:
            await opened.close()


def main() -> None:
    """Measure, and end with 1 where grouping took too long."""
    argparse.ArgumentParser(prog="python -m bench.questions", description=__doc__).parse_args()
    load_average = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    print(f"{platform.machine()}, {os.cpu_count()} cores, load {load_average}, {time.strftime('%Y-%m-%d')}")
    texts = Counter(different(DIFFERENT))
    begun = time.process_time()
    found = grouped(texts)
    took = time.process_time() - begun
    groups = f"{len(found):,} groups (at most {WANTED:g} s)"
    print(f"{DIFFERENT:,} different texts grouped: {took:.1f} s of CPU, {groups}")
    uvloop.run(measured())
    sys.exit(0 if took <= WANTED else 1)


if __name__ == "__main__":
    main()
