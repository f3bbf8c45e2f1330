"""`oaflow broadcast`: its arguments by hand; its tests on testers, and the report of its last sending."""

from __future__ import annotations

from argparse import ArgumentParser

from bot.cli.arguments import (
    Actions,
    Run,
    actions_of,
    add_action,
    add_json,
    describe,
    number_to,
)
from bot.cli.broadcast.agree import agree
from bot.cli.broadcast.check import check
from bot.cli.broadcast.progress import status
from bot.cli.broadcast.send import send
from bot.cli.dates import chosen_moment
from bot.cli.declared import add_operations
from bot.cli.line_here import line_and_playbook
from bot.cli.operator import add_by
from bot.cli.order import CommandOrder, carried_out
from bot.cli.report_output import add_forms, show_report
from bot.model.channel import channel_titles
from bot.model.translatable import Refusal, Translatable, tr
from bot.operations.broadcasts.report import report_of
from bot.operations.broadcasts.report_files import report_payload, report_text
from bot.operations.broadcasts.trying_out import TriedOut, try_out
from bot.operations.catalog.subjects import subject_named
from bot.operations.resolve_name import broadcast_of
from bot.runtime.sending.personal_addresses import PersonalAddresses
from bot.store.sealing.derived_keys import LiveKeys, address_keys


class DidNotArrive(Refusal):
    """Some testers got nothing; the lines say why."""


@carried_out(drafts=True)
async def test(order: CommandOrder) -> None:
    """Push it to testers, and print who got it. Raises `DidNotArrive`, where one who is named got none."""
    broadcast, to = broadcast_of(order.playbook, order.name), order.options.to
    people = await order.people()
    line, playbook = await line_and_playbook(order.opened, order.served, people)
    keys = LiveKeys(order.opened.seal, address_keys)
    personal = PersonalAddresses(keys, playbook.public, lambda: playbook).in_messages
    done = await try_out(people, playbook, broadcast, to, line, order.by, personal)
    payload = [{"tester": one.tester, "group": one.group or None, "arrived": one.why is None} for one in done]
    order.show(payload, *map(_line, done))
    if any(one.why is not None and (to or not one.unreachable) for one in done):
        raise DidNotArrive(tr("not all of it arrived"))


def _line(one: TriedOut) -> Translatable:
    name = tr("{tester} ({group})", tester=one.tester, group=one.group) if one.group else one.tester
    if one.why is None:
        return tr("{name}: sent", name=name)
    return tr("{name}: {why}", name=name, why=one.why)


@carried_out()
async def report(order: CommandOrder) -> None:
    """Print it in lines, as CSV or JSON, or draw it."""
    broadcast = broadcast_of(order.playbook, order.name)
    people = await order.people()
    line, _ = await line_and_playbook(order.opened, order.served, people)
    found, silent = await report_of(people, order.playbook, broadcast, line)
    if silent is not None:
        order.note(silent)
    titles = channel_titles(line.settings.channels, order.playbook.bot)
    account = titles.get(found.channel, found.channel) if len(titles) > 1 else ""
    show_report(report_text(found, order.speech, order.zone, account), report_payload(found), order)


MOST_SHOWN = 100_000
"""People who did not get it, in one answer."""
_NAME = "name of a broadcast; before it: folder with bot.yaml"


def arguments(command: ArgumentParser) -> None:
    """What is done."""
    says = "Broadcasts: messages to an audience. Processes that run send them; a command may end before."
    describe(command, says, example="oaflow broadcast list my-shop")
    actions = actions_of(command)
    add_operations(actions, subject_named("broadcasts"))
    looks = _add(
        actions,
        "check",
        "to how many, what it costs, what LINE would refuse; exit 1: it would not go out",
        check,
    )
    tries = _add(actions, "test", "push it to testers now, which costs messages", test)
    tries.add_argument(
        "--to", action="append", default=[], metavar="@NAME", help="a name of  testers:  (all of them)"
    )
    sends = _add(actions, "send", "send it now, once that is confirmed (Ctrl-C: it goes on)", send)
    sends.add_argument(
        "--at", type=chosen_moment, metavar="MOMENT", help='not now, but then: "2026-11-11 20:00"'
    )
    sends.add_argument("--yes", action="store_true", help="send it without asking")
    sends.add_argument(
        "--again", action="store_true", help="also where the same people got the same within 24 hours"
    )
    sends.add_argument("--detach", action="store_true", help="order it, and show nothing of it")
    statuses = _add(actions, "status", "how far it is, why it waits, who did not get it", status)
    statuses.add_argument(
        "--most",
        type=number_to(MOST_SHOWN),
        metavar="N",
        help="people who did not get it: so many at most (20)",
    )
    tells = _add(actions, "report", "what became of it the last time: rates, differences, a picture", report)
    add_forms(tells)
    agrees = _add(
        actions, "agree", "have an order go out that waits, as it is not what was shown any more", agree
    )
    agrees.add_argument("--yes", action="store_true", help="send it without asking")
    for one in (tries, sends, agrees):
        add_by(one)
    for one in (looks, tries, sends, statuses, tells, agrees):
        add_json(one)


def _add(actions: Actions, name: str, does: str, run: Run) -> ArgumentParser:
    action = add_action(
        actions, name, does, run, example=f"oaflow broadcast {name} my-shop 週年慶", words="NAME"
    )
    action.add_argument("words", nargs="*", metavar="NAME", help=_NAME)
    return action
