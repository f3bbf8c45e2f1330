"""`oaflow contact matches`: who may be one person with whom; staff say yes (a merge) or no."""

from __future__ import annotations

from collections.abc import Mapping

from bot.app.database import OpenDatabase
from bot.cli.answer import show_answer
from bot.cli.arguments import Arguments
from bot.cli.contact.change import confirmed
from bot.cli.contact.contact_json import in_a_line
from bot.cli.contact.text import line
from bot.cli.figures_source import PRETEND
from bot.cli.on_database import on_database
from bot.cli.operator import commander
from bot.cli.playbook_folder import folder_and_words
from bot.cli.refusal import tell
from bot.cli.terminal_text import write_out
from bot.engine.compiled.playbook import Playbook
from bot.model.match import MatchedBy
from bot.model.translatable import Language, Translatable, row, tr
from bot.operations.call_outcomes import Told
from bot.operations.contact_view import shown
from bot.operations.find_contacts import NotFound
from bot.operations.matches import PossibleMatch, confirm, named, possible, refuse
from bot.operations.simulated_time import now_among
from bot.playbook.valid import ValidPlaybook

_BY: Mapping[MatchedBy, Translatable] = {"phone": tr("phone"), "email": tr("e-mail")}


def matches(wanted: Arguments, speech: Language) -> int:
    """List what is to be decided, or decide it. Raises `NotFound` and `Refused`."""
    folder, words = folder_and_words(wanted.words)

    async def work(opened: OpenDatabase, served: ValidPlaybook) -> None:
        match words:
            case []:
                await _list(opened, wanted, speech)
            case ["confirm", name]:
                await _confirm(opened, served.playbook, name, wanted, speech)
            case ["refuse", name]:
                found = await _named(opened, name, speech)
                await refuse(found, commander(), await now_among(found.other.stores))
                _tell(tr("refused: {id} is not asked again", id=name), speech)
            case _:
                raise NotFound(tr("write  confirm ID  or  refuse ID;  without, they are listed"))

    return on_database(folder, work)


async def _list(opened: OpenDatabase, wanted: Arguments, speech: Language) -> None:
    found = await possible(await opened.everywhere(), refused=wanted.refused)
    told = [_told(one) for one in found]
    lines = [text for one, of in zip(found, told, strict=True) for text in _lines(one, of, speech)]
    if not found:
        lines = [speech.text(tr("there are no possible matches"))]
    show_answer(told, lines, for_programs=wanted.json)


async def _confirm(
    opened: OpenDatabase, playbook: Playbook, name: str, wanted: Arguments, speech: Language
) -> None:
    found = await _named(opened, name, speech)
    if not wanted.yes:
        confirmed(found.other, found.contact, speech)
    one = await confirm(found, playbook, commander())
    _tell(tr("merged: {gone} is part of {kept} now", gone=found.contact.contact.id, kept=one.id), speech)
    _tell(tr("to undo it: {command}", command=f"oaflow contact undo-merge {one.id}"), speech)


async def _named(opened: OpenDatabase, name: str, speech: Language) -> PossibleMatch:
    """The match of this id; told where its two are no real people. Raises `NotFound`."""
    found = await named(await opened.everywhere(), name)
    if found.other.simulated:
        tell(PRETEND, speech)
    return found


def _told(one: PossibleMatch) -> Told:
    return {
        "id": one.match.id,
        "at": one.match.at,
        "by": list(one.by),
        "proven": one.proven,
        "refused": one.match.refused,
        "contact": in_a_line(shown(one.contact)),
        "other": in_a_line(shown(one.other)),
    }


def _lines(one: PossibleMatch, told: Told, speech: Language) -> list[str]:
    by = row((_BY[way] for way in one.by), "and")
    known = tr("same {by}, which the other has proven", by=by) if one.proven else tr("same {by}", by=by)
    return [
        f"{one.match.id}  {speech.text(known)}",
        f"  {speech.text(tr('wrote it: {contact}', contact=line(told['contact'], speech)))}",
        f"  {speech.text(tr('has it: {contact}', contact=line(told['other'], speech)))}",
    ]


def _tell(message: Translatable, speech: Language) -> None:
    write_out(f"{speech.text(message)}\n")
