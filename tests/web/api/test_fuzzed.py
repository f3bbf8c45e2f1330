"""K1: whatever is sent, the API answers as its own description says, and never by a fault of ours."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st
from openapi_spec_validator import validate
from schemathesis import Case, GenerationMode

from bot.store.counters.rate_limits import ApiCalls
from tests.depth import examples
from tests.web.admin.contact_world import person
from tests.web.api.api_world import ApiWorld

pytestmark = pytest.mark.ring("all", "page after page")

MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
KEY = "Idempotency-Key"
LONG_HEAD = "Got more than 8190 bytes"
"""What aiohttp answers before anything of ours is asked."""


async def no_limit(self: ApiCalls, token: str, call: str, now: datetime) -> int:
    return 0


def carried_out(schema: Any, base: str, token: str, parts: Callable[[str], Sequence[str]]) -> list[str]:
    """What was found wrong, by operation."""
    wrong = []
    for found in schema.get_all_operations():
        operation = found.ok()
        for mode in MODES:
            try:
                _fuzz(operation, mode, base, token, parts)
            except (Exception, BaseExceptionGroup) as error:  # told of all operations at once
                wrong.append(f"{operation.label} {mode.value}: {error}")
    return wrong


def _fuzz(
    operation: Any, mode: GenerationMode, base: str, token: str, parts: Callable[[str], Sequence[str]]
) -> None:
    @settings(
        max_examples=examples(8),
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate,),
    )
    @given(case=operation.as_strategy(generation_mode=mode), data=st.data())
    def tried(case: Case[Any], data: st.DataObject) -> None:
        for name in case.path_parameters if mode is GenerationMode.POSITIVE else ():
            if data.draw(st.integers(0, 3)):  # else somebody whom it does not know
                case.path_parameters[name] = data.draw(st.sampled_from(parts(name)))
        headers = {"Authorization": f"Bearer {token}"}
        if mode is GenerationMode.POSITIVE and KEY in case.headers:
            headers[KEY] = uuid4().hex  # one that was sent before belongs to another call
        said = case.call(base_url=base, headers=headers)
        assume(said.status_code != 400 or not said.text.startswith(LONG_HEAD))
        case.validate_response(said, headers=headers)

    tried()


async def test_whatever_is_sent_the_answer_is_as_described(
    api: ApiWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ApiCalls, "wait", no_limit)
    await api.add(*(person(number, f"客人{number}", "VIP", line=number % 2 == 0) for number in range(1, 30)))
    caller = await api.caller("admin")
    ids = [f"{'main:U' if number % 2 == 0 else 'M:'}{number}" for number in range(1, 30)]
    contacts = [api.part(caller, one) for one in ids]
    chats = [api.parts.sealed(f"token:{caller.name}", "chat", one, "main") for one in ids]

    url = str(api.url).rstrip("/")
    schema = await asyncio.to_thread(schemathesis.openapi.from_url, f"{url}/admin/api/openapi.json")
    wrong = await asyncio.to_thread(
        carried_out, schema, url, caller.token, lambda name: chats if name == "chat" else contacts
    )
    assert wrong == [], "\n".join(wrong)


async def test_the_description_is_right_openapi(api: ApiWorld) -> None:
    async with api.http.get(f"{api.url}admin/api/openapi.json") as said:
        validate(await said.json())
