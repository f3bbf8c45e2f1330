"""One request to a provider, and its answer; or why there is no answer that counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import aiohttp

from bot.connectors.sms.sender import SmsNotSent, Unsure
from bot.hooks.call import InsideAddress
from bot.hooks.outside_connector import is_closed
from bot.model.outside import WHY_CLOSED

CONNECT_SECONDS = 3.0
TOTAL_SECONDS = 10.0
ANSWER_LIMIT = 16_384
"""Bytes of an answer that are read; what providers answer is a few lines."""


def time_outs(connect: float = CONNECT_SECONDS, total: float = TOTAL_SECONDS) -> aiohttp.ClientTimeout:
    """Seconds until there is a connection, and in all."""
    return aiohttp.ClientTimeout(total=total, connect=connect, sock_connect=connect)


@dataclass(frozen=True, slots=True)
class ProviderAnswer:
    """A provider's answer, below status 500."""

    status: int
    text: str

    @property
    def not_sent(self) -> SmsNotSent:
        """What an answer means that is none of those documented."""
        reason = f"the provider answered with status {self.status}"
        return SmsNotSent(reason, "busy" if self.status == 429 else "refused")


async def call(
    session: aiohttp.ClientSession,
    url: str,
    timeout: aiohttp.ClientTimeout,
    *,
    form: Mapping[str, str] | None,
    headers: Mapping[str, str] | None = None,
) -> ProviderAnswer | SmsNotSent | Unsure:
    """Send the form, or only look where there is none. Asks once.

    `SmsNotSent` where the provider has not received it; `Unsure` where it may have: a 5xx, silence, a broken
    connection.
    """
    method = "GET" if form is None else "POST"
    try:
        async with session.request(
            method, url, data=form, headers=headers, timeout=timeout, allow_redirects=False
        ) as response:
            if response.status >= 500:
                return Unsure(f"the provider answered with status {response.status}")
            return ProviderAnswer(response.status, (await _read(response)).decode("utf-8", "replace"))
    except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, InsideAddress) as error:
        why = WHY_CLOSED if is_closed(error) else "the provider cannot be reached"
        return SmsNotSent(why, "unreachable")
    except TimeoutError:
        return Unsure("the provider did not answer in time")
    except (aiohttp.ClientError, OSError):
        return Unsure("the connection to the provider broke off")


async def form_call(
    session: aiohttp.ClientSession, url: str, form: Mapping[str, str], timeout: aiohttp.ClientTimeout
) -> str | SmsNotSent | Unsure:
    """The text of a 200, from a provider that says with it whatever it says."""
    answer = await call(session, url, timeout, form=form)
    if not isinstance(answer, ProviderAnswer):
        return answer
    return answer.text if answer.status == 200 else answer.not_sent


async def _read(response: aiohttp.ClientResponse) -> bytes:
    body = b""
    while len(body) < ANSWER_LIMIT and (piece := await response.content.read(ANSWER_LIMIT - len(body))):
        body += piece
    return body
