"""Everything that is stored of one person as one archive, for a browser: page, JSON and files (J2)."""

from __future__ import annotations

import asyncio
from datetime import datetime
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZIP_DEFLATED, ZipFile

from bot.engine.compiled.playbook import Playbook
from bot.model.translatable import Language
from bot.operations.catalog.identities import shown_here
from bot.operations.contact_document import in_full
from bot.operations.contact_view import masked_view
from bot.operations.find_contacts import LocatedContact
from bot.operations.payload import as_json
from bot.operations.person_export import PAGE, PersonExport, export_person, write_private
from bot.operations.person_page import person_page
from bot.operations.simulated_time import now_among


async def person_archive(found: LocatedContact, playbook: Playbook, words: Language, actor: str) -> bytes:
    """The archive (ZIP). The audit log says so of the actor first.

    Raises `DatabaseUnavailable` and `ExportNotWritten`.
    """
    now = await now_among(found.stores)
    with TemporaryDirectory(prefix="oaflow-") as made:
        folder = Path(made)
        await write_person(found, playbook, words, folder, actor, now)
        return await asyncio.to_thread(_zipped, folder)


async def write_person(
    found: LocatedContact, playbook: Playbook, words: Language, folder: Path, actor: str, now: datetime
) -> PersonExport:
    """The same into a folder."""
    profile = as_json(in_full(masked_view(found, reveal=True), playbook, now), shown=shown_here)
    exported = await export_person(found, profile, folder, actor, now)
    write_private(folder / PAGE, person_page(exported, playbook, words).encode())
    return exported


def _zipped(folder: Path) -> bytes:
    content = BytesIO()
    with ZipFile(content, "w", ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, path.relative_to(folder).as_posix())
    return content.getvalue()
