"""The clerk of a store whom a person is bound to: found by a code, handed over, left (language, 8.3)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.engine.turn import change_notes
from bot.engine.turn.turn import Turn
from bot.model.clerk import StoreClerk
from bot.model.contact import Clerk
from bot.model.counts import BOUND, JOINED, OF_CLERKS
from bot.model.effects import CheckClerk, FindClerk
from bot.model.event import Outcome
from bot.model.mark import Mark
from bot.model.staff_order import StaffHandsOver

NEW = timedelta(days=1)
"""Who became a friend at most so long before the binding is counted as brought by the clerk: they scan the
clerk's code, add the account, and may finish the binding at home."""


def clerk_outcome(
    request: FindClerk | CheckClerk, found: StoreClerk | None, has: Clerk | None, now: datetime
) -> Outcome:
    """What `bind_clerk` or `check_clerk` comes back with. The person `has` this clerk already.

    `found`: whom the code leads to; `None`: to nobody, or there were too many guesses.
    """
    if found is None or not found.has_code:
        return Outcome("clerk", "unknown", request.origin)
    if found.suspended is not None:
        return Outcome("clerk", "suspended", request.origin)
    clerk = Clerk(found.code or found.number, found.name, found.store, now, found.number)
    if has is not None and (has.known_by == clerk.known_by or not request.rebind):
        return Outcome("clerk", "already", request.origin)
    if isinstance(request, CheckClerk):
        return Outcome("clerk", "valid", request.origin)
    before = None if has is None else has.known_by
    return Outcome("clerk", "bound", request.origin, clerk=clerk, clerk_before=before)


def take_clerk(turn: Turn, outcome: Outcome) -> None:
    """Bind the person to the clerk of an outcome, unless to another one since the code was looked up."""
    clerk = outcome.clerk
    if clerk is None or outcome.result != "bound" or _of(turn) != outcome.clerk_before:
        return
    turn.contact.clerk = clerk
    what = (BOUND, JOINED) if _is_new(turn) else (BOUND,)
    turn.marks += (Mark(turn.channel, OF_CLERKS, one, (clerk.known_by, clerk.store)) for one in what)
    turn.queue_news("bound", "clerk")


def as_it_came(turn: Turn, outcome: Outcome) -> Outcome:
    """The outcome for flows and rules: `already` where another code was faster than this one."""
    is_refused = outcome.clerk is not None and turn.contact.clerk != outcome.clerk
    return replace(outcome, result="already") if is_refused and outcome.result == "bound" else outcome


def handed_over(turn: Turn, change: StaffHandsOver) -> None:
    """Staff give the person to another clerk. It is no news: nobody has bound anything."""
    clerk = turn.contact.clerk
    if clerk is None or clerk.known_by != change.was:
        turn.note(change_notes.CLERK_NOT_HANDED_OVER)
        return
    turn.contact.clerk = replace(change.clerk, at=clerk.at)
    turn.note(change_notes.CLERK_HANDED_OVER)


def unbind_clerk(turn: Turn) -> bool:
    """Undo the binding to a clerk; whether there was one."""
    was = turn.contact.clerk is not None
    turn.contact.clerk = None
    if was:
        turn.queue_news("unbound", "clerk")
    return was


def _is_new(turn: Turn) -> bool:
    since = turn.contact.identity(turn.channel).since
    return since is not None and turn.now - since <= NEW


def _of(turn: Turn) -> str | None:
    clerk = turn.contact.clerk
    return None if clerk is None else clerk.known_by
