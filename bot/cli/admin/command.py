"""`oaflow admin`: who may sign in to `/admin`, and what they may do there."""

from __future__ import annotations

from argparse import ArgumentParser

from bot.cli.admin.accounts import add, list_accounts, reset, role, suspend, unlock
from bot.cli.arguments import Actions, Run, actions_of, add_action, add_json, describe
from bot.cli.operator import add_by
from bot.model.admin import ROLES

_BEFORE = "before it: folder with bot.yaml"


def arguments(command: ArgumentParser) -> None:
    """What is asked, or done."""
    says = "Who may sign in to /admin; nobody has an account until one is added here."
    describe(command, says, example="oaflow admin add mei --role supervisor")
    actions = actions_of(command)
    added = _add(
        actions,
        "add",
        "a new account, with a password to begin with",
        add,
        "add mei --role supervisor",
        "NAME",
    )
    listed = add_action(
        actions,
        "list",
        "all accounts: what they may do, and who is signed in",
        list_accounts,
        example="oaflow admin list",
    )
    listed.add_argument("words", nargs="*", metavar="PLAYBOOK", help="folder with bot.yaml (.)")
    add_json(listed)
    off = _add(
        actions,
        "suspend",
        "nobody can sign in to these any more; whoever is, is signed out",
        suspend,
        "suspend mei",
        "NAME…",
    )
    off.add_argument("--lift", action="store_true", help="they can again")
    _add(
        actions,
        "unlock",
        "forget wrong passwords and codes, after which new browsers have to wait",
        unlock,
        "unlock mei",
        "NAME…",
    )
    _add(
        actions,
        "reset",
        "a new password to begin with, and no second factor; signed out everywhere",
        reset,
        "reset mei",
        "NAME",
    )
    other = _add(
        actions, "role", "another role; signed out everywhere", role, "role mei --role agent", "NAME"
    )
    for one in (added, other):
        _add_role(one)


def _add(actions: Actions, name: str, does: str, run: Run, example: str, words: str) -> ArgumentParser:
    action = add_action(actions, name, does, run, example=f"oaflow admin {example}", words=words)
    action.add_argument("words", nargs="+", metavar=words, help=_BEFORE)
    add_by(action)
    add_json(action)
    return action


def _add_role(action: ArgumentParser) -> None:
    action.add_argument("--role", choices=ROLES, help="what they may do")
    action.add_argument("--group", default="", metavar="NAME", help="the group of stores of a group manager")
    action.add_argument("--store", default="", metavar="NAME", help="the store of a store manager")
    action.add_argument(
        "--clerk", default="", metavar="NUMBER", help="they are this clerk: role and store are the clerk's"
    )
