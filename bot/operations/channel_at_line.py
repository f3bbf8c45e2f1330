"""What LINE itself says of a channel: whether it takes our token, where it sends webhooks, what is left."""

from __future__ import annotations

from dataclasses import dataclass

from bot.line.account import Quota, WebhookEndpoint
from bot.line.outcome import LineError
from bot.model.translatable import Translatable, tr
from bot.operations.broadcasts.line_now import CannotAsk, LineNow, line_of


@dataclass(frozen=True, slots=True)
class ChannelAtLine:
    """`refused`: LINE did not answer, and why; then nothing else is known. `webhook`: `None` where none is
    set; `is_ours`: it is the address that it is to be."""

    channel: str
    refused: Translatable | None = None
    webhook: WebhookEndpoint | None = None
    is_ours: bool = False
    quota: Quota | None = None

    @property
    def is_fine(self) -> bool:
        """Whether webhooks come, and calls are taken."""
        return self.refused is None and self.is_ours and self.webhook is not None and self.webhook.active


async def channel_at_line(line: LineNow, channel: str, webhook: str) -> ChannelAtLine:
    """Ask it now; `webhook` is the address that LINE is to have."""
    try:
        async with line_of(line, channel) as client:
            there, quota = await client.webhook_endpoint(), await client.quota()
    except CannotAsk as error:
        return ChannelAtLine(channel, error.message)
    except LineError as error:
        if error.status == 401:
            return ChannelAtLine(channel, tr("LINE does not take the access token: set a new one"))
        return ChannelAtLine(channel, tr("LINE does not answer: {why}", why=error.message))
    return ChannelAtLine(channel, None, there, there is not None and there.url == webhook, quota)
