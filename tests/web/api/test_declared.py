"""K1: each operation over the API: who may, what is refused, in which language, as its schema says.

Each answer of `Caller` is compared with the description that the operation's declaration makes.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any, Literal, get_args, get_origin

import pytest
from annotated_types import Ge, MinLen

from bot.model.admin import TeamRole
from bot.operations.catalog.operation import Operation, Parameter, markers, plain_type
from bot.operations.catalog.parameters import OfContact, PlaybookName, TableParameter
from bot.operations.catalog.registry import all_operations
from bot.web.api.declared import address_of, endpoint_of
from tests.operations.valid_calls import small_shop
from tests.web.admin.contact_world import person
from tests.web.api.api_world import Answer, ApiWorld, Caller

OPERATIONS = {one.name: one for one in all_operations() if "api" not in one.not_in}
CONTACT = "main:U1"
KNOWN = {"flow": "vip", "coupon": "線上碼", "codes": ["A1"]}
"""Names of the small shop."""
NEEDS_MORE = frozenset(
    {
        "menus.plan",
        "flows.report",
        "shops.status",
        "shops.unlink.offer",
        "clerks.codes",
        "unsent.resend.offer",
        "unsent.drop.offer",
        *(f"playbook.{look}" for look in ("list", "check", "review", "patch")),
    }
)
"""Looks that a shop without LINE, a platform, a goal, a flow for clerks, lost calls or drafts refuses."""
NOWHERE = "沒有這個名字"
CHINESE = re.compile(r"[\u3400-\u9fff]")


def sent(declared: Operation[..., Any]) -> dict[str, Any]:
    """A value for each parameter that has to be sent, of its type."""
    return {one.name: value_of(one) for one in asked(declared) if one.is_required}


def asked(declared: Operation[..., Any]) -> list[Parameter]:
    named = next((one for one in declared.parameters if one.marker(OfContact)), None)
    return [one for one in declared.parameters if one is not named]


def value_of(parameter: Parameter) -> Any:
    if parameter.marker(TableParameter) is not None:
        return ["A1"]
    least = parameter.marker(MinLen)
    match plain_type(parameter.annotation):
        case kind if kind in (int, float):
            return next((one.ge for one in markers(parameter.annotation) if isinstance(one, Ge)), 1)
        case kind if kind is bool:
            return True
        case kind if kind is datetime:
            return "2026-12-01T10:00:00+08:00"
        case kind if kind is str:
            return "x" * max(1, 0 if least is None else least.min_length)
        case kind if get_origin(kind) is tuple:
            return ["x"]
        case kind:
            return kind.__args__[0] if hasattr(kind, "__args__") else "x"


async def called(
    api: ApiWorld, caller: Caller, declared: Operation[..., Any], values: dict[str, Any], language: str = "en"
) -> Answer:
    """The answer to these values, about somebody whom the address names where it does."""
    part = api.part(caller, CONTACT)
    chat = api.parts.sealed(f"token:{caller.name}", "chat", CONTACT, "main")
    path = address_of(declared).replace("{contact}", part).replace("{chat}", chat)
    headers = {"Accept-Language": language}
    if endpoint_of(declared, api.desk).method == "GET":
        return await caller.get(path, headers, **{name: str(one) for name, one in values.items()})
    return await caller.post(path, values, headers)


async def caller(
    api: ApiWorld, declared: Operation[..., Any], role: TeamRole = "admin", language: str = ""
) -> Caller:
    """One of its own for each call: none has called too often."""
    return await api.caller(role, f"{role}-{declared.name}-{language}")


def place(api: ApiWorld, declared: Operation[..., Any]) -> str:
    """Where its parameters are sent."""
    return "query" if endpoint_of(declared, api.desk).method == "GET" else "body"


def is_word(parameter: Parameter) -> bool:
    """Whether it is one of some words."""
    kind = plain_type(parameter.annotation)
    return get_origin(kind) is Literal and isinstance(get_args(kind)[0], str)


pytestmark = pytest.mark.ring("test", "all operations, in one world")


async def test_who_may_not_is_refused(api: ApiWorld, subtests: pytest.Subtests) -> None:
    await api.add(person(1, "小美"))
    for role in get_args(TeamRole):
        for declared in (one for one in OPERATIONS.values() if role not in one.roles):
            with subtests.test(role=role, operation=declared.name):
                said = await called(api, await caller(api, declared, role), declared, sent(declared))
                assert (said.status, said.code) == (403, "not_allowed")


async def test_what_is_missing_or_unknown_is_named(api: ApiWorld, subtests: pytest.Subtests) -> None:
    await api.add(person(1, "小美"))
    for declared in OPERATIONS.values():
        with subtests.test(operation=declared.name):
            by, whole = await caller(api, declared), sent(declared)
            for name in whole:
                some = {key: one for key, one in whole.items() if key != name}
                said = await called(api, by, declared, some)
                assert (said.status, said.content["field"]) == (422, f"{place(api, declared)}/{name}")
            said = await called(api, by, declared, {**whole, "0912345678": "x"})
            assert said.status == 422
            assert "0912345678" not in str(said.content)


async def test_a_name_that_the_playbook_lacks_is_said(api: ApiWorld, subtests: pytest.Subtests) -> None:
    await api.add(person(1, "小美"))
    for declared in OPERATIONS.values():
        names = [one.name for one in asked(declared) if one.marker(PlaybookName) is not None]
        for language, is_chinese in (("en", False), ("zh-TW", True)) if names else ():
            with subtests.test(operation=declared.name, language=language):
                by, whole = (
                    await caller(api, declared, language=language),
                    {**sent(declared), names[0]: NOWHERE},
                )
                said = await called(api, by, declared, whole, language)
                refused = (said.status, said.code, said.content["field"])
                assert refused == (409, "refused", f"{place(api, declared)}/{names[0]}")
                assert bool(CHINESE.search(said.content["detail"].replace(NOWHERE, ""))) == is_chinese


async def test_another_word_than_those_that_there_are_is_said(
    api: ApiWorld, subtests: pytest.Subtests
) -> None:
    await api.add(person(1, "小美"))
    for declared in OPERATIONS.values():
        words = {one.name: get_args(plain_type(one.annotation)) for one in asked(declared) if is_word(one)}
        for name, (first, *_) in words.items():
            with subtests.test(operation=declared.name, parameter=name):
                whole = {**sent(declared), name: NOWHERE}
                said = await called(api, await caller(api, declared), declared, whole, "zh-TW")
                assert (said.status, said.content["field"].rpartition("/")[2]) == (422, name)
                assert first in said.content["detail"]
                assert " or " not in said.content["detail"]


async def test_what_a_look_answers_is_as_described(api: ApiWorld, subtests: pytest.Subtests) -> None:
    """On a small shop; `Caller` compares each answer with the description."""
    await small_shop(api)
    for declared in OPERATIONS.values():
        needed = {one.name for one in asked(declared) if one.is_required}
        if declared.changes or declared.name in NEEDS_MORE or not needed <= KNOWN.keys():
            continue
        with subtests.test(operation=declared.name):
            said = await called(
                api, await caller(api, declared), declared, {one: KNOWN[one] for one in needed}, "zh-TW"
            )
            assert said.status == 200, said.content
