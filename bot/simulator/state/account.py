"""What LINE knows of one channel: its tokens, its quota, where its webhooks go."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, TypeAlias, get_args

from bot.model.channel import Channel, PricePlan
from bot.model.money import month_cost
from bot.simulator.state.crowd import PhonelessFriends
from bot.simulator.state.line_console import USUAL_CONSOLE, LineConsole
from bot.simulator.state.line_ids import bot_user_id
from bot.simulator.state.units import LINE_TIME, AggregationUnits, Deliveries

CallFault: TypeAlias = Literal[
    "500",  # a server error
    "429",  # the rate limit
    "quota",  # the month's messages are used up: of calls that cost
    "token",  # 401: the access token is refused
]
"""How every call is refused while the fault is on."""
Deliver: TypeAlias = Literal[
    "twice",  # each webhook comes a second time
    "late",  # two webhooks of a chat come in the wrong order
]
"""How webhooks come while the fault is on."""

ANSWERS: tuple[str, ...] = get_args(CallFault)
DELIVERIES: tuple[str, ...] = get_args(Deliver)
SLOW_AT_MOST = 600
"""Seconds by which answers may be slowed down."""


@dataclass(frozen=True, slots=True)
class Faults:
    """The faults of a channel that are on."""

    slow: float | None = None
    """Seconds by which LINE answers late; it does at once what it is asked for."""
    answer: CallFault | None = None
    deliver: Deliver | None = None


NO_FAULTS = Faults()


STATELESS_LIFE = timedelta(minutes=15)
"""How long a stateless access token is valid."""
TOKENS_KEPT = 1_000
"""Stateless tokens that are stored, the last ones."""
LIGHT = PricePlan(0, 200)
"""The plan that every account begins with in Taiwan (輕用量), where the playbook names none."""


@dataclass(slots=True)
class Account:
    """One official account on the simulator's side."""

    channel: Channel
    endpoint: str = ""
    """The address of the bot's webhook."""
    picture: str | None = None
    """The address of its picture, once the server's address is known."""
    other_quota: tuple[int | None] | None = None
    """Messages a month that are set instead of the plan's; `(None,)`: no limit."""
    faults: Faults = NO_FAULTS
    verified: bool = True
    """Whether LINE lists its friends: only to verified and premium accounts."""
    console: LineConsole = USUAL_CONSOLE
    """What people set on LINE's own pages."""
    crowd: PhonelessFriends = field(init=False)
    """Friends without a phone here."""
    deliveries: Deliveries = field(default_factory=Deliveries)
    units: AggregationUnits = field(default_factory=AggregationUnits)
    _month: str = ""
    """The month (UTC+9) of `_used`."""
    _used: int = 0
    """Messages that this month has cost."""

    def __post_init__(self) -> None:
        self.crowd = PhonelessFriends(self.channel.channel_id)

    @property
    def user_id(self) -> str:
        """The user id of the account itself at LINE."""
        return bot_user_id(self.channel.channel_id)

    @property
    def title(self) -> str:
        """The name that friends see."""
        return self.channel.app_name or self.channel.name

    @property
    def plan(self) -> PricePlan:
        """What messages cost."""
        return self.channel.plan or LIGHT

    @property
    def quota(self) -> int | None:
        """Messages a month; `None`: no limit, as where more can be bought."""
        if self.other_quota is not None:
            return self.other_quota[0]
        return None if self.plan.extra is not None else self.plan.included

    def cost(self, now: datetime) -> float:
        """What this month costs so far, in NT$."""
        cost = month_cost(self.plan, self.used(now))
        return float(cost) if cost is not None else self.plan.monthly_fee or 0

    def used(self, now: datetime) -> int:
        """Messages that this month has cost so far."""
        month = now.astimezone(LINE_TIME).strftime("%Y-%m")
        if month != self._month:
            self._month, self._used = month, 0
        return self._used

    def can_spend(self, count: int, now: datetime) -> bool:
        """Whether so many messages are left this month."""
        return count == 0 or self.quota is None or self.used(now) + count <= self.quota

    def spend(self, count: int, now: datetime) -> None:
        """Take so many messages of the month's quota."""
        self._used = self.used(now) + count


class Accounts:
    """All channels, found by name, by access token, by id and secret."""

    def __init__(self, channels: Iterable[Channel]) -> None:
        self.by_name = {channel.name: Account(channel) for channel in channels}
        self._stateless: dict[str, tuple[Account, datetime]] = {}

    def meet(self, channels: Iterable[Channel]) -> list[Account]:
        """Take over the settings of these channels; returns the accounts of those that are new."""
        new = []
        for channel in channels:
            known = self.by_name.get(channel.name)
            if known is None:
                known = self.by_name[channel.name] = Account(channel)
                new.append(known)
            known.channel = channel
        return new

    def of_token(self, token: str, now: datetime) -> Account | None:
        """The account of a token: the long-lived one, or a stateless one that has not expired."""
        for account in self.by_name.values():
            if account.channel.access_token is not None and account.channel.access_token == token:
                return account
        issued = self._stateless.get(token)
        return issued[0] if issued is not None and issued[1] > now else None

    def issue_stateless(self, channel_id: str, secret: str, now: datetime) -> str | None:
        """A token of 15 minutes for the channel with this id and secret; `None` if there is none."""
        for account in self.by_name.values():
            if account.channel.channel_id == channel_id and account.channel.channel_secret == secret:
                token = secrets.token_urlsafe(48)
                self._stateless[token] = (account, now + STATELESS_LIFE)
                while len(self._stateless) > TOKENS_KEPT:
                    del self._stateless[next(iter(self._stateless))]
                return token
        return None
