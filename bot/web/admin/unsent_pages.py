"""What could not be sent or handled, by reason: sent once more, or dropped (requirements A2, K3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.model.plain_text import visible
from bot.model.translatable import Translatable, row, tr
from bot.operations.call_outcomes import why_lost
from bot.operations.catalog.identities import masked_contact
from bot.operations.dead_letters import (
    InFull,
    Which,
    given_up,
    in_full,
    lost_by_reason,
    resend_costs,
)
from bot.operations.declared.unsent import OTHERS, drop_unsent, fingerprint_of, kind_words, resend_unsent
from bot.operations.refused_calls import STUCK_MOST, refused_accounts, stuck_messages, why_stuck
from bot.operations.resending import Handling
from bot.operations.simulated_time import now_among
from bot.store.events.dead_letters import DeadLetterEntry
from bot.translations.chinese import CHINESE
from bot.web.admin.console_context import ConsoleContext
from bot.web.admin.own_address import is_own
from bot.web.admin.visit import AdminAnswer, AdminPages, Flash, Redirect, RenderedPage, Visit, page_address

PAGE = "/admin/unsent"
SOME = f"{PAGE}/some"
TITLE = tr("Not sent")
WORD = tr("drop")
"""What is typed to confirm, in either language."""
SPANS = (7, 30, 90)
"""The choice of days; the first is also that of the number beside the navigation's entry."""
SHOWN = 50
"""The most lines of a page."""
AT_ONCE = 1_000
"""The most that one button handles, the oldest first: a browser waits for it."""
SCOPE = ("name", "reason", "days")
"""Which of them a page is about, by the names of its address's query."""


@dataclass(frozen=True, slots=True)
class UnsentPages(AdminPages):
    """`/admin/unsent`."""

    context: ConsoleContext

    async def unsent(self, visit: Visit) -> AdminAnswer:
        """The list of reasons: how many, and since when."""
        said, days = visit.words.words, _days(visit.query("days"))
        groups, now = await lost_by_reason(self.context.stores, days), await now_among(self.context.stores)
        refused = await refused_accounts(self.context.stores, now)
        data = {
            "stuck": await stuck_messages(self.context.stores, now),
            "whys": {name: said(why_stuck(one.kind)) for name, one in refused.items()},
            "stuck_most": STUCK_MOST,
            "groups": [
                {
                    "lost": one,
                    "why": visible(said(why_lost(one.reason))),
                    "kinds": said(row(list(map(kind_words, one.kinds)))),
                    "channels": said(row(one.channels)),
                    "address": page_address(SOME, reason=one.reason, days=str(days)),
                }
                for one in groups
            ],
            "number": sum(one.number for one in groups),
            "all": page_address(SOME, days=str(days)),
            "spans": [(one, page_address(PAGE, days=str(one)), one == days) for one in SPANS],
        }
        return RenderedPage("unsent.html", TITLE, data)

    async def unsent_some(self, visit: Visit) -> AdminAnswer:
        """The page of one, of those of a reason, or of all: how many, and what it costs to send them."""
        return await self._some(visit, {name: visit.query(name) for name in SCOPE})

    async def unsent_resent(self, visit: Visit) -> AdminAnswer:
        """Send them once more, if they are still those that the page has shown."""
        scope, found = await self._meant(visit)
        if found is None:
            return await self._some(visit, scope, OTHERS)
        names, second = tuple(one.name for one in found), visit.form.get("second") == "yes"
        done = await resend_unsent(visit.call(self.context), Which(), names, second=second)
        return await self._done(visit, scope, done.handled)

    async def unsent_dropped(self, visit: Visit) -> AdminAnswer:
        """Drop them, once the word is typed."""
        scope, found = await self._meant(visit)
        if visit.form.get("typed", "").strip().casefold() not in (str(WORD), CHINESE.text(WORD)):
            return await self._some(visit, scope, tr("Nothing was dropped: the word is another one"))
        if found is None:
            return await self._some(visit, scope, OTHERS)
        names = tuple(one.name for one in found)
        done = await drop_unsent(visit.call(self.context), Which(), names)
        return await self._done(visit, scope, done.handled)

    async def _meant(self, visit: Visit) -> tuple[Mapping[str, str], Sequence[DeadLetterEntry] | None]:
        """Which the form means; `None` where they are not those that the page has shown."""
        scope = {name: visit.form.get(name, "") for name in SCOPE}
        found, _ = await self._found(scope)
        return scope, found if visit.form.get("seen") == _digest(found) else None

    async def _found(self, scope: Mapping[str, str]) -> tuple[Sequence[DeadLetterEntry], InFull | None]:
        """The oldest of them, at most `AT_ONCE`, and the one in full where one is named."""
        if scope["name"]:
            one = await in_full(self.context.stores, scope["name"])
            return [one.one], one
        reasons = (scope["reason"],) if scope["reason"] else ()
        lost = await given_up(self.context.stores, Which(_days(scope["days"]), reason=reasons))
        return lost.found[:AT_ONCE], None

    async def _some(
        self, visit: Visit, scope: Mapping[str, str], refused: Translatable | None = None
    ) -> RenderedPage:
        said = visit.words.words
        found, one = await self._found(scope)
        data: Mapping[str, Any] = {
            "rows": [self._row(visit, scope, entry) for entry in found[:SHOWN]],
            "number": len(found),
            "seen": _digest(found),
            "is_part": len(found) == AT_ONCE,
            "not_shown": max(0, len(found) - SHOWN),
            "costs": None
            if (costs := resend_costs(found, self.context.prices().messages)) is None
            else said(costs),
            "why": visible(said(why_lost(scope["reason"]))) if scope["reason"] else "",
            "one": one,
            "why_not": "" if one is None or one.why_not is None else said(one.why_not),
            "is_handled": one is not None and one.one.handled is not None,
            "scope": scope,
            "word": WORD,
            "page": page_address(PAGE, days=scope["days"]),
        }
        return RenderedPage("unsent_some.html", TITLE, data, 200 if refused is None else 422, refused)

    def _row(self, visit: Visit, scope: Mapping[str, str], one: DeadLetterEntry) -> Mapping[str, Any]:
        said, why = visit.words.words, why_lost(one.reason)
        person = f"/admin/contacts/{self.context.parts.sealed(visit.signed.name, 'contact', one.contact)}"
        return {
            "entry": one,
            "kind": said(kind_words(one.kind)),
            "whose": masked_contact(one.contact),
            "person": person if is_own(person) else "",
            "why": visible(said(why)),
            "detail": visible(one.detail),
            "address": "" if scope["name"] else page_address(SOME, name=one.name, days=scope["days"]),
        }

    async def _done(
        self, visit: Visit, scope: Mapping[str, str], done: Sequence[Handling]
    ) -> RenderedPage | Redirect:
        refused = [one for one in done if one.became == "refused"]
        if refused and len(refused) == len(done):
            return await self._some(visit, scope, refused[0].why)
        return Redirect(page_address(PAGE, days=scope["days"]), flash=Flash(_outcome(done, refused)))


def _digest(found: Sequence[DeadLetterEntry]) -> str:
    """A fingerprint of their names, to recognise them in a form."""
    return fingerprint_of(one.name for one in found)


def _outcome(done: Sequence[Handling], refused: Sequence[Handling]) -> Translatable:
    """What became of them, in a line."""
    lost = sum(one.became == "aside" or (one.end is not None and one.end.lost) for one in done)
    waits = sum(one.became in ("stored", "under-way") for one in done)
    dropped = sum(one.became == "dropped" for one in done)
    well = len(done) - lost - waits - dropped - len(refused)
    said = [
        *([tr("done: {number}", number=f"{well:,}")] if well else []),
        *([tr("dropped: {number}", number=f"{dropped:,}")] if dropped else []),
        *([tr("under way: {number}", number=f"{waits:,}")] if waits else []),
        *([tr("failed once more: {number}", number=f"{lost:,}")] if lost else []),
    ]
    if refused and (why := refused[0].why) is not None:
        said.append(tr("not done: {number} ({why})", number=f"{len(refused):,}", why=why))
    return tr("{outcomes}", outcomes=row(said))


def _days(text: str) -> int:
    return next((one for one in SPANS if str(one) == text), SPANS[0])
