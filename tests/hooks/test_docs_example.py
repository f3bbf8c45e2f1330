"""docs/hooks.md: its Python tells our calls from others'."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.hooks.call import HookCaller
from bot.model.settings import HookSettings
from tests.conftest import NOW
from tests.fakes.crm import Crm, says

PAGE = (Path(__file__).parents[2] / "docs" / "hooks.md").read_text("utf-8")


@pytest.fixture
def is_from_oaflow(monkeypatch: pytest.MonkeyPatch) -> Callable[..., bool]:
    [example] = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    names: dict[str, Any] = {}
    exec(compile(example, "docs/hooks.md", "exec"), names)
    monkeypatch.setattr(names["time"], "time", lambda: NOW.timestamp() + 60)
    function: Callable[..., bool] = names["is_from_oaflow"]
    return function


@pytest.mark.parametrize("secret", ["opaque 密", "whsec_" + base64.b64encode(b"k" * 24).decode()])
async def test_the_example_knows_our_calls(
    is_from_oaflow: Callable[..., bool], crm: Crm, caller: HookCaller, hook: HookSettings, secret: str
) -> None:
    crm.answers = [says(b"{}")]
    await caller.call(replace(hook, secret=secret), "c1", {"order": "A-1", "姓": "林"})
    [(sent, body)] = crm.seen
    headers = {name.lower(): value for name, value in sent.items()}
    assert is_from_oaflow(headers, body, secret)
    assert not is_from_oaflow(headers, body + b" ", secret), "another body"
    assert not is_from_oaflow(headers, body, "whsec_" + base64.b64encode(b"other").decode())
    assert not is_from_oaflow({**headers, "webhook-id": "c2"}, body, secret), "another call"
    assert not is_from_oaflow({}, body, secret)
    old = str(int(NOW.timestamp()) - 3_600)
    assert not is_from_oaflow({**headers, "webhook-timestamp": old}, body, secret)
    assert is_from_oaflow(
        {**headers, "webhook-signature": f"v1,x {headers['webhook-signature']}"}, body, secret
    )


async def test_the_headers_of_the_page_are_those_that_are_sent(
    crm: Crm, caller: HookCaller, hook: HookSettings
) -> None:
    crm.answers = [says(b"{}")]
    await caller.call(hook, "c1", {})
    [request] = re.findall(r"^    POST .*\n((?:    [\w-]+: .*\n)+)", PAGE, re.MULTILINE)
    told = set(re.findall(r"^    ([\w-]+): ", request, re.MULTILINE))
    assert told == {"Content-Type", "webhook-id", "webhook-timestamp", "webhook-signature", "Idempotency-Key"}
    assert told <= set(crm.seen[0][0])
