"""The audit log in the console: who has done what, when, about whom; by account, kind, day, channel (K1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from bot.model.audit import AuditEntry, AuditFilter, AuditKind, AuditLine
from bot.model.plain_text import visible
from bot.model.translatable import Translatable, TranslatableValue, tr
from bot.operations.actors import by_name
from bot.operations.audit_list import (
    CONTACT_KINDS,
    audit_actors,
    audit_page,
    audit_table,
    erased_words,
    listed_entry,
    within_days,
)
from bot.operations.audit_trail import MOST, SHOP_KINDS
from bot.operations.audit_words import KINDS
from bot.operations.catalog.identities import masked_contact
from bot.operations.contact_words import DONE
from bot.operations.looks import record_search
from bot.web.admin.frame import to_the_minute
from bot.web.admin.own_address import is_own
from bot.web.admin.store_context import StoreContext
from bot.web.admin.visit import AdminAnswer, AdminPages, Download, RenderedPage, Visit, day_of, page_address
from bot.wording.titles import NamedThing, speaking_titles

PAGE = "/admin/audit"
TABLE = f"{PAGE}/table"
TITLE = tr("Audit log")
CSV = "text/csv"
FILTERS = ("by", "kind", "from", "to", "of", "contact")
"""The filters, by the names of the address's query; `of` is a channel, `contact` a sealed part."""
_ON_A_CHANNEL: frozenset[AuditKind] = frozenset(
    {
        *(
            "flow_left",
            "flow_restarted",
            "taken_over",
            "assigned",
            "set_waiting",
            "handed_back",
            "answered",
            "note_left",
            "follow_up_set",
        ),
        *("binding_paused", "binding_resumed"),
    }
)
"""Kinds of entries whose `about` is a channel's name, perhaps followed by a flow's or a colleague's."""
LONGEST = 200
"""The most characters of an actor in a filter."""


@dataclass(frozen=True, slots=True)
class ShownPerson:
    """A contact in a line of the log."""

    name: str
    """The name, or a masked id."""
    lines: str = ""
    """The address of all lines about the contact; empty: none."""
    page: str = ""
    """The address of the contact's page; empty: none."""


@dataclass(frozen=True, slots=True)
class AuditPages(AdminPages):
    """`/admin/audit`."""

    context: StoreContext

    async def audit(self, visit: Visit) -> AdminAnswer:
        """The last lines that the filters leave, or those behind a place. Names are shown, so the log records
        it."""
        context, wanted, refused = self.context, *self._wanted(visit)
        page = await audit_page(context.stores, wanted, context.place(visit))
        if page.names:
            await record_search(context.stores, visit.signed.by, context.now(), "audit")
        actors = list(await audit_actors(context.stores))
        if wanted.by and wanted.by not in actors:
            actors.append(wanted.by)
        said = visit.words.words
        data: Mapping[str, Any] = {
            "lines": [self._row(visit, line, page.names) for line in page.lines],
            "actors": [(one, said(by_name(one))) for one in actors],
            "groups": [
                (said(title), [(kind, said(name)) for kind, name in kinds]) for title, kinds in _KINDS
            ],
            "channels_known": self.context.shop().channels,
            "wanted": {name: visit.query(name) for name in FILTERS},
            "of_contact": self._named(visit, wanted.contact, page.names) if wanted.contact else None,
            "by_address": lambda by: visit.address(by=by),
            "everything": page_address(PAGE),
            "is_narrowed": any(visit.query(name) for name in FILTERS),
            "table": page_address(TABLE, **{name: visit.query(name) for name in FILTERS}),
            "most": f"{MOST:,}",
            "first": visit.address() if visit.query("after") else "",
            "next": self._next(visit, context.place_part(visit, page.next)),
        }
        return RenderedPage("audit.html", TITLE, data, 200 if refused is None else 422, refused)

    async def audit_table(self, visit: Visit) -> AdminAnswer:
        """All lines that the filters leave, as CSV."""
        context, (wanted, refused) = self.context, self._wanted(visit)
        if refused is not None:
            return await self.audit(visit)
        now, zone = context.now(), self.context.shop().zone
        content = await audit_table(
            context.stores, wanted, visit.signed.by, now, partial(to_the_minute, zone), visit.words
        )
        return Download(content, CSV, f"audit-{now.astimezone(zone):%Y%m%d-%H%M}.csv")

    def _wanted(self, visit: Visit) -> tuple[AuditFilter, Translatable | None]:
        """The filter that the address says, and why a part of it is left out."""
        kind, channel = visit.query("kind"), visit.query("of")
        part = self.context.parts.opened(visit.signed.name, "contact", visit.query("contact"))
        wanted = AuditFilter(
            tuple(one for one in (*SHOP_KINDS, *CONTACT_KINDS) if one == kind)[:1],
            visit.query("by")[:LONGEST],
            part[0] if part else "",
            channel if channel in self.context.shop().channels else "",
        )
        if visit.query("contact") and not part:
            return wanted, tr("This link to somebody's lines is of another account: all lines are shown")
        first, last = day_of(visit.query("from")), day_of(visit.query("to"))
        if any(day is None and visit.query(name) for name, day in (("from", first), ("to", last))):
            return wanted, tr("A day is written like 2026-11-27")
        if first is not None and last is not None and last < first:
            return wanted, tr("The first day is after the last one: all days are shown")
        since, until = within_days(first, last, self.context.shop().zone)
        return replace(wanted, since=since, until=until), None

    def _row(self, visit: Visit, line: AuditLine, names: Mapping[str, str]) -> Mapping[str, Any]:
        """A line in the visitor's language; texts that people wrote are shown as they are."""
        said, words = visit.words.words, listed_entry(line, partial(to_the_minute, self.context.shop().zone))
        return {
            "entry": line.entry,
            "who": said(words.actor),
            "what": said(words.what),
            "about": visible(said(self._about(visit, line.entry, words.about))),
            "change": visible(said(words.change)),
            "often": said(words.often),
            "state": "" if words.outcome is None else said(words.outcome),
            "people": self._people(visit, line, names),
        }

    def _about(self, visit: Visit, entry: AuditEntry, about: TranslatableValue) -> TranslatableValue:
        """With the titles of the official account and the flow, and a colleague's bare name."""
        channel, _, more = entry.about.partition(" ")
        called = self.context.shop().channels.get(channel)
        if called is None or entry.kind not in _ON_A_CHANNEL:
            return about
        words = speaking_titles(visit.words, self.context.playbook()).words
        named = by_name(more) if entry.kind == "assigned" else NamedThing(more, "flow")
        return f"{called} · {words(named)}" if more else called

    def _people(self, visit: Visit, line: AuditLine, names: Mapping[str, str]) -> Sequence[ShownPerson]:
        shown = [self._named(visit, one, names) for one in (line.contact, line.other) if one]
        return [*shown, ShownPerson(visit.words.text(erased_words(line)))] if line.erased else shown

    def _named(self, visit: Visit, contact: str, names: Mapping[str, str]) -> ShownPerson:
        part = self.context.parts.sealed(visit.signed.name, "contact", contact)
        page = f"/admin/contacts/{part}"
        name = visible(names.get(contact, "")) or masked_contact(contact)
        return ShownPerson(name, visit.address(contact=part), page if is_own(page) else "")

    def _next(self, visit: Visit, after: str) -> str:
        return visit.address(after=after) if after else ""


_KINDS: Sequence[tuple[Translatable, Sequence[tuple[AuditKind, Translatable]]]] = (
    (tr("What was done to contacts"), [(kind, DONE[kind]) for kind in CONTACT_KINDS]),
    (
        tr("What was done to the shop"),
        [(kind, KINDS[kind]) for kind in SHOP_KINDS if kind not in CONTACT_KINDS],
    ),
)
"""The kinds of entries for the filter, in groups with a title."""
