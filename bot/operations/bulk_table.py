"""A table of the people whom a search finds, written as it is fetched: CSV, or JSON lines."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass

from bot.connectors.sms.phone import national
from bot.model.bulk_run import BulkFigures, BulkRun
from bot.model.contact import Contact
from bot.model.translatable import Language
from bot.operations.audiences import COLUMNS
from bot.operations.bulk_batches import bulk_batches
from bot.operations.bulk_work import BulkWork, LostRun
from bot.operations.contact_search import SearchTerms, search
from bot.operations.contact_view import masked_view, revealed
from bot.operations.find_contacts import LocatedContact
from bot.operations.payload import json_line
from bot.operations.simulated_time import now_among
from bot.playbook.csv_table import csv_line, heading_line

TOGETHER = 500
TYPES: Mapping[str, str] = {"csv": "text/csv", "jsonl": "application/jsonl"}
"""The forms of a table, and how HTTP calls them."""


class TableStopped(Exception):
    """Staff have stopped it: what was written so far is not all."""


@dataclass(slots=True)
class BulkTable:
    """One that is fetched now: this process's `run`, and what it is written with. `words`: the reader's."""

    work: BulkWork
    run: BulkRun
    terms: SearchTerms
    words: Language

    async def pieces(self) -> AsyncIterator[bytes]:
        """The table, some lines at a time. Raises `TableStopped`, `LostRun` and `DatabaseUnavailable`.

        How far it is stands in the run; that it is over says whoever fetches it (`BulkWork.over`).
        """
        stores, playbook = self.work.stores, self.work.playbook()
        if self.run.about == "csv":
            yield heading_line(COLUMNS, self.words).encode()
        async for found in search([stores], playbook, self.terms):
            async for some in bulk_batches(found.people, TOGETHER, stores):
                yield self._lines(await self._cells(some))
                await self._keep(len(some), some[-1].contact.id)  # nobody goes on there
            if not found.people:
                await self._keep(0, "")

    async def _keep(self, people: int, place: str) -> None:
        work, was = self.work, self.run
        figures = BulkFigures(was.figures.done + people)
        kept = await work.stores.bulk_runs.keep(was, work.holder, place, figures, work.clock.now())
        if kept is None:
            raise LostRun
        self.run = kept
        if kept.state == "stopping":
            raise TableStopped

    async def _cells(self, some: Sequence[LocatedContact]) -> list[Sequence[str]]:
        """A line for each LINE account of theirs; one for who has none."""
        rows: list[Sequence[str]] = []
        for one in some:
            if self.run.reveals:
                view = await revealed(one, self.run.by, await now_among(one.stores))
            else:
                view = masked_view(one)
            rows += lines_of(view.contact)
        return rows

    def _lines(self, rows: Sequence[Sequence[str]]) -> bytes:
        if self.run.about == "csv":
            return "".join(map(csv_line, rows)).encode()
        return b"".join(json_line(dict(zip(COLUMNS, row, strict=True))) + b"\n" for row in rows)


def lines_of(contact: Contact) -> list[Sequence[str]]:
    """The cells of a contact, masked already: a line for each LINE account, one for who has none."""
    phone = "" if contact.phone is None else national(contact.phone)
    about = (contact.name or "", phone, contact.member_no or "")
    accounts = [(one.channel, one.user or "") for one in contact.identities]
    return [(channel, user, *about) for channel, user in accounts or [("", "")]]
