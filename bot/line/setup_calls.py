"""LINE's calls for setting up and checking an account, by LINE's own SDK; no event is handled with them.

The SDK is imported when the first call is made, which takes a second of CPU: `linebot.v3` imports its parser
of webhooks, and each of its packages all of its models, so there is no smaller part to import. Its models are
closed, so an answer with something new in it would be refused: answers are read as JSON.
https://developers.line.biz/en/reference/messaging-api/
"""

from __future__ import annotations

import asyncio
import importlib
import warnings
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime
from functools import cache
from types import TracebackType
from typing import Any, TypeAlias

import aiohttp
import orjson

from bot.line.http_call import lasting_session

SECONDS = 2.5
"""Time-out of one call."""


@dataclass(frozen=True, slots=True)
class SetupAnswer:
    """What LINE answered."""

    status: int | None
    """The HTTP status; `None`: there was no answer, and `reason` says why."""
    body: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""
    at: datetime | None = None
    """The time of the answer by LINE's clock (UTC), for a comparison with ours."""

    @property
    def is_fine(self) -> bool:
        """Whether LINE has done what it was asked."""
        return self.status is not None and 200 <= self.status < 300

    @property
    def says(self) -> str:
        """The status and LINE's message, or why there was no answer."""
        said = self.body.get("error_description") or self.body.get("message") or self.body.get("error")
        why = str(said) if said else self.reason
        return f"{self.status}: {why}" if self.status is not None and why else why or str(self.status)


_Call: TypeAlias = Callable[..., Awaitable[Any]]


class SetupCalls:
    """The calls with one access token, in an `async with`. No call raises for what LINE or the network does.

    `api` is the base address. https://developers.line.biz/en/reference/messaging-api/#webhook-settings,
    https://developers.line.biz/en/reference/liff-server/
    """

    def __init__(self, api: str, token: str) -> None:
        self._api = api
        self._token = token

    async def __aenter__(self) -> SetupCalls:
        await _imported()
        api, token = self._api, self._token
        self._client = _client("messaging", api, token)
        self._liff_client = _client("liff", api, token)
        self._messaging = _sdk("messaging").AsyncMessagingApi(self._client)
        self._liff = _sdk("liff").AsyncLiff(self._liff_client)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._client.close()
        await self._liff_client.close()

    async def bot_info(self) -> SetupAnswer:
        """https://developers.line.biz/en/reference/messaging-api/#get-bot-info"""
        return await _answer(self._messaging.get_bot_info_with_http_info)

    async def webhook_endpoint(self) -> SetupAnswer:
        """https://developers.line.biz/en/reference/messaging-api/#get-webhook-endpoint-information"""
        return await _answer(self._messaging.get_webhook_endpoint_with_http_info)

    async def set_webhook_endpoint(self, url: str) -> SetupAnswer:
        """https://developers.line.biz/en/reference/messaging-api/#set-webhook-endpoint-url"""
        request = _sdk("messaging").SetWebhookEndpointRequest(endpoint=url)
        return await _answer(self._messaging.set_webhook_endpoint_with_http_info, request)

    async def test_webhook(self, url: str) -> SetupAnswer:
        """Have LINE send a webhook without events to `url`: 60 an hour at most.

        https://developers.line.biz/en/reference/messaging-api/#test-webhook-endpoint
        """
        request = _sdk("messaging").TestWebhookEndpointRequest(endpoint=url)
        return await _answer(self._messaging.test_webhook_endpoint_with_http_info, request)

    async def quota(self) -> SetupAnswer:
        """https://developers.line.biz/en/reference/messaging-api/#get-quota"""
        return await _answer(self._messaging.get_message_quota_with_http_info)

    async def consumption(self) -> SetupAnswer:
        """https://developers.line.biz/en/reference/messaging-api/#get-consumption"""
        return await _answer(self._messaging.get_message_quota_consumption_with_http_info)

    async def default_menu(self) -> SetupAnswer:
        """https://developers.line.biz/en/reference/messaging-api/#get-default-rich-menu-id"""
        return await _answer(self._messaging.get_default_rich_menu_id_with_http_info)

    async def liff_apps(self) -> SetupAnswer:
        """The apps of the LINE Login channel whose token this is; 404 where there are none.

        https://developers.line.biz/en/reference/liff-server/#get-all-liff-apps
        """
        return await _answer(self._liff.get_all_liff_apps_with_http_info)


async def stateless_token(api: str, channel_id: str, secret: str) -> SetupAnswer:
    """A token of 15 minutes, in `access_token`, for a channel's id and secret: 400 where they do not fit.

    https://developers.line.biz/en/reference/messaging-api/#issue-stateless-channel-access-token
    """
    await _imported()
    client = _client("oauth", api)
    try:
        calls = _sdk("oauth").AsyncChannelAccessToken(client)
        issue = calls.issue_stateless_channel_token_with_http_info
        return await _answer(
            issue, grant_type="client_credentials", client_id=channel_id, client_secret=secret
        )
    finally:
        await client.close()


async def _answer(call: _Call, *arguments: object, **named: object) -> SetupAnswer:
    refused = _sdk("messaging").ApiException
    errors = tuple({refused, _sdk("liff").ApiException, _sdk("oauth").ApiException})
    try:
        found = await call(*arguments, **named, _request_timeout=SECONDS)
    except errors as error:
        if not error.status:
            return SetupAnswer(None, reason=str(error.reason))
        return SetupAnswer(error.status, _json(error.body), error.reason or "", _moment(error.headers))
    except ValueError:  # without its message, which may hold the token
        return SetupAnswer(None, reason="the token has a character that no header may have")
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        return SetupAnswer(None, reason=str(error) or type(error).__name__)
    return SetupAnswer(found.status_code, found.data or {}, at=_moment(found.headers))


def _client(module: str, api: str, token: str | None = None) -> Any:
    """A client of the SDK with a connection of ours, whose answers are JSON."""
    client, connection = _classes(module)
    return client(_sdk(module).Configuration(host=api.rstrip("/"), access_token=token), connection())


@cache
def _classes(module: str) -> tuple[Any, Any]:
    of, rest = _sdk(module), importlib.import_module(f"linebot.v3.{module}.async_rest")
    return (
        type("Client", (_JsonClient, of.AsyncApiClient), {}),
        type("Connection", (_Connection, rest.RESTClientObject), {}),
    )


class _Connection:
    """In place of how the SDK makes its connection, which would read all certificates of the machine for each
    client: 20 ms in which events wait. Our session has those that aiohttp has read once."""

    proxy = proxy_headers = None

    def __init__(self) -> None:
        self.pool_manager = lasting_session()


class _JsonClient:
    """In place of how the SDK makes its client, with such a connection, and reads answers."""

    cookie = None
    client_side_validation = True

    def __init__(self, configuration: Any, connection: _Connection) -> None:
        self.configuration = configuration
        self.rest_client = connection
        self.default_headers = {
            "User-Agent": f"line-bot-sdk-python/{importlib.import_module('linebot').__version__}"
        }
        if configuration.access_token:
            self.default_headers["Authorization"] = f"Bearer {configuration.access_token}"

    def deserialize(self, response: Any, _: object) -> Mapping[str, Any]:
        """What the SDK's models would be made of."""
        return _json(response.data)


def _json(raw: bytes | str | None) -> Mapping[str, Any]:
    try:
        found = orjson.loads(raw or b"{}")
    except orjson.JSONDecodeError:
        return {}
    return found if isinstance(found, dict) else {}


def _moment(headers: Mapping[str, str] | None) -> datetime | None:
    """https://www.rfc-editor.org/rfc/rfc9110#field.date"""
    given = next((value for name, value in (headers or {}).items() if name.lower() == "date"), None)
    try:
        return None if given is None else parsedate_to_datetime(given)
    except ValueError:
        return None


async def _imported() -> None:
    """Import the SDK in a thread: it takes most of a second, in which events would wait."""
    for module in ("messaging", "liff", "oauth"):
        await asyncio.to_thread(_sdk, module)


@cache
def _sdk(module: str) -> Any:
    """It has no types, takes a second to import, and warns meanwhile of what its own code does."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return importlib.import_module(f"linebot.v3.{module}")
