"""Outcomes that are chosen beforehand, for `oaflow explain --outcome coupon=had`: the world of a scenario
answers with them instead of its own."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from bot.engine.compiled.playbook import Playbook
from bot.engine.times.local_time import today
from bot.engine.types.table import TYPES
from bot.model.effects import CheckCode, FindMember, SendCode
from bot.model.event import Outcome
from bot.model.value import Type, Value
from bot.model.world_question import WorldQuestion
from bot.scenario.context import PretendWorld
from bot.scenario.promotions import SCENARIO_PARTS
from bot.services.caller import Caller
from bot.services.effects import EffectHandler

Choices: TypeAlias = Collection[tuple[str, str]]
"""Pairs of the name of an answer and its result: `("coupon", "had")`."""

A_DAY = timedelta(days=1)
_REAL = {("member", "found"), ("code", "right"), ("clerk", "bound")}
"""Outcomes that bring what cannot be made up (a member, a proven phone, a clerk): they come only where the
world gives them. Promotions add theirs: `ScenarioPart.real`."""


def given_for(playbook: Playbook, chosen: Choices) -> Mapping[str, Any]:
    """The `given` values of promotions, by their words, that the chosen outcomes need."""
    return SCENARIO_PARTS.table(lambda part: part.chosen(playbook, chosen))


def choose(world: PretendWorld, chosen: Choices) -> None:
    """From here on these outcomes come wherever they can come; of two that exclude each other the first."""
    handlers = dict(world.handlers)
    for answer, result in reversed([*chosen]):
        for kind, handler in world.handlers.items():
            if kind.question.answer == answer and result in kind.question.outcomes:
                handlers[kind] = _chosen(world, handler, kind.question, result)
    world.handlers = handlers


def _chosen(
    world: PretendWorld, handler: EffectHandler, question: WorldQuestion, result: str
) -> EffectHandler:
    """A handler that gives this result to the question; its fields are made up where the world gives
    another."""
    news = (question.answer, result)

    async def as_chosen(request: Any, caller: Caller) -> Outcome:
        outcome = await handler(await _helped(world, request, caller, result), caller)
        if outcome.result == result or news in _REAL.union(*(part.real for part in SCENARIO_PARTS)):
            return outcome
        made_up = _made_up(question.fields.get(result, {}), world.playbook.zone, caller.at)
        fields = {**made_up, **outcome.fields}
        stays = {name for part in SCENARIO_PARTS for name in part.stays.get(news, ())}
        return replace(
            outcome,
            result=result,
            fields=fields,
            brought={name: one for name, one in outcome.brought.items() if name in stays},
            found=None,
            clerk=None,
            proven=None,
        )

    return as_chosen


async def _helped(world: PretendWorld, request: Any, caller: Caller, result: str) -> Any:
    """The request, once the world has what this outcome needs: an SMS provider that works or fails, a member
    with that phone. A code that is to be right is that of the last SMS."""
    if isinstance(request, SendCode):
        world.sms.fails = result != "sent"
    sms = world.sms.of(caller.contact)
    if isinstance(request, CheckCode) and result == "right" and sms:
        return replace(request, code=sms[-1].code)
    for part in SCENARIO_PARTS:
        await part.prepare(world.ports, world.playbook, request, caller, result)
    phone = request.phone if isinstance(request, FindMember) and result == "found" else None
    if phone is not None and await world.shop.by_phone(phone) is None:
        world.shop.add(phone, marketing=False)
    return request


def _made_up(types: Mapping[str, Type], zone: ZoneInfo, now: datetime) -> Mapping[str, Value]:
    """A sample value for each field that comes with an outcome; a date is tomorrow's."""
    day = today(now + A_DAY, zone)
    kinds = {name: TYPES[type_] for name, type_ in types.items()}
    values = {name: kind.from_json(kind.sample(day), zone) for name, kind in kinds.items()}
    return {name: value for name, value in values.items() if value is not None}
