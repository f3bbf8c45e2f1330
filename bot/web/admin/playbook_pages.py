"""The playbook in the console: its files, and everybody's own draft of them (requirement L8)."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import PurePosixPath
from typing import Any

from bot.model.plain_text import visible
from bot.model.translatable import Language, Refusal, Translatable, row, tr
from bot.operations.actors import by_name
from bot.operations.attention import MOST
from bot.operations.drafts.approval import proposal_of
from bot.operations.drafts.draft import (
    DraftRefused,
    EditedFile,
    PlaybookDraft,
    SavedElsewhere,
    add,
    drop,
    remove,
    revert,
    save,
)
from bot.operations.drafts.draft_names import DraftNames
from bot.operations.drafts.draft_work import check
from bot.operations.drafts.ended import ended_drafts
from bot.operations.drafts.live_files import BaseMissing, is_yaml
from bot.operations.drafts.paths import PICTURES
from bot.operations.drafts.publishing import DraftContext
from bot.operations.publishing import which
from bot.playbook.completion import Suggestion, suggestions
from bot.playbook.name_completion import named
from bot.playbook.report import problem_data
from bot.playbook.shape.editors import schema, schema_of
from bot.playbook.syntax.folder_names import SCENARIOS
from bot.playbook.syntax.source import FILE_LIMIT
from bot.scenario.shape.scenario import SCENARIO
from bot.web.admin.visit import (
    AdminAnswer,
    AdminPages,
    Download,
    Flash,
    Json,
    Redirect,
    RenderedPage,
    Visit,
    page_address,
    whole_number,
)

PAGE = "/admin/playbook"
TITLE = tr("Playbook")
GROUPS: Mapping[str, Translatable] = {
    "": tr("The bot"),
    "rules": tr("Rules"),
    "flows": tr("Flows"),
    "cards": tr("Cards"),
    "tests": tr("Scenarios"),
}
"""The groups of the list of files, by the playbook's folder; `""`: the folder above."""
_OTHERS = tr("Pictures and other files")
TYPES = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg"}
"""The media types of pictures that are shown, by the ending of their names."""
_MISSING = RenderedPage("message.html", tr("The draft has no such file"), status=404)


@dataclass(frozen=True, slots=True)
class ListedFile:
    """A file in the list of files."""

    path: str
    name: str
    """Its path without the folder of its group."""
    state: str
    """What the draft does to it (`PlaybookDraft.state`)."""
    is_behind: bool
    """Whether the live file has changed since the draft's was begun."""
    address: str
    """Of the page on which it is edited."""
    is_open: bool
    """Whether it is the one that is edited now."""


@dataclass(frozen=True, slots=True)
class PlaybookPages(AdminPages):
    """`/admin/playbook`; `new_bot` is where a bot of one's own is begun, empty outside a simulator."""

    context: DraftContext
    names: DraftNames
    """The names of the draft that the editor suggests."""
    new_bot: str = ""
    """The address of the page on which a bot of one's own is begun; empty outside a simulator."""

    async def playbook(self, visit: Visit) -> AdminAnswer:
        """All files, and one of them to be edited."""
        try:
            draft = await self._draft(visit)
        except BaseMissing as error:
            return RenderedPage("playbook_missing.html", TITLE, refused=error.message)
        return await self._page(visit, draft, visit.query("file") or draft.base.first)

    async def playbook_picture(self, visit: Visit) -> AdminAnswer:
        """A picture of the playbook, as the draft has it."""
        draft, path = await self._draft(visit), visit.query("file")
        ending = PurePosixPath(path).suffix.lower()
        if ending not in TYPES or draft.state(path) == "removed":
            return _MISSING
        if path in draft.files:
            return Download(draft.files[path].content, TYPES[ending])
        if (file := draft.base.files.get(path)) is None:
            return _MISSING
        return Download((await self.context.live.contents([file]))[path], TYPES[ending])

    async def playbook_saved(self, visit: Visit) -> AdminAnswer:
        """The content that was sent is stored in the draft: the script gets data, a form the next page."""
        path, by_script = visit.form.get("path", ""), visit.form.get("as") == "json"
        content = b"" if visit.file is None else visit.file.content.replace(b"\r\n", b"\n")
        try:
            stored = await save(
                *(self.context.stores, self.context.live, visit.signed.name, path, content),
                *(_opened(visit), self.context.now()),
            )
        except Refusal as error:
            if not by_script:
                return await self._page(visit, await self._draft(visit), path, error.message, content)
            refused = {"refused": visit.words.text(error.message)}
            return Json({**refused, "asks": isinstance(error, SavedElsewhere)}, 409)
        if by_script:
            base = (await self.context.live.now()).digest_of(path) if stored is None else stored.base
            sha256 = None if stored is None else stored.sha256
            revision = 0 if stored is None else stored.revision
            return Json({"revision": revision, "base": base or "", "content": sha256 or ""})
        return Redirect(page_address(PAGE, file=path), flash=Flash(tr("Saved in your draft")))

    async def playbook_checked(self, visit: Visit) -> AdminAnswer:
        """What `oaflow check` says of the whole draft, for the script."""
        draft = await self._draft(visit)
        try:
            problems = await self.context.newest(draft, check)
        except Refusal as error:
            return Json({"refused": visit.words.text(error.message)}, 409)
        if not any(one.level == "error" for one in problems):
            self.context.rehearsals.ahead(visit.signed.name, draft)
        return Json(
            {
                "problems": [problem_data(one, visit.words) for one in problems],
                "states": {path: draft.state(path) for path in draft.paths},
            }
        )

    async def playbook_suggested(self, visit: Visit) -> AdminAnswer:
        """What may stand at the cursor (`line`, `column`, from 1) of the text that was
        sent, for the script."""
        text = b"" if visit.file is None else visit.file.content[:FILE_LIMIT]
        of_scenarios = visit.form.get("path", "").startswith(f"{SCENARIOS}/")
        line, column = (_number(visit, name) for name in ("line", "column"))
        words = _schema(visit.words, of_scenarios)
        offered = await asyncio.to_thread(
            suggestions, words, text.decode("utf-8", "replace"), max(1, line), max(1, column)
        )
        known = (
            [] if of_scenarios else await self._named(visit, text.decode("utf-8", "replace"), line, column)
        )
        found = [*known, *offered]
        return Json({"words": [{"word": one.word, "says": one.says, "whole": one.whole} for one in found]})

    async def _named(self, visit: Visit, text: str, line: int, column: int) -> Sequence[Suggestion]:
        """The names of the draft that belong there; none while it cannot be read."""
        try:
            names = await self.names.of(visit.signed.name, visit.words)
        except Refusal:
            return ()
        return await asyncio.to_thread(named, names, text, line, column)

    async def playbook_file(self, visit: Visit) -> AdminAnswer:
        """The form's `act` on a file of the draft: `new`, `upload`, `remove`, `revert` (as it is live); or on
        the whole draft: `drop`, `renew` (with what was published meanwhile)."""
        path, name = visit.form.get("path", ""), visit.signed.name
        stores, live, now = self.context.stores, self.context.live, self.context.now()
        try:
            match visit.form.get("act", ""):
                case "new":
                    path = await add(stores, live, name, _with_ending(path), _FIRST, now)
                case "upload":
                    return await self._uploaded(visit)
                case "remove":
                    await remove(stores, live, name, path, _opened(visit), now)
                    return self._done(tr("{file} is taken out, in your draft", file=path))
                case "revert":
                    await revert(stores, name, path)
                    return self._done(tr("{file} is as it is live", file=path), path)
                case "drop":
                    number = await drop(stores, name)
                    return self._done(tr("Dropped. Files that were in your draft: {number}", number=number))
                case "renew":
                    return await self._renewed(visit)
                case _:
                    return Redirect(PAGE)
        except Refusal as error:
            draft = await self._draft(visit)
            shown = path if path in draft.paths else draft.base.first
            return await self._page(visit, draft, shown, error.message)
        return Redirect(page_address(PAGE, file=path))

    async def _uploaded(self, visit: Visit) -> AdminAnswer:
        file = visit.file
        if file is None or not file.name:
            return Redirect(PAGE, flash=Flash(tr("Choose a file first")))
        folder = visit.form.get("folder", "").strip().strip("/")
        path = f"{folder}/{file.name}" if folder else file.name
        draft = await self._draft(visit)
        if is_yaml(path) and path in draft.paths:
            raise DraftRefused(tr("{file} is there already: write in it, or take it out first", file=path))
        await self.context.save(draft, {path: file.content})
        return self._done(tr("{file} is in your draft", file=path), path)

    async def _renewed(self, visit: Visit) -> AdminAnswer:
        draft = await self._draft(visit)
        says = visit.words.text(tr("what is live, {live}:", live=which(draft.base.accepted)))
        done = await self.context.renew(draft, says)
        if done.conflicts:
            text = tr(
                "What was published meanwhile is in your draft. Lines that both have changed: {number};"
                " theirs stand there as comments",
                number=done.conflicts,
            )
        elif done.both:
            text = tr(
                "What was published meanwhile is in your draft, but for these files, of which yours stands:"
                " {files}",
                files=row(done.both),
            )
        else:
            text = tr("What was published meanwhile is in your draft")
        return self._done(text)

    async def _handed_in(self, visit: Visit) -> Mapping[str, Any]:
        """What the page says of proposals: the visitor's own, and how many are open."""
        own = await proposal_of(self.context, visit.signed.name)
        return {
            "own_proposal": own,
            "decided_by": "" if own is None else by_name(own.decided_by),
            "ended_drafts": len(await ended_drafts(self.context.stores, self.context.now()))
            if visit.signed.role == "admin"
            else 0,
            "answer": "" if own is None else visible(own.answer),
            "proposals_open": await self.context.stores.proposals.number_open(MOST),
        }

    async def _draft(self, visit: Visit) -> PlaybookDraft:
        return await self.context.draft(visit.signed.name)

    def _done(self, text: Translatable, path: str = "") -> Redirect:
        return Redirect(page_address(PAGE, file=path), flash=Flash(text))

    async def _page(
        self,
        visit: Visit,
        draft: PlaybookDraft,
        path: str,
        refused: Translatable | None = None,
        written: bytes | None = None,
    ) -> RenderedPage:
        if path not in draft.paths:
            return _MISSING
        opened, state = draft.opened(path), draft.state(path)
        text = draft.text(path)
        if written is not None and is_yaml(path):
            text = written.decode("utf-8", "replace")
        data: dict[str, Any] = {
            "groups": _groups(draft, path),
            "path": path,
            "state": state,
            "text": text,
            "is_picture": path.lower().endswith(PICTURES) and state != "removed",
            "picture": page_address(f"{PAGE}/picture", file=path),
            "revision": opened.revision,
            "base": opened.base or "",
            "content": opened.content or "",
            "account": visit.signed.name,
            "changed": len(draft.files),
            "behind": draft.behind,
            "live": which(draft.base.accepted),
            "new_bot": self.new_bot,
            **await self._handed_in(visit),
            "may_remove": path != draft.base.first and state != "removed",
        }
        status = 200 if refused is None else 422
        return RenderedPage("playbook.html", TITLE, data, status, refused, frames=True)


_FIRST = b"# \n"
"""What a new file holds: nothing is no file of a playbook."""


def _groups(draft: PlaybookDraft, opened: str) -> Sequence[tuple[Translatable, Sequence[ListedFile]]]:
    found: dict[Translatable, list[ListedFile]] = {title: [] for title in (*GROUPS.values(), _OTHERS)}
    for path in draft.paths:
        folder = PurePosixPath(path).parts[0] if "/" in path else ""
        title = GROUPS.get(folder, _OTHERS) if is_yaml(path) else _OTHERS
        name = path.removeprefix(f"{folder}/") if is_yaml(path) and folder in GROUPS else path
        name = name.removeprefix("scenarios/") if folder == "tests" else name
        address = page_address(PAGE, file=path)
        found[title].append(
            ListedFile(path, name, draft.state(path), draft.is_behind(path), address, path == opened)
        )
    return [(title, files) for title, files in found.items() if files]


def _with_ending(path: str) -> str:
    return path if "." in PurePosixPath(path.strip()).name else f"{path.strip()}.yaml"


def _opened(visit: Visit) -> EditedFile:
    """The state of the file from which the form was opened: another one by now is not overwritten."""
    base, content = (visit.form.get(name, "")[:64] or None for name in ("base", "content"))
    return EditedFile(_number(visit, "revision"), base, content)


def _number(visit: Visit, name: str) -> int:
    return whole_number(visit.form.get(name, ""), 10**15)


@cache
def _schema(words: Language, of_scenarios: bool = False) -> Mapping[str, Any]:
    """The JSON schema of a playbook, or of scenarios, with texts in this language."""
    return schema_of(SCENARIO, words) if of_scenarios else schema(words)
