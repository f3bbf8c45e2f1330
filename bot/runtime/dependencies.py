"""The dependencies of a process's runtime."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from bot.engine.compiled.playbook import Playbook
from bot.model.clock import PatientClock
from bot.model.decision import DecisionInputs
from bot.model.event import Event
from bot.model.inbox import InboxEntry
from bot.model.outgoing import Outgoing
from bot.runtime.effects.effect_runner import NotYet
from bot.runtime.limits.spending import Free, Spending
from bot.runtime.ports import Effects, LineAccount
from bot.runtime.sending.braked_calls import BrakeState, NoBrake
from bot.runtime.sending.menu_links import MenuIdSource, NoMenus
from bot.runtime.turn_observer import Watch
from bot.store.stores import Stores


async def always() -> bool:
    """A process that may decide whatever happens."""
    return True


def plain_world(channel: str) -> DecisionInputs:
    """The inputs of decisions without any further data."""
    return DecisionInputs()


def as_it_is(call: Outgoing) -> Outgoing:
    """A call whose addresses are the same for everybody."""
    return call


@dataclass(frozen=True, slots=True, kw_only=True)
class RuntimeDeps:
    """`account(channel)` is LINE; `me` this process's id, never used before; `effects` all the rest.

    `read_event` reads LINE's events; `gone` and `may_decide` see `Ownership`; `watch` sees `TurnTaker`;
    `world` and `personal` see `Decider`; `brake` is what `world` says of it, and how old that is.
    `decides_ahead`: events are decided while they are being stored, where memory has all that it needs.
    """

    playbook: Callable[[], Playbook]
    stores: Stores
    account: Callable[[str], LineAccount | None]
    read_event: Callable[[InboxEntry], Event]
    clock: PatientClock
    me: str
    gone: Callable[[str], bool] = lambda process: False
    may_decide: Callable[[], Awaitable[bool]] = always
    effects: Effects = field(default_factory=NotYet)
    watch: Watch | None = None
    world: Callable[[str], DecisionInputs] = plain_world
    spending: Spending = field(default_factory=Free)
    personal: Callable[[Outgoing], Outgoing] = as_it_is
    menus: MenuIdSource = field(default_factory=NoMenus)
    brake: BrakeState = field(default_factory=NoBrake)
    decides_ahead: bool = True
