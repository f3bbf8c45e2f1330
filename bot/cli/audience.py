"""`oaflow audience export`: who is in an audience, for spreadsheets; the other actions are declared."""

from __future__ import annotations

from argparse import ArgumentParser

from bot.cli.arguments import actions_of, add_action, describe
from bot.cli.declared import add_operations
from bot.cli.order import CommandOrder, carried_out
from bot.cli.terminal_text import write_file_out
from bot.connectors.sms.phone import national
from bot.model.audit import AuditEntry
from bot.operations.audiences import COLUMNS, InAudience, people_in, target_audience
from bot.operations.audit_trail import audited
from bot.operations.catalog.subjects import subject_named
from bot.playbook.csv_table import csv_line, heading_line

_NAME = "name of an audience, everyone, or a broadcast; before it: folder with bot.yaml"


@carried_out(drafts=True)
async def export(order: CommandOrder) -> None:
    """Print all of them as CSV, while they are read. Raises `NoSuchAudience`."""
    meant = target_audience(order.playbook, order.name)
    actor = order.by if order.options.reveal else None
    people, now = await order.people_now()
    written = 0
    async with audited(people, AuditEntry("audience_listed", order.by, now, order.name or "")) as doing:
        write_file_out(heading_line(COLUMNS, order.speech))
        async for one in people_in(people, order.playbook, meant, actor):
            write_file_out(csv_line(_cells(one)))
            written += 1
        doing.update(after=f"{written}")


def _cells(one: InAudience) -> list[str]:
    contact = one.contact.contact
    phone = "" if contact.phone is None else national(contact.phone)
    user = one.identity.user or ""
    return [one.identity.channel, user, contact.name or "", phone, contact.member_no or ""]


def arguments(command: ArgumentParser) -> None:
    """What is asked."""
    says = "Audiences, in the playbook's database, also while the bot runs; the playbook need not be live."
    describe(command, says, example="oaflow audience list my-shop")
    actions = actions_of(command)
    add_operations(actions, subject_named("audiences"))
    does, example = "all people in it as CSV, phones masked", "oaflow audience export my-shop everyone"
    written = add_action(actions, "export", does, export, example=example, words="NAME")
    written.add_argument("words", nargs="*", metavar="NAME", help=_NAME)
    written.add_argument(
        "--reveal", action="store_true", help="phones in full, which is recorded of each person"
    )
