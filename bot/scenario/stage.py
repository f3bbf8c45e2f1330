"""What the parts of a player see of it: who is there, what time it is, and how things are done there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bot.engine.compiled.playbook import Playbook
from bot.model.brake import Brake
from bot.model.channel import PricePlan
from bot.model.contact import Contact
from bot.model.event import ReplyToken, What
from bot.model.message import Message
from bot.model.translatable import TranslatableValue
from bot.scenario.allowance import Allowance
from bot.scenario.conversation import SpokenLine
from bot.scenario.people import Person
from bot.scenario.simulated_world import PretendWorld


class Stage(Protocol):
    """Where a scenario is played."""

    playbook: Playbook
    now: datetime
    brake: Brake
    contacts: dict[str, Contact]
    people: dict[str, Person]
    world: PretendWorld
    allowance: Allowance
    plans: Mapping[str, PricePlan]

    def add_line(self, who: TranslatableValue, text: TranslatableValue) -> SpokenLine: ...
    def at(self, contact: str, channel: str) -> Person | None: ...
    def deliver(self, person: Person | None, messages: Sequence[Message]) -> None: ...
    def comes_back(self, contact: str, channel: str, what: What, token: ReplyToken | None = None) -> None: ...
