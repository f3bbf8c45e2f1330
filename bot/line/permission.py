"""Taking back what a member has let the pages see, once they are unbound.

LINE asks for it: https://developers.line.biz/en/docs/liff/development-guidelines/#deauthorize
"""

from __future__ import annotations

import logging

import aiohttp
import orjson
from multidict import CIMultiDict
from yarl import URL

from bot.line.access_token import StatelessToken
from bot.line.http_call import ask, time_outs
from bot.line.outcome import HttpAnswer
from bot.model.channel import Liff
from bot.model.clock import Clock

SECONDS = 5.0
"""How long LINE may take: the member waits, for the access token ends with the page."""

LONGEST = 4096
"""Characters of an access token that is handed on."""

log = logging.getLogger("oaflow.line")


class Permissions:
    """Revokes permissions in the name of LINE Login channels whose secret is known."""

    def __init__(
        self, api: str, session: aiohttp.ClientSession, clock: Clock, seconds: float = SECONDS
    ) -> None:
        self._api = api.rstrip("/")
        self._session = session
        self._clock = clock
        self._timeout = time_outs(total=seconds)
        self._tokens: dict[tuple[str, str], StatelessToken] = {}

    async def revoke(self, liff: Liff, access_token: str) -> bool:
        """Whether what this access token may see is revoked now. What fails is logged, and not tried again.

        https://developers.line.biz/en/reference/line-login/#deauthorize
        """
        if liff.login_channel_secret is None or not 0 < len(access_token) <= LONGEST:
            return False
        token = await self._token(liff.login_channel_id, liff.login_channel_secret).get()
        if not isinstance(token, str):
            log.warning("a permission is not revoked: the LINE Login channel gets no token")
            return False
        headers = CIMultiDict({"Authorization": f"Bearer {token}", "Content-Type": "application/json"})
        body = orjson.dumps({"userAccessToken": access_token})
        url = URL(f"{self._api}/user/v1/deauthorize")
        answer = await ask(self._session, "POST", url, headers, body, self._timeout)
        if isinstance(answer, HttpAnswer) and answer.status == 204:
            return True
        why = f"status {answer.status}" if isinstance(answer, HttpAnswer) else answer.reason
        log.warning("a permission is not revoked: %s", why)
        return False

    def _token(self, login_channel: str, secret: str) -> StatelessToken:
        known = self._tokens.get((login_channel, secret))
        if known is None:
            known = self._tokens[login_channel, secret] = StatelessToken(
                login_channel, secret, self._api, self._session, self._clock, self._timeout
            )
        return known
