"""The playbook's pages over a playbook that is live, with nobody who serves it."""

from __future__ import annotations

import asyncio
import pickle
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, TypeVar

from aiohttp import FormData
from yarl import URL

from bot.model.clock import Clock
from bot.operations.acceptance import Acceptance, Permit
from bot.operations.drafts.draft import PlaybookDraft
from bot.operations.drafts.draft_names import DraftNames
from bot.operations.drafts.live_files import LiveFiles
from bot.operations.drafts.publishing import DraftContext
from bot.operations.drafts.worker import DraftWorker
from bot.operations.publishing import Despite, publish
from bot.playbook.load import Loaded, load
from bot.playbook.valid import ValidPlaybook, valid_playbook
from bot.store.stores import Stores
from bot.web.admin.cookies import proof
from bot.web.admin.ended_draft_pages import EndedDraftPages
from bot.web.admin.playbook_answer_pages import PlaybookAnswerPages
from bot.web.admin.playbook_approval_pages import PlaybookApprovalPages
from bot.web.admin.playbook_pages import PlaybookPages
from bot.web.admin.playbook_review_pages import PlaybookReviewPages
from bot.web.admin.playbook_scenario_pages import PlaybookScenarioPages
from bot.web.admin.playbook_version_pages import PlaybookVersionPages
from bot.web.admin.visit import AdminHandler
from tests.web.admin.conftest import StaffWorlds
from tests.web.admin.staff_world import Staff, StaffWorld

T = TypeVar("T")
PAGE = "/admin/playbook"
FIRST = "rules/first.yaml"
RULES = (
    "rules:\n  - when: {text: 營業時間}\n    reply: 每天 11:00\n  - when: {text: 地址}\n    reply: 信義路\n"
)
FILES = {
    "bot.yaml": """\
bot: 森活選品
channels:
  main:
    id: "@forest"
    channel_id: "1234567890"
    channel_secret: ${SECRET}
    access_token: ${SECRET}
""",
    "rules/first.yaml": RULES,
    "rules/second.yaml": "rules:\n  - when: {text: 謝謝}\n    reply: 不客氣\n",
}
VALUES = {"SECRET": "correct-horse-battery"}


def read(first: Path) -> Loaded:
    """As the process does, with its variables."""
    return load(first, VALUES)


async def live_playbook(
    stores: Stores, clock: Clock, folder: Path, others: Mapping[str, str] | None = None
) -> None:
    """Make it live, as a start does; with `others` in place of some files."""
    for name, text in {**FILES, **(others or {})}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    found = valid_playbook(read(folder / "bot.yaml"))
    await Acceptance(stores, clock, lambda problems, sources: None).accept(found, "publish")


class WorkerHere(DraftWorker):
    """Without the second in which a process begins: what is to be done, and what comes of it, goes through
    pickle as on the way there. `tests/operations/test_draft_worker.py` has the process."""

    async def run(
        self,
        work: Callable[..., T],
        hear: Callable[[Any], None] | None = None,
        *,
        seconds: float | None = None,
    ) -> T:
        loop, there = asyncio.get_running_loop(), pickle.loads(pickle.dumps(work))

        def tell(part: object) -> None:
            assert hear is not None
            loop.call_soon_threadsafe(hear, pickle.loads(pickle.dumps(part)))

        found: T = await asyncio.to_thread(there, *(() if hear is None else (tell,)))
        loaded: T = pickle.loads(pickle.dumps(found))
        return loaded


def draft_context(stores: Stores, clock: Clock, folder: Path) -> DraftContext:
    """Publishes into the database."""

    async def played() -> bool:
        return True

    async def new_folder() -> Path:
        (folder / "tmp").mkdir(exist_ok=True)
        return Path(mkdtemp(dir=folder / "tmp"))

    async def make_live(
        found: ValidPlaybook, draft: PlaybookDraft, by: str, despite: Despite, permit: Permit
    ) -> None:
        await publish(
            *(stores, found, despite, by),
            rehearse=played,
            tell=lambda problems, sources: None,
            instead_of=draft.base.accepted.number,
            refiled=draft.base.accepted.version == found.playbook.version,
            permit=permit,
        )

    files = LiveFiles(stores.playbooks)
    return DraftContext(
        *(stores, files, new_folder, read, {}, folder, make_live, clock.now), worker=WorkerHere()
    )


def handlers(desk: DraftContext) -> dict[str, AdminHandler]:
    """All of the playbook's pages."""
    pages = (
        *(PlaybookPages(desk, DraftNames(desk)), PlaybookAnswerPages(desk), PlaybookReviewPages(desk)),
        *(PlaybookApprovalPages(desk), EndedDraftPages(desk), PlaybookScenarioPages(desk)),
        PlaybookVersionPages(desk),
    )
    return {name: handler for page in pages for name, handler in page.handlers().items()}


async def editing(
    worlds: StaffWorlds,
    folder: Path,
    others: Mapping[str, str] | None = None,
    forms: Callable[[DraftContext], Mapping[str, AdminHandler]] = lambda desk: {},
) -> StaffWorld:
    """A console in which the playbook that is live is edited; its files are in this folder, `others` in place
    of some. `forms` are pages beside the playbook's, which write into drafts."""
    await live_playbook(worlds.stores, worlds.clock, folder, others)
    desk = draft_context(worlds.stores, worlds.clock, folder)
    return await worlds({**handlers(desk), **forms(desk)})


@dataclass
class Window:
    """A page of the editor: what it was drawn from, and what its saves have answered since."""

    who: Staff
    path: str = FIRST
    revision: str = "0"
    base: str = ""
    content: str = ""

    async def open(self) -> Window:
        page = (await self.who.get(f"{PAGE}?file={self.path}"))[1]
        form = page[page.index("data-text") :] if "data-text" in page else ""
        fields = dict(re.findall(r'name="(revision|base|content)" value="(\w*)"', form))
        self.revision, self.base = fields.get("revision", "0"), fields.get("base", "")
        self.content = fields.get("content", "")
        return self

    async def save(self, content: str | bytes) -> int:
        """As the script saves."""
        form = FormData()
        fields = {"proof": proof(self.who.held), "path": self.path, "as": "json"}
        opened = {"revision": self.revision, "base": self.base, "content": self.content}
        for name, value in {**fields, **opened}.items():
            form.add_field(name, value)
        raw = content.encode() if isinstance(content, str) else content
        form.add_field("file", BytesIO(raw), filename="", content_type="text/plain")
        to = self.who.url.join(URL(f"{PAGE}/save"))
        async with self.who.http.post(to, data=form, allow_redirects=False) as answer:
            if answer.status == 200:
                said = await answer.json()
                self.revision, self.base = str(said["revision"]), said["base"]
                self.content = said["content"]
            return answer.status


async def saved(who: Staff, path: str, content: str | bytes) -> int:
    """In a window that was opened just now."""
    return await (await Window(who, path).open()).save(content)


async def published(who: Staff) -> tuple[int, str]:
    """Look at what the draft changes, then press the button."""
    page = (await who.get(f"{PAGE}/review"))[1]
    seen = re.search(r'name="seen" value="(\w+)"', page)
    return await who.post(f"{PAGE}/publish", seen=seen[1] if seen else "")
