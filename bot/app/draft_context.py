"""Drafts of the playbook, wired to what this process serves and how it is published."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from bot.app.context import AppContext
from bot.model.published_version import AcceptedPlaybook
from bot.model.settings import STAND_IN
from bot.model.translatable import tr
from bot.operations.acceptance import Acceptance, Permit
from bot.operations.drafts.draft import PlaybookDraft
from bot.operations.drafts.folder import write_into
from bot.operations.drafts.live_files import LiveFiles
from bot.operations.drafts.publishing import DraftContext
from bot.operations.publishing import Despite, PublishRefused, publish
from bot.playbook.load import Loaded, collector_at_rest, load
from bot.playbook.settings_refresh import secrets_of
from bot.playbook.syntax.environment import read_dotenv
from bot.playbook.valid import ValidPlaybook


def draft_context(serving: AppContext) -> DraftContext:
    """What drafts are checked and published with, in this process."""
    begun = serving.begun
    return DraftContext(
        begun.opened.stores,
        LiveFiles(begun.opened.stores.playbooks),
        begun.unpacked.new_folder,
        partial(_read, serving),
        begun.stand_ins,
        begun.folder,
        partial(_publish, serving),
        serving.clock.now,
        serves_folder=not (begun.develops or begun.published),
    )


def _read(serving: AppContext, first: Path) -> Loaded:
    begun = serving.begun
    values, _ = read_dotenv(begun.folder)
    stand_in = partial(_stand_in, serving) if begun.simulator else None
    with collector_at_rest():
        return load(first, {**values, **begun.environment}, stand_in)


def _stand_in(serving: AppContext, name: str) -> str:
    return serving.begun.stand_ins.get(name, f"{STAND_IN}{name.lower()}")


async def _publish(
    serving: AppContext, found: ValidPlaybook, draft: PlaybookDraft, by: str, despite: Despite, permit: Permit
) -> None:
    begun, base = serving.begun, draft.base.accepted
    if begun.develops:
        await permit()
        await _publish_here(serving, found, draft, by, despite)
        return
    await publish(
        begun.opened.stores,
        found,
        despite,
        by,
        rehearse=_played,
        tell=lambda problems, sources: None,
        secrets=begun.opened.seal.counting_index(secrets_of(found.settings)),
        instead_of=base.number,
        refiled=found.playbook.version == base.version,
        permit=permit,
    )


async def _played() -> bool:
    """Plays no scenario: `make_live` has played the draft's already."""
    return True


async def _publish_here(
    serving: AppContext, found: ValidPlaybook, draft: PlaybookDraft, by: str, despite: Despite
) -> None:
    """In development: write the draft into the folder that is served, published by `by`.

    Raises `PublishRefused`.
    """
    begun, base = serving.begun, draft.base.accepted
    acceptance = Acceptance(begun.opened.stores, serving.clock, begun.tell, by=by)

    async def accept(here: ValidPlaybook) -> AcceptedPlaybook:
        is_same = here.playbook.version == base.version  # comments alone, and they are stored
        return await acceptance.accept(here, "publish", despite=despite.words, looked=True, refiled=is_same)

    if not await serving.reload.published_here(found, partial(write_into, begun.folder, draft), accept):
        raise PublishRefused(tr("the files are written, and not taken over: the simulator says why"))
