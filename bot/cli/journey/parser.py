"""What may be written after `oaflow journey`, and which of its commands is carried out with it."""

from __future__ import annotations

import argparse

from bot.cli.days import DAYS, days
from bot.cli.folder_and_words import folder_and_words
from bot.cli.language_option import Commands
from bot.model.said import Language

_FLOW = "name of a flow; before it: folder with bot.yaml"


def add_journey(commands: Commands) -> None:
    """Add `journey` with its own commands."""
    journey = commands.add_parser(
        "journey",
        help="how journeys stand, and what was counted of them",
        description="Journeys in the playbook's database, also while the bot runs.",
        epilog="example: oaflow journey status my-shop",
    )
    actions = journey.add_subparsers(dest="action", required=True, metavar="ACTION", help="what is done")
    _add(
        actions,
        "status",
        "live, closed, paused or stopped, why, and how many people are in it",
        "status my-shop welcome_series",
        "[FLOW]",
    )
    counts = _add(actions, "counts", "what was counted, day by day", "counts my-shop welcome_series", "FLOW")
    counts.add_argument(
        "--days", type=days, default=DAYS, metavar="N", help="the last N days, with today (%(default)s)"
    )


def _add(actions: Commands, name: str, does: str, example: str, words: str) -> argparse.ArgumentParser:
    command = actions.add_parser(
        name,
        help=does,
        description=f"{does[0].upper()}{does[1:]}.",
        epilog=f"example: oaflow journey {example}",
        usage=f"%(prog)s [OPTION…] [PLAYBOOK] {words}",
    )
    command.add_argument("words", nargs="*", metavar=words, help=_FLOW)
    command.add_argument("--json", action="store_true", help="the answer for programs")
    return command


async def carried_out(wanted: argparse.Namespace, speech: Language) -> int:
    """Run the command; its exit code."""
    folder, words = folder_and_words(wanted.words)
    flow = " ".join(words) or None  # of several words none is a flow's name, which is then said
    if wanted.action == "status":
        from bot.cli.journey.status import journey_status  # only here: other commands start without it

        return await journey_status(folder, flow, for_programs=wanted.json, words=speech)
    from bot.cli.journey.counts import journey_counts

    return await journey_counts(folder, flow, wanted.days, for_programs=wanted.json, words=speech)
