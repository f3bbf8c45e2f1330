"""What staff have stopped: pushes, on which channel, of which flow (requirement K5); binding (B8); flows
(H6), rich menus (G3) and accounts (A7)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias, get_args


@dataclass(frozen=True, slots=True)
class PushStop:
    """Somebody has stopped the pushes of a channel (`None`: of all) and of a flow (`None`: of all)."""

    channel: str | None
    flow: str | None
    by: str
    at: datetime

    @property
    def about(self) -> str:
        """What it stops, for the audit log."""
        scope = {"channel": self.channel, "flow": self.flow}
        return " ".join(f"{name} {one}" for name, one in scope.items() if one is not None) or "all"

    @property
    def key(self) -> str:
        """What it stops: there is one of each."""
        return f"{self.channel or ''}:{self.flow or ''}"

    def holds(self, channel: str, flows: Collection[str]) -> bool:
        """Whether it stops what one of these flows says by itself on a channel."""
        return self.channel in (None, channel) and (self.flow is None or self.flow in flows)


@dataclass(frozen=True, slots=True)
class BindingPause:
    """Somebody has paused the binding of phones on a channel: its pages say so, and nobody moves there."""

    channel: str
    by: str
    at: datetime

    @property
    def key(self) -> str:
        """There is one of each channel; no key of a `PushStop` is like it, for no channel is called so."""
        return f"binding {self.channel}"


FlowLimit: TypeAlias = Literal["closed", "paused"]
"""As `status` of a flow has it: nobody new comes in; nobody moves."""
FLOW_LIMITS: tuple[FlowLimit, ...] = get_args(FlowLimit)


@dataclass(frozen=True, slots=True)
class FlowRestriction:
    """Somebody has closed a flow to new people, or paused it, on all channels."""

    flow: str
    limit: FlowLimit
    by: str
    at: datetime

    @property
    def key(self) -> str:
        """There is one of each kind of a flow; no other key is like it."""
        return f"flow {self.limit} {self.flow}"


@dataclass(frozen=True, slots=True)
class MenuPause:
    """Somebody has paused a rich menu on all channels: it is as if it were not there."""

    menu: str
    by: str
    at: datetime

    @property
    def key(self) -> str:
        """There is one of each menu; no other key is like it."""
        return f"menu {self.menu}"


@dataclass(frozen=True, slots=True)
class ChannelStop:
    """An account is unlinked, or about to be: no process hears it or says anything there (A7).

    It is that of LINE's `channel_id`, whatever playbooks call it; `channel`: what it was called then.
    """

    channel: str
    channel_id: str
    by: str
    at: datetime

    @property
    def key(self) -> str:
        """There is one of each account; no other key is like it."""
        return f"channel {self.channel_id}"


AnyStop: TypeAlias = PushStop | BindingPause | FlowRestriction | MenuPause | ChannelStop
"""What staff stop, and let go on."""


@dataclass(frozen=True, slots=True)
class Brake:
    """All that is stopped just now, by what it stops, and where binding is paused, by channel.

    It is a brake on pushes: paused bindings, restricted flows, paused menus and unlinked accounts hold none.
    """

    stops: tuple[PushStop, ...] = ()
    bindings: tuple[BindingPause, ...] = ()
    restrictions: tuple[FlowRestriction, ...] = ()
    menus: tuple[MenuPause, ...] = ()
    channels: tuple[ChannelStop, ...] = ()

    def __bool__(self) -> bool:
        """Whether any pushes are."""
        return bool(self.stops)

    def holds(self, channel: str, flows: Collection[str] = ()) -> bool:
        """Whether what one of these flows says by itself waits on a channel; none: what is no flow's."""
        return any(stop.holds(channel, flows) for stop in self.stops)

    @property
    def flows(self) -> Collection[str]:
        """Which flows are stopped by their names."""
        return [stop.flow for stop in self.stops if stop.flow is not None]

    def binding_pause(self, channel: str) -> BindingPause | None:
        """Who has paused binding there, and when."""
        return next((one for one in self.bindings if one.channel == channel), None)

    def restriction_of(self, flow: str, limit: FlowLimit) -> FlowRestriction | None:
        """Who has closed or paused a flow, and when."""
        return next((one for one in self.restrictions if (one.flow, one.limit) == (flow, limit)), None)

    def menu_pause(self, menu: str) -> MenuPause | None:
        """Who has paused a menu, and when."""
        return next((one for one in self.menus if one.menu == menu), None)

    def channel_stop(self, channel_id: str) -> ChannelStop | None:
        """Who has unlinked the account of LINE's channel id, and when."""
        return next((one for one in self.channels if one.channel_id == channel_id), None)

    def stop_of(self, key: str) -> PushStop | None:
        """The stop of just this; what else is stopped does not count."""
        return next((stop for stop in self.stops if stop.key == key), None)


OFF = Brake()
"""Nothing is stopped."""
