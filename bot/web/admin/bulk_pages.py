"""Bulk actions: a tag put on or taken off all people whom the list of customers shows, or a table of them
(J2, J3)."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import replace

from aiohttp import web

from bot.model.bulk_run import BulkRun, SoughtPeople
from bot.model.translatable import Refusal, Translatable, TranslatableValue, tr
from bot.operations.actors import CONSOLE, done_by
from bot.operations.admins.same_account import is_same_account
from bot.operations.audiences import EVERYONE, AudienceCount, NoSuchAudience
from bot.operations.bulk_runs import (
    COUNTED,
    BulkRefused,
    new_run,
    number_sought,
    search_terms,
    stop,
    tag_run,
    undoing,
)
from bot.operations.bulk_shown import check_shown, number_shown
from bot.operations.bulk_table import TYPES, BulkTable, TableStopped
from bot.operations.bulk_words import STATES, TROUBLES, called
from bot.operations.bulk_work import LostRun, whole
from bot.operations.contact_search import ConditionWrong, SearchTerms
from bot.operations.find_contacts import NotFound
from bot.store.unavailable import DatabaseUnavailable
from bot.translations.chinese import CHINESE
from bot.web.admin.contact_context import MANY, ContactContext
from bot.web.admin.contact_sought import chosen_sealed, query_of, sought_of, sought_query
from bot.web.admin.route import CONTACTS
from bot.web.admin.visit import (
    AdminAnswer,
    AdminPages,
    Flash,
    Redirect,
    RenderedPage,
    Stream,
    Visit,
    page_address,
)

TITLE = tr("Many customers at once")
WORD = tr("take off")
"""What is typed to confirm what cannot be taken back, in either language."""
SHOWN = 10
"""The last runs that are listed."""
FETCHED = tr("It is being fetched, or was already: export it again")
UNREADABLE = tr("Who is meant cannot be read here, for its key is missing: stop it, and export it again")
GONE = RenderedPage("contact_gone.html", tr("This is not here any more"), status=404)


class BulkPages(AdminPages):
    """`/admin/contacts/many` and what is below it."""

    def __init__(self, context: ContactContext) -> None:
        self._context = context

    async def contacts_many(self, visit: Visit) -> AdminAnswer:
        """The page before a run: how many people there are, and what may be done to them."""
        return await self.offer(visit, sought_of(self._context, visit))

    async def contacts_many_ordered(self, visit: Visit) -> AdminAnswer:
        """Begin a run; any process carries it out, and a table waits to be fetched."""
        return await self.order(visit, sought_of(self._context, visit))

    async def order(self, visit: Visit, sought: SoughtPeople, to: str = "") -> AdminAnswer:
        """Begin the run that the form says for these people; `to` as in `offer`."""
        context, form = self._context, visit.form
        playbook, by, now, act = context.playbook(), visit.signed.by, context.now(), form.get("act")
        try:
            number = await number_sought(context.stores, playbook, await self._terms(sought))
            if sought.chosen is None:
                check_shown(form.get("people", ""), number)
            if act == "export":
                kind = "jsonl" if form.get("as") == "jsonl" else "csv"
                run = new_run("export", kind, sought, number, by, now, reveals="reveal" in form)
                await self._context.bulk.order(run)
                return Redirect(f"{MANY}/{run.id}")
            takes_off = act == "untag"
            if takes_off and form.get("typed", "").strip().casefold() not in (str(WORD), CHINESE.text(WORD)):
                raise BulkRefused(tr("Nothing was taken off: the word is another one"))
            tag = form.get("tag", "")
            run = tag_run(playbook, "untag" if takes_off else "tag", tag, sought, number, by, now)
            await self._context.bulk.order(run)
        except Refusal as error:
            return await self.offer(visit, sought, to, form.get("act", ""), error.message)
        return Redirect(f"{MANY}/{run.id}")

    async def contacts_run(self, visit: Visit) -> AdminAnswer:
        """The page of a run: how far it is, and its outcome."""
        run = await self._context.stores.bulk_runs.one(visit.path["run"])
        return GONE if run is None else self._shown(visit, run)

    async def contacts_run_stop(self, visit: Visit) -> AdminAnswer:
        """Stop a run; what was done stays."""
        run, context = visit.path["run"], self._context
        is_asked = await stop(context.stores, run, visit.signed.by, context.now())
        said = tr("It stops after the people whom it is at") if is_asked else tr("It was over already")
        return Redirect(f"{MANY}/{run}", flash=Flash(said))

    async def contacts_run_undo(self, visit: Visit) -> AdminAnswer:
        """Begin a run that takes the tag off exactly those who got it by this one."""
        context = self._context
        run = await context.stores.bulk_runs.one(visit.path["run"])
        if run is None:
            return GONE
        try:
            back = undoing(run, visit.signed.by, context.now())
            await context.bulk.order(back)
        except BulkRefused as error:
            return self._shown(visit, run, error.message)
        return Redirect(f"{MANY}/{back.id}")

    async def contacts_run_file(self, visit: Visit) -> AdminAnswer:
        """The table of a run, written while it is fetched and stored nowhere. It goes to the account that
        ordered it alone, since the audit log names that, and ends where the account loses the right."""
        context, work = self._context, self._context.bulk
        run = await context.stores.bulk_runs.one(visit.path["run"])
        if run is None or run.kind != "export" or run.by != visit.signed.by:
            return GONE
        if run.state != "ready":
            return self._shown(visit, run, FETCHED)
        if run.sought is None:
            return self._shown(visit, run, UNREADABLE)
        try:
            terms = await self._terms(run.sought)
        except Refusal as error:
            return self._shown(visit, run, error.message)
        fetched = await context.stores.bulk_runs.fetch(run.id, work.holder, work.clock.now())
        if fetched is None:
            return self._shown(visit, run, FETCHED)
        table = BulkTable(work, fetched, terms, visit.words)
        name = f"customers-{context.now():%Y%m%d-%H%M}.{run.about}"

        async def write(response: web.StreamResponse) -> None:
            try:
                async for piece in table.pieces():
                    if not await is_same_account(self._context.stores, visit.signed):
                        raise TableStopped
                    await response.write(piece)
            except LostRun:
                _cut(visit.request)
            except TableStopped:
                await work.over(replace(table.run, state="stopped"))
                _cut(visit.request)
            except (ConnectionError, asyncio.CancelledError):
                await asyncio.shield(work.over(replace(table.run, state="failed", trouble="left")))
                raise
            except (NotFound, NoSuchAudience):
                await work.over(replace(table.run, state="failed", trouble="names"))
                _cut(visit.request)
            except DatabaseUnavailable:
                _cut(visit.request)
            else:
                await work.over(whole(table.run))

        return Stream(write, TYPES[run.about], name)

    # -- showing

    async def _terms(self, sought: SoughtPeople) -> SearchTerms:
        return await asyncio.to_thread(search_terms, sought, self._context.contents())

    async def offer(
        self,
        visit: Visit,
        sought: SoughtPeople,
        to: str = "",
        act: str = "",
        refused: Translatable | None = None,
    ) -> RenderedPage:
        """The page before a run, with the action `act` chosen.

        `to` is the address to which the form is sent for people who were ticked; empty: that of the search.
        """
        context, playbook = self._context, self._context.playbook()
        number: AudienceCount | None = None
        try:
            number = await number_sought(context.stores, playbook, await self._terms(sought))
        except (ConditionWrong, NotFound, NoSuchAudience) as error:
            refused = refused or error.message
        query = sought_query(context, visit, sought) if sought.chosen is None else query_of(visit)
        data = {
            "who": list(self._people_rows(sought, number)),
            "chosen": chosen_sealed(context, visit, sought.chosen or ()),
            "act": act,
            "number": None if number is None else f"{number.people:,}",
            "people": number_shown(number),
            "is_estimate": number is not None and number.about,
            "counted": f"{COUNTED:,}",
            "is_nobody": number is not None and not number.people,
            "tags": sorted(playbook.tag_names),
            "word": WORD,
            "to": to or page_address(MANY, **query),
            "back": page_address(CONTACTS, **query),
            "runs": [self._line(visit, one) for one in await context.stores.bulk_runs.last(SHOWN)],
        }
        return RenderedPage("contacts_many.html", TITLE, data, 200 if refused is None else 409, refused)

    def _people_rows(
        self, sought: SoughtPeople, number: AudienceCount | None
    ) -> Iterator[tuple[Translatable, TranslatableValue]]:
        """Whom the run is about: a title and a value for each part of the search."""
        if sought.chosen is not None:
            yield tr("Ticked in the list"), f"{len(sought.chosen):,}"
            if number is not None and (gone := len(sought.chosen) - number.people):
                yield tr("Erased since, or part of another"), f"{gone:,}"
        audiences, channels = self._context.playbook().audiences, self._context.shop().channels
        if sought.text:
            yield tr("Searched for"), sought.text
        if sought.audience:
            one = audiences.get(sought.audience)
            everyone = tr("everybody who can be sent something")
            titled = sought.audience if one is None else one.title or sought.audience
            yield tr("Audience"), everyone if sought.audience == EVERYONE else titled
        if sought.tag:
            yield tr("Tag"), sought.tag
        if sought.channel:
            yield tr("Official account"), channels.get(sought.channel, sought.channel)
        if sought.condition:
            yield tr("Condition"), sought.condition

    def _line(self, visit: Visit, run: BulkRun) -> Mapping[str, object]:
        return {
            "run": run,
            "at": f"{MANY}/{run.id}",
            "called": called(run),
            "by": done_by(run.by.removeprefix(CONSOLE)),
            "state": STATES[run.state],
            "done": f"{run.figures.done:,}",
        }

    def _shown(self, visit: Visit, run: BulkRun, refused: Translatable | None = None) -> RenderedPage:
        figures = run.figures
        here = f"{MANY}/{run.id}"
        data = {
            **self._line(visit, run),
            "to": here,
            "figures": figures,
            "seen": f"{figures.seen:,}",
            "same": f"{figures.same:,}",
            "left_out": f"{figures.left_out:,}",
            "gone": f"{figures.gone:,}",
            "people": None if run.people is None else f"{run.people:,}",
            "most": None if run.people is None else max(run.people, figures.seen, 1),
            "trouble": TROUBLES[run.trouble],
            "undoes": f"{MANY}/{run.undoes}" if run.undoes else "",
            "undone": f"{MANY}/{run.undone}" if run.undone else "",
            "is_own": run.by == visit.signed.by,
            "back": MANY,
            "everybody": CONTACTS,
        }
        return RenderedPage("contacts_run.html", TITLE, data, 200 if refused is None else 409, refused)


def _cut(request: web.Request) -> None:
    """Cut the connection, so that the browser knows that the file is not whole. Raises
    `ConnectionResetError`."""
    if request.transport is not None:
        request.transport.abort()
    raise ConnectionResetError
