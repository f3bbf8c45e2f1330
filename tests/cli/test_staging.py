"""A copy for trying reaches nobody: no LINE, no mail, no hook, whatever is due or asked for."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession
from pymongo import MongoClient

from bot.model.outside import WHY_CLOSED, close_outside
from bot.store.mongod.embedded import OWN_NAME
from tests.cli.commands import Running
from tests.cli.oaflow import LINE_SETTINGS, ended, serving
from tests.cli.test_alerts import playbook
from tests.cli.test_serving import delivered, said
from tests.eventually import PATIENCE, eventually
from tests.fakes.crm import Crm
from tests.fakes.fake_line import FakeLine
from tests.fakes.mail_server import mail_server_fake

ORDERS = """
hooks:
  orders: {url: "${ERP_URL}", secret: "${ERP_SECRET}", returns: {status: text}}
flows:
  order_lookup:
    states:
      查詢:
        do: [{call: orders}]
        rules:
          - {when: {hook: orders}, to: 完成}
        give_up_after: {1m: 完成}
      完成: {end: true}
rules:
  - {when: {text: 查訂單}, start: order_lookup}
"""


@pytest.fixture(autouse=True)
def as_elsewhere(running: Running) -> Iterator[None]:
    """Snapshots as MongoDB keeps them everywhere else than in tests; and this process may call again."""
    with MongoClient[dict[str, Any]](running.uri) as client:
        window = "minSnapshotHistoryWindowInSeconds"
        client.admin.command({"setParameter": 1, window: 300})
        yield
        client.admin.command({"setParameter": 1, window: 0})
    close_outside(False)


async def test_a_copy_for_trying_calls_nobody_and_a_real_one_does(shop: Path, tmp_path: Path) -> None:
    crm = Crm()
    async with FakeLine.running() as line, mail_server_fake() as mails, crm.serving() as erp:
        through = f"through: 'smtp://127.0.0.1:{mails.port}'"
        playbook(shop, f"  - {{to: mail, who: ops@forest.example, {through}, when: notified}}\n")
        bot = shop / "bot.yaml"
        bot.write_text(bot.read_text("utf-8").replace("\nrules:\n", ORDERS), "utf-8")
        world = {
            **LINE_SETTINGS,
            "ERP_URL": str(erp.make_url("/orders")),
            "ERP_SECRET": "the-hook-secret",
            "OAFLOW_LINE_API": line.url,
        }
        async with serving(str(shop), **world) as served:
            assert await delivered(served, said("營業時間", 1)) == 200
            await line.asked_for("/v2/bot/message/reply")
        file = tmp_path / "all.oaflow-backup"
        assert (await ended("backup", str(shop), str(file), **world)).code == 0
        copy, real = (_new_machine(shop, tmp_path / name) for name in ("copy", "real"))
        restored = await ended("restore", str(copy), str(file), "--staging", **world)
        assert (restored.code, "nothing leaves it" in restored.out) == (0, True)
        assert (await ended("restore", str(real), str(file), **world)).code == 0
        before = len(line.requests)
        async with serving(str(copy), **world) as served, ClientSession() as http:
            assert any("is a copy for trying" in message for message in served.messages)
            await _everything_is_asked_for(served, copy, world)
            tried = {
                f"LINE does not answer main: {WHY_CLOSED}",
                f"alerts[1] (mail) cannot be told: the mail server: {WHY_CLOSED}",
                'the hook "orders" does not answer',
            }
            while not all(any(one in said for said in served.messages) for one in tried):
                await served.says("")  # the next line, whatever it says
            async with http.get(f"{served.address}/admin/sign-in") as page:
                assert page.status == 200
        status = await ended("status", str(copy), **world)
        assert "this is a copy for trying" in status.out
        assert (len(line.requests), mails.taken, crm.seen) == (before, [], [])

        async def crm_was_called() -> bool:
            return bool(crm.seen)

        async with serving(str(real), **world) as served:
            await _everything_is_asked_for(served, real, world)
            async with asyncio.timeout(PATIENCE):
                await mails.taken_now.wait()
            await eventually(crm_was_called, bool)
        assert len(line.requests) > before


async def _everything_is_asked_for(served: Any, shop: Path, world: Mapping[str, str]) -> None:
    for number, text in enumerate(("照片", "查訂單", "營業時間"), 2):
        assert await delivered(served, said(text, number)) == 200
    await ended("richmenu", "sync", str(shop), **world)


def _new_machine(shop: Path, folder: Path) -> Path:
    (folder / OWN_NAME).mkdir(parents=True, mode=0o700)
    shutil.copy(shop / "bot.yaml", folder)
    shutil.copy(shop / OWN_NAME / "keys", folder / OWN_NAME / "keys")
    return folder
