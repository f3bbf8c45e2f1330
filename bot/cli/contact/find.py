"""`oaflow contact find`: who may be meant, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence

from bot.cli.arguments import Arguments
from bot.cli.order import CommandOrder, carried_out
from bot.cli.terminal_text import Progress
from bot.model.translatable import tr
from bot.operations.contact_json import in_a_line
from bot.operations.contact_search import SearchTerms, condition_written, place_of, search
from bot.operations.contact_view import masked_view
from bot.operations.contact_words import ContactLine
from bot.operations.find_contacts import LocatedContact, NotFound, sayable
from bot.operations.looks import record_search
from bot.operations.simulated_time import now_among

PAGE, PAGE_MOST = 50, 100_000
"""How many are shown where nobody says it, and at most."""
_SEARCHABLE = tr(
    "write a part of the name, a phone, an e-mail address, a member number, a LINE user id or a contact id"
)
_TERMS = ("tag", "store", "clerk", "audience", "where")


def _something(words: Sequence[str], options: Arguments) -> None:
    named = any(word.strip() for word in words)
    if not named and all(getattr(options, term) is None for term in _TERMS):
        raise NotFound(tr("nobody is named; write a part of the name, or what is known:  --tag VIP"))


@carried_out(check=_something)
async def find(order: CommandOrder) -> None:
    """Print a line for everybody who may be meant. Raises `NotFound` where that is nobody."""
    terms, most = _terms(order), order.options.most
    people, *_ = await order.opened.everywhere()
    await record_search(people, order.by, await now_among(people), "find")
    found = await _found(order, terms, most + 1)
    if not found:
        raise _none_found(order, terms)
    payload = [in_a_line(masked_view(each)) for each in found[:most]]
    order.show_all(payload, map(ContactLine, payload))
    if len(found) > most:
        order.note(
            tr(
                "there are more: add  --after {last}, or  --most N",
                last=place_of(await order.opened.everywhere(), found[most - 1]),
            )
        )


def _terms(order: CommandOrder) -> SearchTerms:
    options, files = order.options, order.served.contents
    where = None if options.where is None or files is None else condition_written(options.where, files)
    return SearchTerms(
        (order.name or "").strip(),
        options.tag,
        options.store,
        options.clerk,
        options.audience,
        options.channel,
        where,
    )


async def _found(order: CommandOrder, terms: SearchTerms, most: int) -> list[LocatedContact]:
    found: list[LocatedContact] = []
    progress = Progress(order.speech)
    everywhere = await order.opened.everywhere()
    async for some in search(everywhere, order.playbook, terms, order.options.after):
        found += some.people
        if len(found) >= most:
            break
        progress.show(tr("{number} contacts looked at", number=f"{some.looked_at:,}"))
    progress.over()
    return found[:most]


def _none_found(order: CommandOrder, terms: SearchTerms) -> NotFound:
    if order.options.after:
        return NotFound(tr("nobody else is found"))
    if not terms.is_text_alone:
        return NotFound(tr("nobody is found of whom all of this holds"))
    return NotFound(tr("nobody is found by {given}; {who}", given=sayable(terms.text), who=_SEARCHABLE))
