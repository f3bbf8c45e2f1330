"""`oaflow versions`: which playbooks were live, since when, by whom, from which commit."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.cli.answer import in_columns
from bot.cli.arguments import add_json, add_playbook, describe
from bot.cli.order import FolderOrder, on_folder
from bot.model.published_version import SHORT, AcceptedBy, AcceptedPlaybook
from bot.model.translatable import Language, Translatable, TranslatableValue, tr
from bot.operations.payload import pick
from bot.operations.rollback import NONE_YET

_COMMIT = 9
"""Digits of a commit."""
_HOW: Mapping[AcceptedBy, Translatable] = {
    "start": tr("start"),
    "publish": tr("publish"),
    "reload": tr("saved edit"),
}


def arguments(command: ArgumentParser) -> None:
    """A playbook."""
    says = "Which playbooks were live on this database, the last first: since when, by whom, how."
    describe(command, says, example="oaflow versions my-shop", run=list_versions)
    add_playbook(command)
    add_json(command)


@on_folder()
async def list_versions(order: FolderOrder) -> None:
    """Print a line for each version whose files are stored, and how many others there were."""
    accepted = await order.opened.stores.playbooks.all()
    payload = [_payload(one, is_live=not number) for number, one in enumerate(accepted)]
    order.show_all(payload, _lines(accepted, order.at, order.speech))


def _lines(
    found: Sequence[AcceptedPlaybook], at: Callable[[datetime], str], words: Language
) -> Iterator[TranslatableValue]:
    shown = [one for number, one in enumerate(found) if one.is_kept or not number]
    yield from in_columns([_row(one, at, words, is_live=not number) for number, one in enumerate(shown)])
    if not found:
        yield NONE_YET
    elif others := len(found) - len(shown):
        yield tr("and {number} before, whose files are not kept (--json)", number=f"{others:,}")


def _row(
    one: AcceptedPlaybook, at: Callable[[datetime], str], words: Language, *, is_live: bool
) -> list[str]:
    how, state = map(words.words, (_how(one), _state(one, is_live=is_live)))
    return [str(one.number), one.version[:SHORT], at(one.at), how, one.made_by, _commit(one), state]


def _how(one: AcceptedPlaybook) -> TranslatableValue:
    if one.how == "rollback":
        return tr("back to {number}", number=one.origin)
    return _HOW[one.how]


def _commit(one: AcceptedPlaybook) -> str:
    return "" if one.commit is None else one.commit.sha[:_COMMIT] + ("+" if one.commit.changed else "")


def _state(one: AcceptedPlaybook, *, is_live: bool) -> TranslatableValue:
    if is_live:
        return tr("live now")
    if not one.is_whole:
        return tr("cannot be brought back: a secret stood in its files")
    return ""


def _payload(one: AcceptedPlaybook, *, is_live: bool) -> dict[str, Any]:
    return {
        **pick(one, "number", "version", "at"),
        "by": one.made_by or None,
        **pick(one, "how", "of", "commit"),
        "live": is_live,
        "kept": one.is_kept,
        "whole": one.is_whole,
    }
