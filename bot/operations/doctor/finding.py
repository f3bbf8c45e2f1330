"""One item of the set-up of a channel: its state, why it matters, how to mend it (A3, A4, C8)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, TypeAlias

from bot.line.setup_calls import SetupAnswer
from bot.model.translatable import Translatable, tr

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
    can_set_here: bool = False
    """Whether linking the account mends it (`operations/channels/link`)."""
    can_take_over: bool = False
    """The same where another system answers it, and is to be asked first."""

    @property
    def needs_staff(self) -> bool:
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


AREAS: Mapping[FindingArea, Translatable] = {
    "machine": tr("This machine and the playbook"),
    "account": tr("The account at LINE"),
    "webhook": tr("Webhook"),
    "pages": tr("Pages for members (LIFF)"),
    "shop": tr("The shop's back office"),
    "person": tr("What only a person can see"),
}
"""What people call them."""

RESPONSES = tr("LINE Official Account Manager › Settings (設定) › Response settings (回應設定)")
AGAIN = tr("then look again")


def silent(answer: SetupAnswer) -> Translatable:
    """What is said where LINE has not answered, or not what it documents."""
    return tr("LINE did not answer: {why}", why=answer.says)


def needs_token(answer: SetupAnswer | None) -> Translatable:
    """Why a call by the channel's token shows nothing: the token, or LINE."""
    if answer is None or answer.status == 401:
        return tr("the token has to be good first")
    return silent(answer)
