"""`oaflow channel`: whose the accounts are, linking and unlinking them (A6, A7)."""

from __future__ import annotations

from argparse import ArgumentParser

from bot.cli.arguments import Actions, Run, actions_of, add_action, add_json, describe
from bot.cli.channel.link import link, status, unlink
from bot.cli.channel.rotate import rotate
from bot.cli.operator import add_by


def arguments(command: ArgumentParser) -> None:
    """What is done."""
    says = "The official accounts: where LINE sends their webhooks, and whose they are."
    describe(command, says, example="oaflow channel link main")
    actions = actions_of(command)
    stands = "where LINE sends an account's webhooks, since when, and what was there before"
    _add(actions, "status", stands, status)
    linked = _add(actions, "link", "have LINE send an account's webhooks here, and test it", link)
    over = "also where another system answers the account: its address is stored"
    linked.add_argument("--take-over", action="store_true", help=over)
    linked.add_argument("--address", metavar="URL", help="this server on the internet (OAFLOW_PUBLIC_URL)")
    gone = "take our menus from LINE, say nothing there any more, and forget the account"
    ended = _add(actions, "unlink", gone, unlink)
    back = "LINE sends the webhooks to the system that had the account before"
    ended.add_argument("--give-back", action="store_true", help=back)
    ended.add_argument("--yes", action="store_true", help="do not ask")
    anew = "a secret or token that was issued anew takes the place of the old one in .env"
    replaced = _add(actions, "rotate", anew, rotate)
    for one in (linked, ended, replaced):
        add_by(one)


def _add(actions: Actions, name: str, does: str, run: Run) -> ArgumentParser:
    action = add_action(actions, name, does, run, example=f"oaflow channel {name} main", words="[NAME]")
    action.add_argument(
        "words", nargs="*", metavar="NAME", help="the account (all); before it: folder with bot.yaml"
    )
    add_json(action)
    return action
