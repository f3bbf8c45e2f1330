"""`oaflow contact merge|undo-merge|unbind|hand-back`: what staff change of a person."""

from __future__ import annotations

import sys

from bot.cli.answer import show_answer
from bot.cli.confirm import agreed
from bot.cli.contact.contact_json import in_a_line
from bot.cli.contact.order import ContactOrder
from bot.cli.contact.text import BOUND, line
from bot.cli.operator import commander
from bot.cli.terminal_text import write_err
from bot.model.translatable import Language, Translatable, row, tr
from bot.model.translatable import TranslatableValue as TranslatableValue
from bot.operations import contact_changes
from bot.operations.contact_changes import HandedBack
from bot.operations.contact_view import shown
from bot.operations.find_contacts import LocatedContact, NotFound
from bot.runtime.effects.rewrites import RewriteRefused


async def merge(asked: ContactOrder) -> None:
    """Make two contacts one. Raises `NotFound` and `Refused`."""
    if len(asked.words) != 2:
        raise NotFound(tr("write two, KEPT and GONE; a phone with spaces in quotes"))
    kept, gone = [await asked.one(who) for who in asked.words]
    contact_changes.refuse_two_worlds(kept, gone)
    if not asked.options.yes:
        confirmed(kept, gone, asked.speech)
    one = await contact_changes.merge(kept, gone, asked.playbook, commander())
    asked.tell(tr("merged: {gone} is part of {kept} now", gone=gone.contact.id, kept=one.id))
    asked.tell(tr("to undo it: {command}", command=f"oaflow contact undo-merge {one.id}"))


async def undo_merge(asked: ContactOrder) -> None:
    """Undo the last merge, or the last move of a phone. Raises `NotFound` and `Refused`."""
    undone = await contact_changes.undo_merge(await asked.one(), asked.playbook, commander())
    both: dict[str, TranslatableValue] = {"one": undone.contact, "other": undone.other or ""}
    if undone.what == "merged":
        asked.tell(tr("undone: {one} and {other} are two contacts again", **both))
    else:
        asked.tell(tr("undone: {one} and {other} have the phone as before", **both))


async def unbind(asked: ContactOrder) -> None:
    """Undo a binding, and wait until a running process has carried it out. Raises `NotFound`, `Refused`."""
    found, kind, keep_tags = await asked.one(), asked.options.kind, asked.options.keep_tags
    carried = await contact_changes.unbind(found, asked.playbook, kind, commander(), keep_tags=keep_tags)
    tags = tr("its tags stay") if keep_tags else tr("the tags that it put on go with it")
    told: dict[str, TranslatableValue] = {"who": found.contact.id, "kind": BOUND[kind], "tags": tags}
    match carried:
        case "stored":
            asked.tell(tr("stored: {who} is unbound ({kind}) as soon as oaflow runs; {tags}", **told))
        case "done":
            asked.tell(tr("unbound: {who} ({kind}); {tags}", **told))
        case "waiting":
            asked.tell(tr("stored: {who} is unbound ({kind}) when its turn comes; {tags}", **told))


def confirmed(kept: LocatedContact, gone: LocatedContact, speech: Language) -> None:
    """Ask at the terminal whether the two become one. Raises `Refused` unless the answer is yes."""
    if not sys.stdin.isatty():
        raise RewriteRefused(tr("nothing is merged without a yes: add  --yes"))
    one, other = (line(in_a_line(shown(of)), speech) for of in (kept, gone))
    write_err(f"{speech.text(tr('stays: {contact}', contact=one))}\n")
    write_err(f"{speech.text(tr('becomes part of it: {contact}', contact=other))}\n")
    if not agreed(tr("make them one contact? [y/N]"), speech):
        raise RewriteRefused(tr("nothing was merged"))


async def hand_back(asked: ContactOrder) -> None:
    """Give it back, and wait until a running process has done so. Raises `NotFound` and `Refused`."""
    done = await contact_changes.hand_back(await asked.one(), asked.options.channel, commander())
    told = {"contact": done.contact, "channels": list(done.channels), "carried": done.carried}
    show_answer(told, [asked.speech.text(_in_words(done))], for_programs=asked.options.json)


def _in_words(done: HandedBack) -> Translatable:
    who, channels = done.contact, row(done.channels)
    match done.carried:
        case "done":
            return tr("handed back: the bot answers {who} again on {channels}", who=who, channels=channels)
        case "stored":
            return tr(
                "stored: the bot answers {who} again on {channels} as soon as oaflow runs",
                who=who,
                channels=channels,
            )
        case "waiting":
            return tr(
                "stored: the bot answers {who} again on {channels} when its turn comes",
                who=who,
                channels=channels,
            )
