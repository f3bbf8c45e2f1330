"""`oaflow contact matches`: contacts that may be one person; staff confirm (a merge) or refuse."""

from __future__ import annotations

import sys
from collections.abc import Mapping

from bot.cli.on_database import PRETEND
from bot.cli.order import CommandOrder, carried_out
from bot.cli.terminal_text import agreed, write_err
from bot.model.match import MatchedBy
from bot.model.translatable import Language, Translatable, row, tr
from bot.operations.contact_changes import check_mergeable
from bot.operations.contact_json import in_a_line
from bot.operations.contact_view import masked_view
from bot.operations.contact_words import ContactLine
from bot.operations.find_contacts import LocatedContact, NotFound
from bot.operations.looks import record_search
from bot.operations.matches import PossibleMatch, confirm, named, possible, refuse
from bot.operations.payload import Payload, pick
from bot.operations.simulated_time import now_among
from bot.services.rewrites import RewriteRefused

_BY: Mapping[MatchedBy, Translatable] = {"phone": tr("phone"), "email": tr("e-mail")}


@carried_out()
async def matches(order: CommandOrder) -> None:
    """List what is to be decided, or decide it. Raises `NotFound` and `Refused`."""
    match order.words:
        case []:
            await _list(order)
        case ["confirm", name]:
            found = await _named(order, name)
            check_mergeable(found.other, found.contact)
            if not order.options.yes:
                _confirmed(found.other, found.contact, order.speech)
            one = await confirm(found, order.playbook, order.by)
            gone = found.contact.contact.id
            order.show(
                None,
                tr("merged: {gone} is part of {kept} now", gone=gone, kept=one.id),
                tr("to undo it: {command}", command=f"oaflow contact undo-merge {one.id}"),
            )
        case ["refuse", name]:
            found = await _named(order, name)
            await refuse(found, order.by, await now_among(found.other.stores))
            order.show(None, tr("refused: {id} is not asked again", id=name))
        case _:
            raise NotFound(tr("write  confirm ID  or  refuse ID;  without, they are listed"))


async def _list(order: CommandOrder) -> None:
    everywhere = await order.opened.everywhere()
    people, *_ = everywhere
    await record_search(people, order.by, await now_among(people), "matches")
    found = await possible(everywhere, refused=order.options.refused)
    payload = [_payload(one) for one in found]
    lines = [text for one in payload for text in _lines(one, order.speech)]
    order.show(payload, *(lines if found else [tr("there are no possible matches")]))


async def _named(order: CommandOrder, name: str) -> PossibleMatch:
    """The match of this id; noted where its two are no real people. Raises `NotFound`."""
    found = await named(await order.opened.everywhere(), name)
    if found.other.simulated:
        order.note(PRETEND)
    return found


def _payload(one: PossibleMatch) -> Payload:
    return {
        **pick(one.match, "id", "at"),
        **pick(one, "by", "proven"),
        "refused": one.match.refused,
        "contact": in_a_line(masked_view(one.contact)),
        "other": in_a_line(masked_view(one.other)),
    }


def _lines(one: Payload, speech: Language) -> list[str]:
    by = row((_BY[way] for way in one["by"]), "and")
    known = tr("same {by}, which the other has proven", by=by) if one["proven"] else tr("same {by}", by=by)
    return [
        f"{one['id']}  {speech.text(known)}",
        f"  {speech.text(tr('wrote it: {contact}', contact=ContactLine(one['contact'])))}",
        f"  {speech.text(tr('has it: {contact}', contact=ContactLine(one['other'])))}",
    ]


def _confirmed(into: LocatedContact, gone: LocatedContact, speech: Language) -> None:
    """Ask at the terminal whether the two become one. Raises `Refused` unless the answer is yes."""
    if not sys.stdin.isatty():
        raise RewriteRefused(tr("nothing is merged without a yes: add  --yes"))
    one, other = (ContactLine(in_a_line(masked_view(of))) for of in (into, gone))
    write_err(f"{speech.text(tr('stays: {contact}', contact=one))}\n")
    write_err(f"{speech.text(tr('becomes part of it: {contact}', contact=other))}\n")
    if not agreed(tr("make them one contact? [y/N]"), speech):
        raise RewriteRefused(tr("nothing was merged"))
