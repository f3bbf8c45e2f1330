"""A new bot of one's own, begun in the browser of a simulator; and the other playbooks
in the folder above."""

from __future__ import annotations

import asyncio
import shlex
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_hex

from bot.model.translatable import Refusal, Translatable, tr
from bot.operations.new_playbook.folder import free_folder
from bot.operations.new_playbook.writing import write_own
from bot.playbook.syntax.folder import playbooks_in
from bot.web.admin.visit import AdminAnswer, AdminPages, Flash, Json, Redirect, RenderedPage, Visit
from bot.web.visitor import is_of_this_machine

PAGE = "/admin/new"
TITLE = tr("Make my own bot")
LONGEST = 2_000
"""The most characters of a field that is read."""
_FIELDS = ("folder", "name", "asked", "answer")
"""The fields of the form."""
_NOT_HERE = RenderedPage("message.html", tr("There is no such page"), status=404)


@dataclass(frozen=True, slots=True)
class NewBotPages(AdminPages):
    """`/admin/new` and what is below it; only in a simulator."""

    folder: Path
    """That of the playbook that is served now."""
    open_other: Callable[[Path, str], None]
    """Has the simulator go on with the playbook of this folder, in this language."""
    begun: str = field(default_factory=lambda: token_hex(8))
    """Names this process, for the page that waits for the next one."""

    async def new_bot(self, visit: Visit) -> AdminAnswer:
        """The form, and the other playbooks beside this one."""
        return await self._form(visit)

    async def new_bot_made(self, visit: Visit) -> AdminAnswer:
        """Write the new playbook, and open it."""
        if not is_of_this_machine(visit.request):
            return _NOT_HERE
        folder, name, asked, answer = _written(visit).values()
        try:
            path = await asyncio.to_thread(
                write_own, self._beside, folder, name, asked, answer, visit.words.name
            )
        except Refusal as error:
            return await self._form(visit, error.message)
        return self._opening(visit, path)

    async def new_bot_opened(self, visit: Visit) -> AdminAnswer:
        """Open another playbook beside this one."""
        if not is_of_this_machine(visit.request):
            return _NOT_HERE
        there = {one.name: one for one in await self._others()}
        path = there.get(visit.form.get("folder", ""))
        if path is None:
            return Redirect(PAGE, flash=Flash(tr("There is no playbook in that folder any more")))
        return self._opening(visit, path)

    async def new_bot_served(self, visit: Visit) -> AdminAnswer:
        """The name of the process that answers, for the page that waits for another one."""
        return Json({"process": self.begun})

    @property
    def _beside(self) -> Path:
        return self.folder.resolve().parent

    async def _others(self) -> list[Path]:
        found = await asyncio.to_thread(playbooks_in, self._beside)
        return [one for one in found if one != self.folder.resolve()]

    async def _form(self, visit: Visit, refused: Translatable | None = None) -> RenderedPage:
        written = _written(visit)
        if not written["folder"]:
            written["folder"] = await asyncio.to_thread(free_folder, self._beside)
        data = {
            "written": written,
            "parent": str(self._beside),
            "others": [one.name for one in await self._others()],
        }
        return RenderedPage("new_bot.html", TITLE, data, 200 if refused is None else 422, refused)

    def _opening(self, visit: Visit, path: Path) -> RenderedPage:
        self.open_other(path, visit.words.name)
        command = f"make run FOLDER={shlex.quote(str(path))}"
        data = {
            "folder": str(path),
            "command": command,
            "begun": self.begun,
            "role": visit.signed.role,
        }
        return RenderedPage("new_bot_opening.html", TITLE, data)


def _written(visit: Visit) -> dict[str, str]:
    """What was sent, by the names of the fields."""
    return {name: visit.form.get(name, "")[:LONGEST].replace("\r\n", "\n") for name in _FIELDS}
