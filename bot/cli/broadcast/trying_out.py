"""`oaflow broadcast test`: a broadcast to testers, before it goes to everybody."""

from __future__ import annotations

from bot.app.database import OpenDatabase
from bot.cli.answer import show_answer
from bot.cli.arguments import Arguments
from bot.cli.broadcast.line_client import whose_line
from bot.cli.figures_source import whose_people
from bot.cli.on_database import on_database
from bot.cli.operator import commander
from bot.cli.playbook_folder import folder_and_name
from bot.model.translatable import Language, Refusal, Translatable, tr
from bot.operations.broadcasts.trying_out import TriedOut, try_out
from bot.operations.resolve_name import broadcast_of
from bot.playbook.valid import ValidPlaybook
from bot.runtime.sending.personal_addresses import PersonalAddresses
from bot.store.sealing.derived_keys import LiveKeys, address_keys


class DidNotArrive(Refusal):
    """Some testers got nothing; the lines say why."""


def test(wanted: Arguments, words: Language) -> int:
    """Push it to testers, and print who got it; exit 1 where a push failed, or one who is named got none."""
    folder, name = folder_and_name(wanted.words)

    async def work(opened: OpenDatabase, served: ValidPlaybook) -> None:
        broadcast = broadcast_of(served.playbook, name)
        people = await whose_people(opened, words)
        line, playbook = await whose_line(opened, served, people)
        personal = PersonalAddresses(LiveKeys(opened.seal, address_keys), playbook.public, lambda: playbook)
        done = await try_out(
            people,
            playbook,
            broadcast,
            wanted.to,
            line,
            commander(wanted.by),
            personal.in_messages,
        )
        told = [
            {"tester": one.tester, "group": one.group or None, "arrived": one.why is None} for one in done
        ]
        show_answer(told, (words.text(_line(one)) for one in done), for_programs=wanted.json)
        if any(one.why is not None and (wanted.to or not one.unreachable) for one in done):
            raise DidNotArrive(tr("not all of it arrived"))

    return on_database(folder, work, drafts=True)


def _line(one: TriedOut) -> Translatable:
    name = tr("{tester} ({group})", tester=one.tester, group=one.group) if one.group else one.tester
    if one.why is None:
        return tr("{name}: sent", name=name)
    return tr("{name}: {why}", name=name, why=one.why)
