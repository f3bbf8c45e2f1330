"""`oaflow contact export`: everything that is stored of somebody, in a folder to hand out."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

from bot.cli.contact.order import about_contact, contact_of
from bot.cli.order import CommandOrder
from bot.model.translatable import tr
from bot.operations.catalog.identities import shown_here
from bot.operations.contact_document import in_full
from bot.operations.contact_view import masked_view
from bot.operations.payload import as_json
from bot.operations.person_export import (
    DATA,
    PAGE,
    export_person,
    whole_folder,
    write_private,
)
from bot.operations.person_page import person_page
from bot.operations.simulated_time import now_among


@about_contact
async def export(order: CommandOrder) -> None:
    """Record it, then write page, JSON and files. Raises `NotFound` and `ExportNotWritten`."""
    found = await contact_of(order)
    now = await now_among(found.stores)
    folder: Path = order.options.into or Path(_name(found.contact.id, now), shown=shown_here)
    profile = as_json(in_full(masked_view(found, reveal=True), order.playbook, now), shown=shown_here)
    with whole_folder(folder) as part:
        exported = await export_person(found, profile, part, order.by, now)
        write_private(part / PAGE, person_page(exported, order.playbook, order.speech).encode())
    rows = sum(exported.counts.values())
    payload = {
        "contact": found.contact.id,
        "simulator": found.simulated,
        "folder": str(folder),
        "rows": dict(exported.counts),
        "files": len(exported.files),
    }
    order.show(
        payload,
        tr(
            "{rows} rows and {files} files are in {folder}",
            rows=f"{rows:,}",
            files=f"{len(exported.files):,}",
            folder=str(folder),
        ),
        tr(
            "{page} is for the person, {data} for programs; delete them when they are handed out",
            page=PAGE,
            data=DATA,
        ),
    )


def _name(contact: str, now: datetime) -> str:
    return f"{re.sub('[^A-Za-z0-9_-]', '-', contact)}-{now:%Y%m%d}"
