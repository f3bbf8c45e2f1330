"""`oaflow journey`: how journeys stand, and what was counted of them."""

from __future__ import annotations

from argparse import ArgumentParser

from bot.cli.arguments import Actions, Run, actions_of, add_action, add_days, add_json, describe
from bot.cli.journey.counts import counts, report
from bot.cli.journey.status import status
from bot.cli.report_output import add_forms

_FLOW = "name of a flow; before it: folder with bot.yaml"


def arguments(command: ArgumentParser) -> None:
    """What is asked."""
    says = "Journeys in the playbook's database, also while the bot runs."
    describe(command, says, example="oaflow journey status my-shop")
    actions = actions_of(command)
    stands = "live, closed, paused or stopped, why, and how many people are in it"
    _add(actions, "status", stands, status, "[FLOW]")
    counted = _add(actions, "counts", "what was counted, day by day", counts, "FLOW")
    add_days(counted)
    brought = "who reached its goal in time: rates, differences, a picture"
    tells = _add(actions, "report", brought, report, "FLOW")
    add_days(tells, "who began in the last N days, with today (as far back as is kept)", default=None)
    tells.add_argument("--split", metavar="NAME", help="which split is compared (the first that it asks for)")
    add_forms(tells)


def _add(actions: Actions, name: str, does: str, run: Run, words: str) -> ArgumentParser:
    example = f"oaflow journey {name} my-shop welcome_series"
    action = add_action(actions, name, does, run, example=example, words=words)
    action.add_argument("words", nargs="*", metavar=words, help=_FLOW)
    add_json(action)
    return action
