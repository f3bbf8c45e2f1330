"""Asks LINE, and our own server at its address on the internet, about one channel: all at once."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import aiohttp
from yarl import URL

from bot.hooks.outside_connector import OutsideConnector
from bot.line.setup_calls import SetupAnswer, SetupCalls, stateless_token
from bot.line.webhook import signature
from bot.model.channel import Channel
from bot.operations.doctor.account import AccountAnswers
from bot.operations.doctor.pages import PagesAnswers
from bot.operations.doctor.webhook import OwnCall, WebhookAnswers, webhook_at

OWN_SECONDS = 2.5
"""The limit for the call of our own server."""
NO_EVENTS = b'{"destination":"","events":[]}'


@dataclass(frozen=True, slots=True)
class ChannelAnswers:
    """All that was asked about a channel."""

    account: AccountAnswers
    webhook: WebhookAnswers
    pages: PagesAnswers

    @property
    def moments(self) -> list[datetime | None]:
        """The moments by LINE's clock, as its answers say."""
        asked = (self.account.info, self.account.issued, self.webhook.endpoint)
        return [None if one is None else one.at for one in asked]


async def ask_about(
    channel: Channel, api: str, public: str, tested: SetupAnswer | None = None
) -> ChannelAnswers:
    """Ask; `api`: the base address of LINE's, `public`: ours as the world reaches it, empty while unknown.

    `tested`: what LINE's test of the webhook has just shown, which may be had 60 times an hour.
    """
    (account, webhook), pages = await asyncio.gather(
        _account(channel, api, public, whole=True, tested=tested), ask_pages(api, channel, public)
    )
    return ChannelAnswers(account, webhook, pages)


async def ask_in_short(channel: Channel, api: str, public: str) -> tuple[AccountAnswers, WebhookAnswers]:
    """Token, secret and webhook alone, in four calls of LINE's: neither month nor pages, and no test."""
    return await _account(channel, api, public, whole=False)


async def _account(
    channel: Channel, api: str, public: str, *, whole: bool, tested: SetupAnswer | None = None
) -> tuple[AccountAnswers, WebhookAnswers]:
    """The account and its webhook; the `whole` of it has the month, the default rich menu, and LINE's test of
    the webhook."""
    address = webhook_at(public, channel.name)
    issued, own = await asyncio.gather(_issued(api, channel), call_own(channel, address))
    token = channel.access_token or token_in(issued)
    if token is None:
        return AccountAnswers(None, issued, None, None, None), WebhookAnswers(address, own, None, None)
    async with SetupCalls(api, token.strip()) as calls:
        info, by_secret, endpoint, more = await asyncio.gather(
            calls.bot_info(),
            _info_by_secret(api, token, issued),
            calls.webhook_endpoint(),
            asyncio.gather(*((calls.quota(), calls.consumption(), calls.default_menu()) if whole else ())),
        )
        there = endpoint.body.get("endpoint") if endpoint.is_fine else None
        if whole and there and tested is None:
            tested = await calls.test_webhook(str(there))
    quota, consumption, menu = more or (None, None, None)
    account = AccountAnswers(info, issued, by_secret or info, quota, consumption, menu)
    return account, WebhookAnswers(address, own, endpoint, tested if there else None)


@asynccontextmanager
async def calls_of(channel: Channel, api: str) -> AsyncIterator[SetupCalls | None]:
    """The calls in a channel's name; `None` where it has no token, and none can be issued."""
    token = channel.access_token or token_in(await _issued(api, channel))
    if token is None:
        yield None
        return
    async with SetupCalls(api, token) as calls:
        yield calls


async def _info_by_secret(api: str, token: str, issued: SetupAnswer | None) -> SetupAnswer | None:
    """The account of id and secret; `None` where the token is of them anyway."""
    other = token_in(issued)
    if other is None:
        return SetupAnswer(None)
    if other == token:
        return None
    async with SetupCalls(api, other) as calls:
        return await calls.bot_info()


async def _issued(api: str, channel: Channel) -> SetupAnswer | None:
    if not (channel.channel_id and channel.channel_secret):
        return None
    return await stateless_token(api, channel.channel_id, channel.channel_secret)


async def ask_pages(api: str, channel: Channel, public: str) -> PagesAnswers:
    """The LIFF apps of the channel's pages, in two calls in the name of its Login channel."""
    wanted, liff = f"{public}/liff/{channel.name}" if public else "", channel.liff
    if liff is None or not (liff.login_channel_id and liff.login_channel_secret):
        return PagesAnswers(wanted, None, None)
    login = await stateless_token(api, liff.login_channel_id, liff.login_channel_secret)
    token = token_in(login)
    if token is None:
        return PagesAnswers(wanted, login, None)
    async with SetupCalls(api, token) as calls:
        return PagesAnswers(wanted, login, await calls.liff_apps())


def token_in(issued: SetupAnswer | None) -> str | None:
    """The token that LINE has issued, where it has."""
    token = None if issued is None else issued.body.get("access_token")
    return token if isinstance(token, str) else None


async def call_own(channel: Channel, webhook: str) -> OwnCall | None:
    """A signed webhook without events, as LINE's button “Verify” sends it; `None` where ours is unknown.

    https://developers.line.biz/en/docs/messaging-api/verify-webhook-url/
    """
    if not webhook:
        return None
    headers = {
        "x-line-signature": signature(NO_EVENTS, channel.channel_secret).decode(),
        "Content-Type": "application/json; charset=utf-8",
    }
    timeout = aiohttp.ClientTimeout(total=OWN_SECONDS)
    try:
        async with aiohttp.ClientSession(connector=OutsideConnector(), timeout=timeout) as session:
            request = session.post(webhook, data=NO_EVENTS, headers=headers, allow_redirects=False)
            async with request as response:
                to = response.url.join(URL(response.headers.get("Location", "")))
                moved = (to.host or "") if 300 <= response.status < 400 else ""
                return OwnCall(response.status, "", moved, _until(response))
    except (aiohttp.ClientError, TimeoutError, ssl.SSLError, OSError) as error:
        return OwnCall(None, _why(error))


def _why(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return f"no answer within {OWN_SECONDS:g} s"
    return str(error) or type(error).__name__


def _until(response: aiohttp.ClientResponse) -> datetime | None:
    """Until when the certificate is good: https://docs.python.org/3/library/ssl.html#ssl.SSLSocket.getpeercert"""
    connection = response.connection
    transport = None if connection is None else connection.transport
    certificate = None if transport is None else transport.get_extra_info("peercert")
    ends = certificate.get("notAfter") if isinstance(certificate, dict) else None
    return None if ends is None else datetime.fromtimestamp(ssl.cert_time_to_seconds(ends), UTC)
