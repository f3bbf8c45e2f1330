"""`oaflow keys`: the keys that seal personal data: which there are, and how new ones take their place."""

from __future__ import annotations

import asyncio
import sys
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from dataclasses import asdict

from bot.app.database import OpenDatabase
from bot.app.rotating_keys import rotating_keys
from bot.cli.answer import show_answer
from bot.cli.arguments import (
    Arguments,
    actions_of,
    add_action,
    add_json,
    add_language,
    add_playbook,
    describe,
)
from bot.cli.commander import commander
from bot.cli.exit_codes import RIGHT
from bot.cli.on_database import on_database
from bot.cli.refusal import UsageWrong, tell
from bot.model.clock import SystemClock
from bot.model.said import Language, Said, row, say
from bot.operations.keys import KeysRefused, ListedKey, begin, count, listed, retired, widen
from bot.playbook.valid import ValidPlaybook
from bot.runtime.cluster.key_rotation import LOOK, KeyRotation
from bot.store.rotation.resealing import SealedBy
from bot.store.rotation.rotations import RotationState
from bot.store.sealing.keyring import KeyRing, generate


def arguments(command: ArgumentParser) -> None:
    """What is done."""
    says = "The keys that seal personal data in the database."
    describe(command, says, example="oaflow keys rotate my-shop")
    actions = actions_of(command)
    add_action(
        actions,
        "new",
        "print a new key ring for OAFLOW_KEYS",
        new,
        example='export OAFLOW_KEYS="$(oaflow keys new)"',
    )
    there = add_action(
        actions,
        "list",
        "the keys, and how much is sealed with each",
        list_,
        example="oaflow keys list my-shop",
    )
    add_playbook(there)
    there.add_argument("--quick", action="store_true", help="without counting what is sealed with each")
    add_json(there)
    turned = add_action(
        actions,
        "rotate",
        "seal everything with a new key, while the bot runs",
        rotate,
        example="oaflow keys rotate my-shop",
    )
    add_playbook(turned)
    turned.add_argument("--to", metavar="ID", help="the key of OAFLOW_KEYS to rotate to")
    turned.add_argument(
        "--retire", action="store_true", help="take keys out that nothing is sealed with any more"
    )
    for one in (there, turned):
        add_language(one)


def new(wanted: Arguments, words: Language) -> int:
    """Print a new key ring."""
    sys.stdout.write(f"{generate()}\n")
    return RIGHT


def list_(wanted: Arguments, words: Language) -> int:
    """Print the keys of the playbook's database; the exit code."""

    async def work(opened: OpenDatabase, served: ValidPlaybook) -> None:
        found = None if wanted.quick else await _counted(opened)
        keys, rotation = await listed(opened.stores, opened.seal, found)
        told = {"keys": [asdict(key) for key in keys], "rotation": _as_json(rotation)}
        show_answer(told, _lines(keys, rotation, words), for_programs=wanted.json)

    return on_database(wanted.playbook, work)


async def _counted(opened: OpenDatabase) -> SealedBy:
    *_, found = [found async for found in count(opened.stores, SystemClock().now())]
    return found


def _lines(keys: Sequence[ListedKey], rotation: RotationState | None, words: Language) -> Iterator[str]:
    for key in keys:
        states = [
            *([say("in use")] if key.used else []),
            *([say("retired")] if key.retired else []),
            *([] if key.here or key.retired else [say("not in this ring")]),
            *([] if key.values is None else [_values(key)]),
            *([say("{number} counts, forgotten within days", number=key.counts)] if key.counts else []),
        ]
        yield f"{key.kind}  {key.name}  {words.words(row(states))}".rstrip()
    if rotation is not None:
        yield words.text(_progress(rotation))


def _values(key: ListedKey) -> Said:
    number = f"{key.values:,}"
    if key.kind == "seal":
        return say("{number} values are sealed with it", number=number)
    return say("{number} hashes are made with it", number=number)


def _as_json(rotation: RotationState | None) -> dict[str, object] | None:
    if rotation is None:
        return None
    told = asdict(rotation)
    del told["after"]
    return told


def _progress(state: RotationState) -> Said:
    looked = f"{state.looked:,}"
    match state.stage:
        case "announced":
            return say("rotation to {key}: all processes are to have the new keys", key=state.to)
        case "used":
            return say("rotation to {key}: all processes are to use the new keys", key=state.to)
        case "alone":
            return say(
                "rotation to {key}: {looked} documents looked at, now {name}",
                key=state.to,
                looked=looked,
                name=state.collection or "contacts",
            )
        case "named":
            return say("rotation to {key}: all processes are to forget the old hashes", key=state.to)
        case "done":
            changed = f"{state.changed:,}"
            return say(
                "rotation to {key}: done, {changed} of {looked} documents were sealed anew",
                key=state.to,
                changed=changed,
                looked=looked,
            )


def rotate(wanted: Arguments, words: Language) -> int:
    """Rotate to new keys, go on with a rotation that is under way, or take old keys out; the exit code."""

    async def work(opened: OpenDatabase, served: ValidPlaybook) -> None:
        if wanted.retire:
            await _retire(opened, words)
            return
        state = await opened.stores.rotations.state()
        if state is None or state.stage == "done":
            await begin(opened.stores, *_new_keys(opened, wanted.to, words), commander(), SystemClock())
        elif wanted.to not in (None, state.to):
            raise KeysRefused(say("another rotation is under way"))
        await _see_through(opened, words)

    if wanted.retire and wanted.to:
        raise UsageWrong(say("--retire takes old keys out: it goes with no other option"))
    return on_database(wanted.playbook, work)


def _new_keys(opened: OpenDatabase, to: str | None, words: Language) -> tuple[KeyRing, str]:
    """The ring with the new keys, and their id: put into its file, or named by who has put them there."""
    if to is not None:
        return opened.seal.ring, to
    if opened.keys_file is not None:
        ring, key_id = widen(opened.keys_file)
        tell(say("a new key was put into {file}: {key}", file=str(opened.keys_file), key=key_id), words)
        opened.seal.take(ring, opened.seal.used)
        return ring, key_id
    ring, key_id = opened.seal.ring.with_new()
    sys.stdout.write(f"{ring.text()}\n")
    raise KeysRefused(
        say(
            "nothing is rotated yet: put this ring in place of OAFLOW_KEYS for every process (those that read"
            " it from .env take it over, others are to be started again), keep a copy of it, and then\n"
            "    oaflow keys rotate --to {key}",
            key=key_id,
        )
    )


async def _see_through(opened: OpenDatabase, words: Language) -> None:
    """Take part until it is done; who ends this command ends nothing: processes that run go on."""
    keys = await rotating_keys(opened, SystemClock())
    shown, waits = "", [""]

    async def told(state: RotationState) -> None:
        nonlocal shown
        text = words.text(_progress(state))
        if text != shown and (sys.stderr.isatty() or state.stage != "alone" or state.after is None):
            sys.stderr.write(f"\r\x1b[K{text}" if sys.stderr.isatty() else f"{text}\n")
            sys.stderr.flush()
            shown = text

    try:
        while (state := await opened.stores.rotations.state()) is not None and state.stage != "done":
            await told(state)
            await keys.rotation.go_on(told)
            waits = await _tell_who(keys.rotation, state, waits, words)
            await asyncio.sleep(LOOK)
    finally:
        await keys.rotation.end()
    if sys.stderr.isatty():
        sys.stderr.write("\n")
    if state is not None:
        sys.stdout.write(f"{words.text(_progress(state))}\n")
        old = say("take the old keys out when no backup of before is needed:  oaflow keys rotate --retire")
        sys.stdout.write(f"{words.text(old)}\n")


async def _tell_who(
    rotation: KeyRotation, state: RotationState, before: list[str], words: Language
) -> list[str]:
    waits = await rotation.waits_for(state)
    if waits and waits != before and before != [""]:
        tell(say("it waits for {places}", places=row(waits)), words)
    return waits


async def _retire(opened: OpenDatabase, words: Language) -> None:
    found = await _counted(opened)
    ring, names = await retired(
        opened.stores, opened.seal, found, opened.keys_file, commander(), SystemClock()
    )
    gone = row(names)
    if opened.keys_file is not None:
        kept = opened.keys_file.with_name("keys.retired")
        told = say(
            "taken out: {keys}; the ring as it was is in {file}, for old backups", keys=gone, file=str(kept)
        )
        sys.stdout.write(f"{words.text(told)}\n")
        return
    sys.stdout.write(f"{ring.text()}\n")
    tell(say("retired: {keys}; put this ring in place of OAFLOW_KEYS whenever you like", keys=gone), words)
