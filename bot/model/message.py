"""A message as LINE takes it, and the limits of LINE's that several rooms need."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple, TypeAlias

Message: TypeAlias = Mapping[str, Any]
"""One LINE message object, as LINE's API takes it: untouched JSON."""


class JourneyPush(NamedTuple):
    """Which push of which journey a message is of: a push of three messages has this three times.

    `state` is where the journey itself was, also where a flow that it runs sent it; `number` counts the
    pushes of this run of the journey, from 1; further runs in one turn, also on other channels, count on.
    `within` are the flows below the journey that sent it, the innermost first: staff may have stopped one.
    """

    flow: str
    state: str
    number: int
    within: tuple[str, ...] = ()


class Pushed(NamedTuple):
    """A message that reaches the person anyhow; `of` is `None` where no journey pushes it."""

    message: Message
    of: JourneyPush | None = None


USER_ID = re.compile(r"U[0-9a-f]{32}")
"""https://developers.line.biz/en/docs/messaging-api/getting-user-ids/"""

MESSAGES_MOST = 5
"""Messages in one call: https://developers.line.biz/en/reference/messaging-api/#send-reply-message"""

MENUS_MOST = 1_000
"""Rich menus of one account, of all systems that make some:
https://developers.line.biz/en/reference/messaging-api/#create-rich-menu"""
