"""What `bot.runtime.process.Runtime` is given, with defaults for a process that needs less (tests,
trials)."""

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
    """The dependencies of a process's runtime."""

    playbook: Callable[[], Playbook]
    """The playbook that is served."""
    stores: Stores
    account: Callable[[str], LineAccount | None]
    """LINE's client for a channel; `None`: the playbook has no such channel."""
    read_event: Callable[[InboxEntry], Event]
    """Parses an event of LINE's; raises `ValueError`."""
    clock: PatientClock
    me: str
    """This process's id, never used before."""
    gone: Callable[[str], bool] = lambda process: False
    """Whether a process of this machine has ended, although its lease runs."""
    may_decide: Callable[[], Awaitable[bool]] = always
    """Whether this process may own parts; may raise `DatabaseUnavailable`."""
    effects: Effects = field(default_factory=NotYet)
    """The services outside of LINE: SMS, shops, hooks."""
    watch: Watch | None = None
    """Gets each turn that is written."""
    world: Callable[[str], DecisionInputs] = plain_world
    """The other inputs of decisions on a channel."""
    spending: Spending = field(default_factory=Free)
    """Counts what calls cost, and decides before each whether it may be made."""
    personal: Callable[[Outgoing], Outgoing] = as_it_is
    """Puts a person's own addresses into a call."""
    menus: MenuIdSource = field(default_factory=NoMenus)
    """LINE's ids of the playbook's rich menus."""
    brake: BrakeState = field(default_factory=NoBrake)
    """The emergency brake of `world`, and whether it was read recently."""
    decides_ahead: bool = True
    """Whether events are decided while they are being stored, where memory has all that this needs."""
