"""The playbook's pages over a playbook that is live, with nobody who serves it."""

from __future__ import annotations

from pathlib import Path
from tempfile import mkdtemp

from bot.model.clock import Clock
from bot.operations.acceptance import Acceptance
from bot.operations.drafts.draft import PlaybookDraft
from bot.operations.drafts.live_files import LiveFiles
from bot.operations.drafts.publishing import DraftDesk
from bot.operations.publishing import Despite, publish
from bot.playbook.load import Loaded, load
from bot.playbook.valid import ValidPlaybook, valid_playbook
from bot.store.stores import Stores
from bot.web.admin.playbook_pages import PlaybookPages
from bot.web.admin.playbook_review_pages import PlaybookReviewPages
from bot.web.admin.visit import AdminHandler

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


async def live_playbook(stores: Stores, clock: Clock, folder: Path) -> None:
    """Make it live, as a start does."""
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    found = valid_playbook(read(folder / "bot.yaml"))
    await Acceptance(stores, clock, lambda problems, sources: None).accept(found, "publish")


def draft_desk(stores: Stores, clock: Clock, folder: Path) -> DraftDesk:
    """Publishes into the database."""

    async def played() -> bool:
        return True

    async def new_folder() -> Path:
        (folder / "tmp").mkdir(exist_ok=True)
        return Path(mkdtemp(dir=folder / "tmp"))

    def checked(first: Path) -> Loaded:
        return load(first, {}, lambda name: f"stand-in-{name.lower()}")

    async def make_live(found: ValidPlaybook, draft: PlaybookDraft, by: str, despite: Despite) -> None:
        await publish(
            *(stores, found, despite, by),
            rehearse=played,
            tell=lambda problems, sources: None,
            instead_of=draft.base.accepted.number,
            refiled=draft.base.accepted.version == found.playbook.version,
        )

    return DraftDesk(
        *(stores, LiveFiles(stores.playbooks), new_folder, read, checked, folder, make_live, clock.now)
    )


def handlers(desk: DraftDesk) -> dict[str, AdminHandler]:
    """All of the playbook's pages."""
    return {**PlaybookPages(desk).handlers(), **PlaybookReviewPages(desk).handlers()}
