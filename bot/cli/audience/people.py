"""`oaflow audience people` and `export`: who is in an audience, in lines or as CSV."""

from __future__ import annotations

from bot.app.database import OpenDatabase
from bot.cli.answer import show_answer
from bot.cli.arguments import Arguments
from bot.cli.commander import commander
from bot.cli.folder_and_words import folder_and_name
from bot.cli.on_database import on_database
from bot.cli.refusal import tell
from bot.cli.report_shown import headings
from bot.cli.terminal_text import write_file_out
from bot.cli.whose_people import whose_people
from bot.model.said import Language, say
from bot.operations.audiences import InAudience, people_in, people_meant
from bot.playbook.csv_table import MARK, csv_line
from bot.playbook.similar import printable
from bot.playbook.valid import ValidPlaybook
from bot.sms.phone import national

MOST = 100
"""People who are told of in lines."""
COLUMNS = ("channel", "line_id", "name", "phone", "member_no")


def people(wanted: Arguments, words: Language) -> int:
    """Print a line for each person; the exit code. Raises `NoSuchAudience`."""
    folder, name = folder_and_name(wanted.words)

    async def work(opened: OpenDatabase, served: ValidPlaybook) -> None:
        meant = people_meant(served.playbook, name)
        theirs = await whose_people(opened, words)
        found: list[InAudience] = []
        async for one in people_in(theirs, served.playbook, meant):
            if len(found) == wanted.most:
                tell(say("there are more: write  --most N, or  oaflow audience export"), words)
                break
            found.append(one)
        lines = ("  ".join(printable(cell) for cell in _cells(one) if cell) for one in found)
        told = [dict(zip(COLUMNS, _cells(one), strict=True)) for one in found]
        show_answer(told, lines, for_programs=wanted.json)

    return on_database(folder, work, drafts=True)


def export(wanted: Arguments, words: Language) -> int:
    """Print all of them as CSV for spreadsheets; the exit code. Raises `NoSuchAudience`."""
    folder, name = folder_and_name(wanted.words)

    async def work(opened: OpenDatabase, served: ValidPlaybook) -> None:
        meant = people_meant(served.playbook, name)
        actor = commander() if wanted.reveal else None
        write_file_out(MARK + csv_line(headings(COLUMNS, words)))
        async for one in people_in(await whose_people(opened, words), served.playbook, meant, actor):
            write_file_out(csv_line(_cells(one)))

    return on_database(folder, work, drafts=True)


def _cells(one: InAudience) -> list[str]:
    contact = one.contact.contact
    phone = "" if contact.phone is None else national(contact.phone)
    return [
        one.identity.channel,
        one.identity.user or "",
        contact.name or "",
        phone,
        contact.member_no or "",
    ]
