"""Stores a conversation on the phone of a trial as a scenario of one's own draft (requirement L8)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

import aiohttp
import orjson
from yarl import URL

from bot.model.translatable import Refusal, tr
from bot.operations.drafts.draft import add
from bot.operations.drafts.publishing import DraftContext
from bot.operations.drafts.trials import TrialAddress, Trials
from bot.playbook.syntax.folder_names import SCENARIOS
from bot.scenario.file_names import file_name, free_name
from bot.web.admin.playbook_pages import PAGE
from bot.web.admin.trial_pages import TRY
from bot.web.admin.visit import AdminAnswer, AdminPages, Flash, Redirect, Visit, page_address

NAME_AT_MOST = 200
"""The most characters of a scenario's title."""
_LIMIT = aiohttp.ClientTimeout(total=30.0)
"""Time limit of a request to the trial: a conversation of a thousand turns is played in a second."""


@dataclass(frozen=True, slots=True)
class TrialRecordingPages(AdminPages):
    """`/admin/playbook/try/scenario`."""

    context: DraftContext
    trials: Trials
    http: aiohttp.ClientSession

    async def trial_recorded(self, visit: Visit) -> AdminAnswer:
        """Store the conversation in the draft and open its file; or show why it is not stored."""
        title = visit.form.get("name", "").strip()[:NAME_AT_MOST]
        process = self.trials.used(visit.signed)
        try:
            if process is None:
                raise Refusal(tr("Nothing is being tried"))
            text = await self._scenario(process, title, visit.words.name)
            path = await self._stored(visit.signed.name, file_name(title), text)
        except Refusal as error:
            return Redirect(TRY, flash=Flash(error.message))
        except (aiohttp.ClientError, TimeoutError, orjson.JSONDecodeError):
            return Redirect(TRY, flash=Flash(tr("The trial does not answer: try it once more")))
        done = tr("The conversation is in your draft: it is played before each publishing")
        return Redirect(page_address(PAGE, file=path), flash=Flash(done))

    async def _scenario(self, process: TrialAddress, title: str, language: str) -> str:
        """The scenario (YAML) of the chat in which something was said last. Raises `Refusal`."""
        status, state = await self._asked(process, "state")
        if status != 200:
            raise Refusal(tr("The trial does not answer: try it once more"))
        friends = {friend["id"]: friend["name"] for friend in state["friends"]}
        chats = [one for one in state["latest"] if one["chat"] in friends]
        if not chats:
            raise Refusal(tr("Nothing was said yet: write something on the phone first"))
        chat = max(chats, key=lambda one: one["at"])["chat"]
        wanted = {"title": title or friends[chat], "language": language}
        status, written = await self._asked(process, f"friends/{chat}/scenario", **wanted)
        if status != 200:
            raise Refusal(tr("This conversation cannot be saved: {why}", why=written.get("message", "")))
        if not written["holds"]:
            raise Refusal(
                tr(
                    "Played again with a new friend it comes out differently, so it was not saved: add"
                    " another friend on the phone, and play it from the beginning"
                )
            )
        text: str = written["yaml"]
        return text

    async def _asked(self, process: TrialAddress, path: str, **query: str) -> tuple[int, dict[str, Any]]:
        """The status and JSON of a request to the API of the trial's simulator."""
        where = URL(f"{process.address}/simulator/api/{path}").with_query(query)
        headers = {**process.headers, "Accept-Encoding": "identity"}
        async with self.http.get(where, headers=headers, timeout=_LIMIT) as answer:
            return answer.status, orjson.loads(await answer.read())

    async def _stored(self, account: str, called: str, text: str) -> str:
        """Store a scenario under a free name; its path in the draft."""
        draft = await self.context.draft(account)
        taken = [PurePosixPath(path).stem for path in draft.paths if path.startswith(f"{SCENARIOS}/")]
        path = f"{SCENARIOS}/{free_name(called, taken)}.yaml"
        return await add(
            self.context.stores, self.context.live, account, path, text.encode(), self.context.now()
        )
