"""`oaflow contact export`: everything that is stored of somebody, in a folder to hand out."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

from bot.cli.operation_context import contact_named
from bot.cli.order import CommandOrder, carried_out
from bot.model.translatable import tr
from bot.operations.person_archive import write_person
from bot.operations.person_export import (
    DATA,
    PAGE,
    whole_folder,
)
from bot.operations.simulated_time import now_among


@carried_out()
async def export(order: CommandOrder) -> None:
    """Record it, then write page, JSON and files. Raises `NotFound` and `ExportNotWritten`."""
    found = await contact_named(order, order.name or "", unproven=False)
    now = await now_among(found.stores)
    folder: Path = order.options.into or Path(_name(found.contact.id, now))
    with whole_folder(folder) as part:
        exported = await write_person(found, order.playbook, order.speech, part, order.by, now)
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
