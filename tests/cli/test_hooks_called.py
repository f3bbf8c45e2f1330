"""A web hook as a shop has it: `oaflow run`, a text, the shop's own system, and what LINE gets (F3)."""

from __future__ import annotations

import base64
import hashlib
import hmac
from pathlib import Path

import orjson
from aiohttp import ClientSession

from tests.cli.oaflow import LINE_SETTINGS, serving
from tests.cli.test_serving import said
from tests.fakes.crm import Crm, says
from tests.fakes.fake_line import FakeLine

HOOKS = """
private_hosts: [127.0.0.1]
hooks:
  orders:
    url: ${ERP_URL}
    secret: ${ERP_SECRET}
    body: {line: "{{ contact.line_id }}", asked: "{{ answer.order_no }}"}
    returns: {status: text}
flows:
  order_lookup:
    states:
      order_no: {ask: 請輸入訂單編號, next: 查詢, give_up_after: {1h: 完成}}
      查詢:
        do: [{call: orders}]
        rules:
          - {when: {hook: orders, result: ok}, push: "目前狀態：{{ event.status or 處理中 }}", to: 完成}
          - {when: {hook: orders, result: failed}, push: 現在查不到, to: 完成}
        give_up_after: {1m: 完成}
      完成: {end: true}
rules:
  - {when: {text: 查訂單}, start: order_lookup}
"""


async def test_a_hook_is_called_and_what_it_answers_is_said(shop: Path) -> None:
    bot = shop / "bot.yaml"
    bot.write_text(bot.read_text("utf-8").replace("rules:\n", HOOKS.lstrip()), "utf-8")
    crm = Crm()
    crm.answers = [says('{"status": "已出貨"}'.encode())]
    async with FakeLine.running() as line, crm.serving() as erp:
        address = str(erp.make_url("/orders"))
        more = {**LINE_SETTINGS, "ERP_URL": address, "ERP_SECRET": "the-hook-secret"}
        async with serving(str(shop), OAFLOW_LINE_API=line.url, **more) as served, ClientSession() as http:

            async def says_to_bot(text: str, number: int) -> None:
                body = orjson.dumps({"events": [said(text, number)]})
                mac = hmac.digest(LINE_SETTINGS["LINE_CHANNEL_SECRET"].encode(), body, hashlib.sha256)
                headers = {"X-Line-Signature": base64.b64encode(mac).decode()}
                async with http.post(f"{served.address}/webhook/main", data=body, headers=headers) as answer:
                    assert answer.status == 200

            await says_to_bot("查訂單", 1)
            await _heard(line, "請輸入訂單編號")
            await says_to_bot("A-1001", 2)
            await _heard(line, "目前狀態：已出貨")
            async with http.get(f"{served.address}/metrics") as answer:
                figures = await answer.text()
            ended = await served.stop()
    [(headers, sent)] = crm.seen
    assert orjson.loads(sent)["asked"] == "A-1001"
    content = b".".join((headers["webhook-id"].encode(), headers["webhook-timestamp"].encode(), sent))
    mac = base64.b64encode(hmac.digest(b"the-hook-secret", content, "sha256")).decode()
    assert headers["webhook-signature"] == f"v1,{mac}"
    assert headers["Idempotency-Key"] == headers["webhook-id"]
    assert 'oaflow_hooks_total{hook="orders",result="ok"} 1.0' in figures
    assert 'oaflow_hook_seconds_count{hook="orders"} 1.0' in figures
    assert 'oaflow_hooks_open{hook="orders"} 0.0' in figures
    told = ended.err + str(served.log)
    assert "the-hook-secret" not in told
    assert address not in told


async def _heard(line: FakeLine, text: str) -> None:
    """Wait until LINE has been given this text."""
    count = 0
    while not any(text in asked.body.decode() for asked in line.requests):
        count = len(line.requests) + 1
        await line.asked(count)
