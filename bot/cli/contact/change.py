"""`oaflow contact tag|set|name|testers|merge|undo-merge|unbind|hand-back`: what staff change of a contact."""

from __future__ import annotations

import sys

from bot.cli.contact.order import about_contact, contact_of
from bot.cli.contact.text import line
from bot.cli.order import CommandOrder, carried_out
from bot.cli.terminal_text import agreed, write_err
from bot.model.translatable import Language, Translatable, TranslatableValue, row, tr
from bot.operations import contact_changes, testers
from bot.operations.contact_changes import (
    AttributeChange,
    Carried,
    HandedBack,
    attribute_change,
    change_tag,
    set_attribute,
)
from bot.operations.contact_json import in_a_line
from bot.operations.contact_view import masked_view
from bot.operations.contact_words import BOUND
from bot.operations.find_contacts import LocatedContact, NotFound, not_called
from bot.operations.testers import Tester
from bot.playbook.similar import hint_for, quoted
from bot.services.rewrites import RewriteRefused


@about_contact
async def tag(order: CommandOrder) -> None:
    """Put a tag of the playbook on, or take off one that somebody has. Raises `NotFound` and `Refused`."""
    *identifier, action, name = _words(order, 3, tr("WHO add TAG, or WHO remove TAG"))
    if action not in ("add", "remove"):
        raise NotFound(
            tr("{action} is neither add nor remove: write  WHO add {tag}", action=quoted(action), tag=name)
        )
    found = await contact_of(order, " ".join(identifier))
    if action == "add":
        carried = await change_tag(found, order.playbook, "add", name, order.by)
        _report(found, order, carried, tr("is tagged {tag}", tag=name))
    else:
        carried = await change_tag(found, order.playbook, "remove", name, order.by)
        _report(found, order, carried, tr("is no longer tagged {tag}", tag=name))


@about_contact
async def set_value(order: CommandOrder) -> None:
    """Set an attribute, or clear it. Raises `NotFound` and `Refused`."""
    text: str | None = None
    if order.options.clear:
        *identifier, key = _words(order, 2, tr("WHO ATTRIBUTE --clear"))
    else:
        *identifier, key, text = _words(order, 3, tr("WHO ATTRIBUTE VALUE"))
    change = attribute_change(order.playbook, key, text)
    found = await contact_of(order, " ".join(identifier))
    carried = await set_attribute(found, change, order.by)
    _report(found, order, carried, _now_has(change))


def _now_has(change: AttributeChange) -> Translatable:
    """What was set, without a value that is private."""
    if change.value is None:
        return tr("has no {attribute} any more", attribute=change.key)
    if change.shown is None:
        return tr("has {attribute}", attribute=change.key)
    return tr("has {attribute}: {value}", attribute=change.key, value=change.shown)


def _words(order: CommandOrder, fewest: int, usage: Translatable) -> list[str]:
    if len(order.words) < fewest:
        raise NotFound(tr("write  {usage}", usage=usage))
    return list(order.words)


def _report(found: LocatedContact, order: CommandOrder, carried: Carried, done: Translatable) -> None:
    """That it is done, once a running process has done it; that it is stored, where none does."""
    contact = found.contact.id
    match carried:
        case "stored":
            order.show(None, tr("stored: {who} {done} as soon as oaflow runs", who=contact, done=done))
        case "done":
            order.show(None, tr("done: {who} {done}", who=contact, done=done))
        case "waiting":
            order.show(None, tr("stored: {who} {done} when its turn comes", who=contact, done=done))


@about_contact
async def name(order: CommandOrder) -> None:
    """Give a name, or take it away with `--clear`. Raises `NotFound` and `Refused`."""
    if order.options.clear:
        found = await contact_of(order)
        had = await testers.end_tester(found, order.by)
        order.show(None, tr("{who} is not called {name} any more", who=found.contact.id, name=", ".join(had)))
        return
    if len(order.words) < 2:
        raise NotFound(tr("write  {usage}", usage=tr("WHO NAME, or WHO --clear")))
    *identifier, called = order.words
    if called not in order.playbook.testers and (near := hint_for(called, order.playbook.testers)):
        raise NotFound(not_called(tr("tester"), called, near))
    found = await contact_of(order, " ".join(identifier))
    lost = await testers.make_tester(found, called, order.by)
    now = tr("{who} is called {name}", who=found.contact.id, name=called)
    without = (
        tr("{name} is nobody's name now: each has one;  oaflow contact name WHO {name}", name=one)
        for one in lost
    )
    order.show(None, now, *without)


@carried_out()
async def list_testers(order: CommandOrder) -> None:
    """Print each tester with the contact that has the name, or that nobody has it."""
    found = await testers.all_testers(await order.people(), order.playbook)
    lines = map(_tester, found) if found else [tr("there are no testers yet;  oaflow contact name WHO NAME")]
    order.show_all(found, lines)


def _tester(tester: Tester) -> Translatable:
    if tester.contact is None:
        return tr("{name}: nobody yet;  oaflow contact name WHO {name}", name=tester.name)
    return tr("{name}: {contact}", name=tester.name, contact=tester.contact)


@about_contact
async def merge(order: CommandOrder) -> None:
    """Make two contacts one. Raises `NotFound` and `Refused`."""
    if len(order.words) != 2:
        raise NotFound(tr("write two, KEPT and GONE; a phone with spaces in quotes"))
    into, gone = [await contact_of(order, identifier) for identifier in order.words]
    contact_changes.check_mergeable(into, gone)
    if not order.options.yes:
        confirmed(into, gone, order.speech)
    one = await contact_changes.merge(into, gone, order.playbook, order.by)
    order.show(None, tr("merged: {gone} is part of {kept} now", gone=gone.contact.id, kept=one.id))
    order.show(None, tr("to undo it: {command}", command=f"oaflow contact undo-merge {one.id}"))


@about_contact
async def undo_merge(order: CommandOrder) -> None:
    """Undo the last merge, or the last move of a phone. Raises `NotFound` and `Refused`."""
    undone = await contact_changes.undo_merge(await contact_of(order), order.playbook, order.by)
    both: dict[str, TranslatableValue] = {"one": undone.contact, "other": undone.other or ""}
    if undone.what == "merged":
        order.show(None, tr("undone: {one} and {other} are two contacts again", **both))
    else:
        order.show(None, tr("undone: {one} and {other} have the phone as before", **both))


@about_contact
async def unbind(order: CommandOrder) -> None:
    """Undo a binding, and wait until a running process has carried it out. Raises `NotFound`, `Refused`."""
    found, kind, keep_tags = await contact_of(order), order.options.kind, order.options.keep_tags
    carried = await contact_changes.unbind(found, order.playbook, kind, order.by, keep_tags=keep_tags)
    tags = tr("its tags stay") if keep_tags else tr("the tags that it put on go with it")
    values: dict[str, TranslatableValue] = {"who": found.contact.id, "kind": BOUND[kind], "tags": tags}
    match carried:
        case "stored":
            order.show(None, tr("stored: {who} is unbound ({kind}) as soon as oaflow runs; {tags}", **values))
        case "done":
            order.show(None, tr("unbound: {who} ({kind}); {tags}", **values))
        case "waiting":
            order.show(None, tr("stored: {who} is unbound ({kind}) when its turn comes; {tags}", **values))


def confirmed(into: LocatedContact, gone: LocatedContact, speech: Language) -> None:
    """Ask at the terminal whether the two become one. Raises `Refused` unless the answer is yes."""
    if not sys.stdin.isatty():
        raise RewriteRefused(tr("nothing is merged without a yes: add  --yes"))
    one, other = (line(in_a_line(masked_view(of)), speech) for of in (into, gone))
    write_err(f"{speech.text(tr('stays: {contact}', contact=one))}\n")
    write_err(f"{speech.text(tr('becomes part of it: {contact}', contact=other))}\n")
    if not agreed(tr("make them one contact? [y/N]"), speech):
        raise RewriteRefused(tr("nothing was merged"))


@about_contact
async def hand_back(order: CommandOrder) -> None:
    """Give it back, and wait until a running process has done so. Raises `NotFound` and `Refused`."""
    done = await contact_changes.hand_back(await contact_of(order), order.options.channel, order.by)
    order.show(done, _handed_back(done))


def _handed_back(done: HandedBack) -> Translatable:
    contact, channels = done.contact, row(done.channels)
    match done.carried:
        case "done":
            return tr(
                "handed back: the bot answers {who} again on {channels}", who=contact, channels=channels
            )
        case "stored":
            return tr(
                "stored: the bot answers {who} again on {channels} as soon as oaflow runs",
                who=contact,
                channels=channels,
            )
        case "waiting":
            return tr(
                "stored: the bot answers {who} again on {channels} when its turn comes",
                who=contact,
                channels=channels,
            )
