"""One item of the set-up: what was seen of it, why it matters, how to mend it (A3, A4, C8)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, TypeAlias

from bot.model.translatable import Translatable

FindingState: TypeAlias = Literal["fine", "wrong", "unknown", "unasked"]
"""As it has to be · somebody has to mend it · it could not be seen just now · no interface shows it, and
nobody has answered yet."""
FindingArea: TypeAlias = Literal["machine", "account", "webhook", "pages", "shop", "person"]
"""This machine and the playbook · the account at LINE · its webhook · its LIFF app · the shop's back office ·
what only a person can see."""


@dataclass(frozen=True, slots=True)
class SetupFinding:
    """`item` names it for programs, and in the console's addresses. `mend`: one step each, in order.

    Of what a person has answered: `by` whom, when (`at`), and their words, `answer`.
    """

    item: str
    area: FindingArea
    state: FindingState
    title: Translatable
    saw: Translatable
    why: Translatable | None = None
    mend: tuple[Translatable, ...] = ()
    by: str | None = None
    at: datetime | None = None
    answer: str = ""

    @property
    def needs_somebody(self) -> bool:
        """Whether it is to be mended or answered."""
        return self.state != "fine"


@dataclass(frozen=True, slots=True)
class SetupItem:
    """What all findings of one item share."""

    name: str
    area: FindingArea
    title: Translatable
    why: Translatable

    def fine(self, saw: Translatable) -> SetupFinding:
        """It is as it has to be."""
        return SetupFinding(self.name, self.area, "fine", self.title, saw)

    def wrong(self, saw: Translatable, *mend: Translatable) -> SetupFinding:
        """Somebody has to mend it."""
        return SetupFinding(self.name, self.area, "wrong", self.title, saw, self.why, mend)

    def unknown(self, saw: Translatable, *mend: Translatable) -> SetupFinding:
        """It could not be seen just now."""
        return replace(self.wrong(saw, *mend), state="unknown")
