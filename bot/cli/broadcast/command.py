"""`oaflow broadcast send|agree`; the other actions are declared."""

from __future__ import annotations

from argparse import ArgumentParser

from bot.cli.arguments import (
    Actions,
    Run,
    actions_of,
    add_action,
    add_json,
    describe,
)
from bot.cli.broadcast.agree import agree
from bot.cli.broadcast.send import send
from bot.cli.dates import chosen_moment
from bot.cli.declared import add_operations
from bot.cli.operator import add_by
from bot.operations.catalog.subjects import subject_named

_NAME = "name of a broadcast; before it: folder with bot.yaml"


def arguments(command: ArgumentParser) -> None:
    """What is done."""
    says = "Broadcasts: messages to an audience. Processes that run send them; a command may end before."
    describe(command, says, example="oaflow broadcast list my-shop")
    actions = actions_of(command)
    add_operations(actions, subject_named("broadcasts"))
    sends = _add(actions, "send", "send it now, once that is confirmed (Ctrl-C: it goes on)", send)
    sends.add_argument(
        "--at", type=chosen_moment, metavar="MOMENT", help='not now, but then: "2026-11-11 20:00"'
    )
    sends.add_argument("--yes", action="store_true", help="send it without asking")
    sends.add_argument(
        "--again", action="store_true", help="also where the same people got the same within 24 hours"
    )
    sends.add_argument("--detach", action="store_true", help="order it, and show nothing of it")
    agrees = _add(
        actions, "agree", "have an order go out that waits, as it is not what was shown any more", agree
    )
    agrees.add_argument("--yes", action="store_true", help="send it without asking")
    for one in (sends, agrees):
        add_by(one)
        add_json(one)


def _add(actions: Actions, name: str, does: str, run: Run) -> ArgumentParser:
    action = add_action(
        actions, name, does, run, example=f"oaflow broadcast {name} my-shop 週年慶", words="NAME"
    )
    action.add_argument("words", nargs="*", metavar="NAME", help=_NAME)
    return action
