"""The arguments of `oaflow store`: the clerks of the stores, their codes, whom they have brought."""

from __future__ import annotations

from argparse import ArgumentParser

from bot.cli.arguments import actions_of, add_action, describe
from bot.cli.declared import add_operations
from bot.cli.store.codes import add_codes
from bot.operations.catalog.subjects import subject_named


def arguments(command: ArgumentParser) -> None:
    """What is asked, or done."""
    says, example = (
        "Stores stand in the playbook; who works there is data, and stands in its database.",
        "oaflow store clerks list",
    )
    describe(command, says, example=example)
    clerks = add_action(
        actions_of(command), "clerks", "clerks of the stores, and their codes", None, example=example
    )
    actions = actions_of(clerks)
    add_operations(actions, subject_named("clerks"))
    add_codes(actions)
