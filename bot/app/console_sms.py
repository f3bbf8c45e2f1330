"""SMS that are printed to the log, in place of being sent: no real person may be served so."""

from __future__ import annotations

from yarl import URL

from bot.line.objects.addresses import is_loopback
from bot.model.said import Said, say
from bot.model.settings import Settings

CONSOLE = "console"
"""The provider that needs no account."""


def console_sms_refused(settings: Settings, line_api: str) -> Said | None:
    """Why these settings are not served: a channel's codes go to the log, and its people are LINE's.

    `line_api` is the base address of LINE's API. One on this machine is a simulator, or a test: `None`.
    """
    if is_loopback(URL(line_api).host):
        return None
    for channel in settings.channels.values():
        sender = settings.sms.get(channel.sms or "")
        if sender is not None and sender.provider == CONSOLE:
            return say(
                'codes of the channel "{channel}" would be written into the log, for the SMS "{name}" has'
                "  provider: console; name who sends them (provider: mitake …), or try it out with"
                "  --simulator",
                channel=channel.name,
                name=sender.name,
            )
    return None
