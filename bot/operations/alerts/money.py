"""The month's messages and SMS credit, as they go: an alert at each step. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.model.month import month_of, next_month
from bot.model.settings import SmsSettings
from bot.model.sms_level import SmsLevel
from bot.model.translatable import Translatable, tr
from bot.operations.alerts.standing import EndedTrouble, StandingTrouble, TroubleLook, TroubleWords
from bot.store.counters.quotas import QuotaFigure

STEPS = (50, 80, 95)
"""Per cent of what there was that are used; of the month's messages also all: LINE refuses pushes then."""
LOW = 99
"""The step of a credit of which less is left than the playbook wants, whatever was bought."""


@dataclass(frozen=True, slots=True)
class _Used:
    """Of one account or provider: `subject` begins every alert of this month, or of this credit."""

    subject: str
    percent: float

    def reached(self, lasting: Collection[str], steps: Sequence[int] = STEPS) -> int | None:
        """The highest step that it has come to, unless one as high was told of."""
        at = max((step for step in steps if self.percent >= step), default=None)
        reported = [step for step in steps if f"{self.subject} {step}" in lasting]
        return None if at is None or at <= max(reported, default=0) else at


def quota_look(
    figures: Mapping[str, QuotaFigure],
    titles: Mapping[str, str],
    lasting: Collection[str],
    now: datetime,
    public: str,
) -> TroubleLook:
    """Each step once in LINE's month; a new month ends them, and tells nobody."""
    month, standing = month_of(now), []
    for channel in titles:
        figure = figures.get(channel)
        if figure is None or figure.left is None or not figure.limit or month_of(figure.at) != month:
            continue
        used = _Used(f"{channel} {month}", (figure.limit - figure.left) * 100 / figure.limit)
        step = used.reached(lasting, (*STEPS, 100))
        if step is not None:
            words = _of_quota(figure.left, figure.limit, step, titles[channel], now, public)
            standing.append(StandingTrouble("quota", f"{used.subject} {step}", words, channel))
    ended = [
        EndedTrouble("quota", one, None)
        for one in lasting
        if one.split(" ")[1:2] != [month] or one.split(" ")[0] not in titles
    ]
    return TroubleLook(standing, ended)


def _of_quota(left: int, limit: int, step: int, title: str, now: datetime, public: str) -> TroubleWords:
    return TroubleWords(
        tr(
            "{percent} of this month's messages of {title} are used: {left} of {limit} are left",
            percent=f"{step}%",
            title=title,
            left=f"{left:,}",
            limit=f"{limit:,}",
        ),
        tr(
            "without any left, journeys and broadcasts wait until the month turns ({day}); answers go on",
            day=f"{next_month(now):%Y-%m-%d}",
        ),
        (
            tr("see which broadcasts and journeys still need messages this month"),
            tr("buy more in LINE Official Account Manager › Settings (設定) › Usage and billing (方案)"),
        ),
        f"{public}/admin/broadcasts" if public else "",
    )


def sms_look(
    levels: Mapping[str, SmsLevel],
    providers: Mapping[str, SmsSettings],
    lasting: Collection[str],
    public: str,
) -> TroubleLook:
    """Each step once for each credit that was bought, the last one where the playbook warns (`warn_below`).
    More credit ends the highest, and is told. What is used up whoever could not send a code tells at once.
    """
    standing = []
    for level in levels.values():
        warn_below = providers[level.provider].warn_below if level.provider in providers else None
        percent = LOW if level.is_below(warn_below) else min(level.used_percent, LOW - 1)
        used = _Used(_credit(level), percent)
        step = used.reached(lasting, (*STEPS, LOW))
        if step is not None and not level.is_below(1):
            words = _of_sms(level, step, public)
            standing.append(StandingTrouble("sms_low", f"{used.subject} {step}", words))
    return TroubleLook(standing, _topped_up(levels, lasting))


def _credit(level: SmsLevel) -> str:
    return f"{level.provider} {level.since:%Y-%m-%dT%H:%M}"


def _topped_up(levels: Mapping[str, SmsLevel], lasting: Collection[str]) -> list[EndedTrouble]:
    ended: list[EndedTrouble] = []
    reported: set[str] = set()
    for subject in sorted(lasting, key=lambda one: -int(one.rpartition(" ")[2])):
        credit = subject.rpartition(" ")[0]
        name = credit.rpartition(" ")[0]
        level = levels.get(name)
        if level is not None and _credit(level) == credit:
            continue
        says: Translatable | None = None
        if level is not None and name not in reported:
            says = tr("SMS credit of {name} was topped up: {left} left", name=name, left=level.left_in_words)
            reported.add(name)
        ended.append(EndedTrouble("sms_low", subject, says))
    return ended


def _of_sms(level: SmsLevel, step: int, public: str) -> TroubleWords:
    name, left = level.provider, level.left_in_words
    what = (
        tr("SMS credit of {name} is low: {left} left", name=name, left=left)
        if step == LOW
        else tr(
            "{percent} of the SMS credit of {name} is used: {left} left",
            percent=f"{step}%",
            name=name,
            left=left,
        )
    )
    top_up = tr("top it up at the provider")
    look_up = tr("how many were sent, and to whom:  oaflow sms status")
    return TroubleWords(
        what,
        tr("without credit no code is sent, and nobody can bind a phone"),
        (top_up,) if public else (top_up, look_up),
        f"{public}/admin/binding#sms" if public else "",
    )
