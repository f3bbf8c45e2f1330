"""Whoever runs the bot is warned when most of a day's codes are sent, when all are, and an hour's are."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable
from typing import Protocol

from bot.model.alert import TroubleReason
from bot.model.one_time_code import NEARLY, newcomers_in_an_hour
from bot.model.said import Language, Said, say
from bot.store.counters.code_day import DayCount

log = logging.getLogger("oaflow.codes")

_WHAT_NOW = "`oaflow sms status` says by whom, `oaflow sms cap N --today` allows more"


class AlertOnce(Protocol):
    """Where alerts come in: `bot.runtime.alerts.desk.AlertDesk`."""

    async def once(self, reason: TroubleReason, what: str, text: str) -> None: ...


class SmsDayWatch:
    """Warns in the log, and by an alert `sms_low`. May raise `DatabaseUnavailable`.

    Each count of a day is reached once, by one process; where its code is not sent after all and the next one
    reaches it again, the alert is still one.
    """

    def __init__(self, alerts: AlertOnce, language: Callable[[], Language]) -> None:
        """`language` is that of the playbook."""
        self._alerts = alerts
        self._language = language

    async def counted(self, day: str, today: DayCount, most: int, *, newcomer: bool) -> None:
        """One more of the `most` codes of the team's `day` is sent, to a newcomer or to somebody else."""
        if newcomer and today.this_hour == newcomers_in_an_hour(most):
            log.warning(
                "%d SMS codes of this hour went to people who are friends for less than a day, or no "
                "friends: others like them wait for the next hour. %s",
                today.this_hour,
                _WHAT_NOW,
            )
        if today.sent == most:
            log.error("all %d SMS codes of %s are used up: nobody can bind a phone. %s", most, day, _WHAT_NOW)
            await self.alert(f"{day} {most} all", _all(most))
        elif today.sent == math.ceil(most * NEARLY):
            log.warning("%d of %d SMS codes of %s are used. %s", today.sent, most, day, _WHAT_NOW)
            await self.alert(f"{day} {most} nearly", _nearly(today.sent, most))

    async def alert(self, what: str, said: Said) -> None:
        """Tell it once, under the name `what`, in the playbook's language."""
        await self._alerts.once("sms_low", what, self._language().text(said))


def _all(most: int) -> Said:
    return say(
        "all {number} SMS codes of today are used up: nobody can bind a phone until midnight; "
        "who had them:  oaflow sms status  ; more for today:  oaflow sms cap N --today",
        number=f"{most:,}",
    )


def _nearly(sent: int, most: int) -> Said:
    return say(
        "{sent} of today's {number} SMS codes are used; "
        "who had them:  oaflow sms status  ; more for today:  oaflow sms cap N --today",
        sent=f"{sent:,}",
        number=f"{most:,}",
    )
