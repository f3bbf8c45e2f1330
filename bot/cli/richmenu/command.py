"""`oaflow richmenu`: LINE's rich menus, their pictures, and how often they are tapped."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path

from bot.cli.arguments import Actions, Run, actions_of, add_action, add_days, add_json, add_playbook, describe
from bot.cli.operator import add_by
from bot.cli.richmenu.at_line import plan, relink, sync
from bot.cli.richmenu.counts import counts
from bot.cli.richmenu.image import image


def arguments(command: ArgumentParser) -> None:
    """What is asked, or done."""
    says = "LINE's rich menus: how they differ from the playbook's, and how they become the same."
    describe(command, says, example="oaflow richmenu sync my-shop --channel main")
    actions = actions_of(command)
    anew = "everybody's menu is linked anew, whatever another system has linked"
    planned = _add(actions, "plan", "what a sync would do, step by step", plan)
    synced = _add(actions, "sync", "LINE's menus become those of the playbook", sync)
    relinked = _add(actions, "relink", anew, relink)
    for action in (synced, relinked):
        add_by(action)
    for action in (planned, synced, relinked):
        action.add_argument("--channel", metavar="NAME", help="this account only (all)")
        add_json(action)
    counted = _add(actions, "counts", "how often each area was tapped", counts)
    add_days(counted)
    add_json(counted)
    plain = "plain pictures for menus that have none, drawn from their labels"
    drawn = _add(actions, "image", plain, image)
    drawn.add_argument("--font", type=Path, metavar="FILE", help="a font with Chinese characters")


def _add(actions: Actions, name: str, does: str, run: Run) -> ArgumentParser:
    action = add_action(actions, name, does, run, example=f"oaflow richmenu {name} my-shop")
    add_playbook(action)
    return action
