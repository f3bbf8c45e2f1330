"""LINE's calls about rich menus: reading and making them, and giving them to people.

Calls that make or read menus raise `LineError`; those that give them to people return a `CallResult`, as
sends do.
https://developers.line.biz/en/reference/messaging-api/#rich-menu
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import quote

import aiohttp
import orjson
from yarl import URL

from bot.line.authorised import AuthorisedCalls
from bot.line.http_call import whole
from bot.line.outcome import CallResult, HttpAnswer, LineError, error_of, outcome_of
from bot.line.outcome import error_message as message_of

LIST_AT_MOST = 32 * 1024 * 1024
"""Bytes of a list of menus: a thousand of them with 20 areas of the longest actions have less."""
PICTURE_AT_MOST = 4 * 1024 * 1024
"""Bytes of a menu's picture, of which LINE takes 1 MB."""
LONG_SECONDS = 60.0
"""Time-out for a picture or a long list, on a slow connection."""
ALIAS_THERE = "conflict richmenu alias id"
"""LINE's message (400) where an alias exists already."""
ALREADY_UPLOADED = "An image has already been uploaded"
"""The beginning of LINE's message (400) where a menu has its picture already."""

Phase = Literal["ongoing", "succeeded", "failed"]
"""How far a `move` is."""
_PHASES: tuple[Phase, ...] = ("ongoing", "succeeded", "failed")


@dataclass(frozen=True, slots=True)
class ListedMenu:
    """A rich menu that this channel has; LINE does not tell whether it has its picture."""

    id: str
    name: str


class RichMenus:
    """The calls about rich menus, as one channel makes them. `timeout` is for pictures and lists."""

    def __init__(
        self, calls: AuthorisedCalls, api: str, data_api: str, timeout: aiohttp.ClientTimeout
    ) -> None:
        self._calls = calls
        self._api = f"{api}/v2/bot"
        self._data_api = f"{data_api}/v2/bot"
        self._timeout = timeout

    # What there is

    async def listed(self) -> list[ListedMenu]:
        """All menus made with the API; LINE documents no order."""
        return [ListedMenu(str(menu["richMenuId"]), str(menu.get("name", ""))) for menu in await self.forms()]

    async def forms(self) -> list[Mapping[str, Any]]:
        """All menus made with the API, as LINE's JSON: `richMenuId`, and the properties of each."""
        return await self._list("/richmenu/list", "richmenus")

    async def picture(self, menu: str) -> bytes | None:
        """The picture of a menu, of either kind; `None` where it was never given one."""
        url = URL(f"{self._data_api}/richmenu/{quote(menu, safe='')}/content", encoded=True)
        answer = await self._download(url, PICTURE_AT_MOST)
        if answer.status == 404:
            return None
        if answer.status != 200:
            raise LineError(answer.status, self._message(answer), answer.request_id)
        return answer.body

    async def aliases(self) -> Mapping[str, str]:
        """The menu behind each alias."""
        aliases = await self._list("/richmenu/alias/list", "aliases")
        return {str(one["richMenuAliasId"]): str(one["richMenuId"]) for one in aliases}

    async def default(self) -> str | None:
        """The menu of everybody without a menu of their own."""
        answer = await self._ask("GET", "/user/all/richmenu")
        if answer.status == 404:
            return None
        return str(self._json_of(answer).get("richMenuId"))

    # Making

    async def create(self, form: Mapping[str, Any]) -> str:
        """Make a menu, without its picture yet; returns its id. LINE takes a hundred an hour."""
        answer = self._json_of(await self._ask("POST", "/richmenu", form))
        id = answer.get("richMenuId")
        if not isinstance(id, str):
            raise LineError(200, "the answer is not what LINE documents: no richMenuId")
        return id

    async def validate(self, form: Mapping[str, Any]) -> None:
        """Raise `LineError` where LINE would not make this menu."""
        self._json_of(await self._ask("POST", "/richmenu/validate", form))

    async def upload(self, menu: str, kind: str, picture: bytes) -> None:
        """Give a menu its picture, once. One that has its picture already keeps it: that is no error."""
        url = URL(f"{self._data_api}/richmenu/{quote(menu, safe='')}/content", encoded=True)
        answer = self._checked(await self._calls.upload(url, kind, picture, self._timeout))
        if answer.status == 400 and self._message(answer).startswith(ALREADY_UPLOADED):
            return
        self._json_of(answer)

    async def delete(self, menu: str) -> None:
        """Delete a menu; one that is gone already is no error. LINE takes a hundred an hour."""
        await self._delete("DELETE", f"/richmenu/{quote(menu, safe='')}")

    async def create_alias(self, alias: str, menu: str) -> None:
        """Give a menu a second name, to which areas of other menus switch."""
        form = {"richMenuAliasId": alias, "richMenuId": menu}
        self._json_of(await self._ask("POST", "/richmenu/alias", form))

    async def update_alias(self, alias: str, menu: str) -> None:
        """Have an alias name another menu."""
        path = f"/richmenu/alias/{quote(alias, safe='')}"
        self._json_of(await self._ask("POST", path, {"richMenuId": menu}))

    async def delete_alias(self, alias: str) -> None:
        """Remove an alias; one that is gone already is no error. A hundred an hour."""
        await self._delete("DELETE", f"/richmenu/alias/{quote(alias, safe='')}")

    async def set_default(self, menu: str) -> None:
        """Show this menu to everybody without a menu of their own."""
        self._json_of(await self._ask("POST", f"/user/all/richmenu/{quote(menu, safe='')}"))

    async def clear_default(self) -> None:
        """Show no menu to everybody without a menu of their own."""
        self._json_of(await self._ask("DELETE", "/user/all/richmenu"))

    # For people

    async def link(self, user: str, menu: str) -> CallResult:
        """Show this person this menu; for a person who is no friend, LINE accepts the call and does
        nothing."""
        path = f"/user/{quote(user, safe='')}/richmenu/{quote(menu, safe='')}"
        return await self._give(path, None, (user,))

    async def linked(self, user: str) -> str | None:
        """The menu that this person was given; `None`: none of their own, so they see the default."""
        answer = await self._ask("GET", f"/user/{quote(user, safe='')}/richmenu")
        return None if answer.status == 404 else str(self._json_of(answer).get("richMenuId"))

    async def unlink(self, user: str) -> CallResult:
        """Show this person the default again."""
        return await self._give(f"/user/{quote(user, safe='')}/richmenu", None, (user,), method="DELETE")

    async def bulk_link(self, menu: str, users: Sequence[str]) -> CallResult:
        """Show up to 500 people this menu: LINE takes it, and does it within a few seconds."""
        return await self._give("/richmenu/bulk/link", {"richMenuId": menu, "userIds": list(users)}, users)

    async def bulk_unlink(self, users: Sequence[str]) -> CallResult:
        """Show up to 500 people the default again, within a few seconds."""
        return await self._give("/richmenu/bulk/unlink", {"userIds": list(users)}, users)

    async def move(self, moves: Mapping[str, str], key: str) -> str:
        """Give everybody who has one menu (key of `moves`) another (value), up to 1,000 pairs.

        Returns the id for `progress`.

        LINE takes three an hour. With the same `key` (for 14 days) people who were moved already are skipped.
        """
        operations = [{"type": "link", "from": old, "to": new} for old, new in moves.items()]
        form = {"operations": operations, "resumeRequestKey": key}
        answer = await self._ask("POST", "/richmenu/batch", form)
        self._json_of(answer)
        if answer.request_id is None:
            raise LineError(answer.status, "the answer has no request id")
        return answer.request_id

    async def progress(self, request: str) -> Phase:
        """How far the `move` of this id is. LINE answers a hundred requests an hour."""
        path = f"/richmenu/progress/batch?requestId={quote(request, safe='')}"
        phase = self._json_of(await self._ask("GET", path)).get("phase")
        for known in _PHASES:
            if phase == known:
                return known
        raise LineError(200, "the answer is not what LINE documents: no phase")

    # Making calls

    async def _give(
        self, path: str, form: Mapping[str, Any] | None, hidden: Sequence[str], method: str = "POST"
    ) -> CallResult:
        body = None if form is None else orjson.dumps(form)
        answer = await self._calls.ask(method, URL(self._api + path, encoded=True), body)
        if not isinstance(answer, HttpAnswer):
            return answer
        return outcome_of(answer, (*hidden, self._calls.token), keyed=False)

    async def _ask(self, method: str, path: str, form: Mapping[str, Any] | None = None) -> HttpAnswer:
        body = None if form is None else orjson.dumps(form)
        return self._checked(await self._calls.ask(method, URL(self._api + path, encoded=True), body))

    async def _delete(self, method: str, path: str) -> None:
        answer = await self._ask(method, path)
        if answer.status != 404:
            self._json_of(answer)

    async def _list(self, path: str, name: str) -> list[Mapping[str, Any]]:
        """A list, which may be longer than the limit of other answers."""
        url = URL(self._api + path, encoded=True)
        entries = self._json_of(await self._download(url, LIST_AT_MOST)).get(name)
        if not isinstance(entries, list) or not all(isinstance(one, dict) for one in entries):
            raise LineError(200, f"the answer is not what LINE documents: no {name}")
        return entries

    async def _download(self, url: URL, most: int) -> HttpAnswer:
        """An answer of up to `most` bytes, which may be longer than the limit of other answers."""
        response = await self._calls.open(url, self._timeout)
        if not isinstance(response, aiohttp.ClientResponse):
            raise self._error(response)
        try:
            body = await whole(response, most)
        finally:
            response.close()
        return HttpAnswer(response.status, body, response.headers.get("X-Line-Request-Id"))

    def _checked(self, answer: HttpAnswer | CallResult) -> HttpAnswer:
        if isinstance(answer, HttpAnswer):
            return answer
        raise self._error(answer)

    def _json_of(self, answer: HttpAnswer) -> Mapping[str, Any]:
        if not 200 <= answer.status < 300:
            raise LineError(answer.status, self._message(answer), answer.request_id)
        try:
            found = orjson.loads(answer.body or b"{}")
        except orjson.JSONDecodeError:
            found = None
        if not isinstance(found, dict):
            raise LineError(answer.status, "the answer is not what LINE documents", answer.request_id)
        return found

    def _message(self, answer: HttpAnswer) -> str:
        return message_of(answer.body, (self._calls.token,))

    def _error(self, outcome: CallResult) -> LineError:
        return error_of(outcome, (self._calls.token,))
