"""`oaflow journey report`: what a journey has brought; the other actions are declared."""

from __future__ import annotations

from argparse import ArgumentParser

from bot.cli.arguments import actions_of, add_action, add_days, add_json, describe
from bot.cli.declared import add_operations
from bot.cli.order import CommandOrder, carried_out
from bot.cli.report_output import add_forms, show_report
from bot.operations.catalog.subjects import subject_named
from bot.operations.journey_reports.report import journey_report
from bot.operations.journey_reports.report_files import report_payload, report_text
from bot.operations.resolve_name import flow_of


@carried_out()
async def report(order: CommandOrder) -> None:
    """Print what a journey has brought in lines, as CSV or JSON, or draw it."""
    flow, options, zone = flow_of(order.playbook, order.name), order.options, order.zone
    found = await journey_report(await order.people(), order.playbook, flow, options.days, options.split)
    show_report(report_text(found, order.speech, zone), report_payload(found), order)


def arguments(command: ArgumentParser) -> None:
    """What is asked."""
    says = "Journeys in the playbook's database, also while the bot runs."
    describe(command, says, example="oaflow journey status my-shop")
    actions = actions_of(command)
    add_operations(actions, subject_named("flows"))
    brought = "who reached its goal in time: rates, differences, a picture"
    example = "oaflow journey report my-shop welcome_series"
    tells = add_action(actions, "report", brought, report, example=example, words="FLOW")
    what = "name of a flow; before it: folder with bot.yaml"
    tells.add_argument("words", nargs="*", metavar="FLOW", help=what)
    add_days(tells, "who began in the last N days, with today (as far back as is kept)", default=None)
    tells.add_argument("--split", metavar="NAME", help="which split is compared (the first that it asks for)")
    add_forms(tells)
    add_json(tells)
