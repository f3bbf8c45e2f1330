"""`oaflow broadcast test|report`: a broadcast tried out on testers; what became of its last sending."""

from __future__ import annotations

from functools import partial

from bot.cli.broadcast.check import whose_line
from bot.cli.order import CommandOrder, carried_out
from bot.cli.report_output import ReportForms, show_report
from bot.model.translatable import Refusal, Translatable, tr
from bot.operations.broadcasts.report import report_of
from bot.operations.broadcasts.report_files import COLUMNS, report_payload, report_rows, report_svg
from bot.operations.broadcasts.report_words import report_lines
from bot.operations.broadcasts.trying_out import TriedOut, try_out
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
    line, playbook = await whose_line(order.opened, order.served, people)
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
    line, _ = await whose_line(order.opened, order.served, people)
    found, silent = await report_of(people, order.playbook, broadcast, line)
    if silent is not None:
        order.tell(silent)
    picture = partial(report_svg, found, order.speech, order.zone)
    lines = report_lines(found, order.zone)
    show_report(ReportForms(lines, report_payload(found), COLUMNS, report_rows(found), picture), order)
