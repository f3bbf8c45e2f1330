"""The types of troubles and of their alerts: what is wrong now, in words, and what of it is over (K4).
Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol

from bot.connectors.mail.smtp import in_one_line
from bot.model.alert import TroubleReason
from bot.model.translatable import Language, Translatable, TranslatableValue, tr
from bot.store.events.alerts import OngoingTrouble


@dataclass(frozen=True, slots=True)
class TroubleWords:
    """What an alert says: `what` is wrong, `why` that matters, what to do (`steps`, in order), and the `page`
    of the console where one does it, by its whole address (empty: none)."""

    what: TranslatableValue
    why: Translatable | None = None
    steps: Sequence[Translatable] = ()
    page: str = ""


@dataclass(frozen=True, slots=True)
class StandingTrouble:
    """Something that is wrong just now. `subject` is what it is wrong with: of each there is one alert.

    `size` is how much of it there is, in whatever unit: at ten times what was alerted to staff are alerted
    again, at a hundred once more, and so on.
    """

    reason: TroubleReason
    subject: str
    words: TroubleWords | str = field(repr=False)
    """A text is an alert that another process has worded."""
    channel: str | None = None
    size: int = 1


@dataclass(frozen=True, slots=True)
class EndedTrouble:
    """A trouble that is over once each look of a time as long as `after` has found it so: `says` is its
    alert; without it nobody is alerted."""

    reason: TroubleReason
    subject: str
    says: Translatable | None
    channel: str | None = None
    after: timedelta = timedelta()


@dataclass(frozen=True, slots=True)
class TroubleLook:
    """What one look has found: what is wrong, and what of the `lasting` is over."""

    standing: Sequence[StandingTrouble] = ()
    ended: Sequence[EndedTrouble] = ()


class AlertsOfTroubles(Protocol):
    """Where alerts come in: `bot.runtime.alerts.alert_dispatcher.AlertQueue`."""

    async def begun(
        self,
        reason: TroubleReason,
        subject: str,
        text: str,
        channel: str | None = None,
        size: int | None = None,
    ) -> None: ...
    async def over(
        self, reason: TroubleReason, subject: str, text: str, channel: str | None = None
    ) -> None: ...
    async def forget(self, reason: TroubleReason, subject: str) -> None: ...
    async def lasting(self) -> Mapping[tuple[str, str], OngoingTrouble]: ...


def alert_text(words: TroubleWords, language: Language) -> str:
    """The text of an alert, as `bot.model.alert.AlertNote` has it: each part on a line of its own, whatever
    stands in it."""
    lines = [in_one_line(language.words(words.what))]
    if words.why is not None:
        lines.append(in_one_line(language.text(tr("Why it matters: {why}", why=words.why))))
    if words.steps:
        lines.append(language.text(tr("What to do:")))
    for number, step in enumerate(words.steps, 1):
        mark = f"{number}. " if len(words.steps) > 1 else ""
        lines.append(mark + in_one_line(language.text(step)))
    if words.page:
        lines.append(in_one_line(words.page))
    return "\n".join(lines)


def gone(reason: TroubleReason, lasting: Collection[str], standing: Collection[StandingTrouble]) -> list[str]:
    """The subjects of lasting troubles that are not among those that stand."""
    there = {one.subject for one in standing if one.reason == reason}
    return [subject for subject in lasting if subject not in there]
