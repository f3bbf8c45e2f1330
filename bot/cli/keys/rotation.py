"""`oaflow keys list|rotate`: which keys a database has, and how new ones take their place."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bot.app.context import rotating_keys
from bot.app.database import OpenDatabase
from bot.cli.arguments import Arguments
from bot.cli.order import CommandOrder, carried_out
from bot.cli.refusal import UsageWrong, note
from bot.cli.terminal_text import write_err, write_out, write_over
from bot.model.clock import SystemClock
from bot.model.translatable import Language, Translatable, row, tr
from bot.operations.keys import RETIRED, KeysRefused, ListedKey, begin, count, listed, retired, widen
from bot.runtime.cluster.key_rotation import LOOK
from bot.store.rotation.resealing import SealedBy
from bot.store.rotation.rotations import RotationState
from bot.store.sealing.keyring import KeyRing

PATIENT_LOOKS = 30
"""Looks, `LOOK` seconds apart, after which the processes that a step waits for are named."""


@carried_out()
async def list_(order: CommandOrder) -> None:
    """Print the keys of the playbook's database."""
    opened = order.opened
    found = None if order.options.quick else await _counted(opened)
    keys, rotation = await listed(opened.stores, opened.seal, found)
    order.show_all({"keys": keys, "rotation": rotation}, _lines(keys, rotation, order.speech))


async def _counted(opened: OpenDatabase) -> SealedBy:
    *_, found = [found async for found in count(opened.stores, SystemClock().now())]
    return found


def _lines(keys: Sequence[ListedKey], rotation: RotationState | None, words: Language) -> Iterator[str]:
    for key in keys:
        states = [
            *([tr("in use")] if key.used else []),
            *([tr("retired")] if key.retired else []),
            *([] if key.here or key.retired else [tr("not in this ring")]),
            *([] if key.values is None else [_values(key)]),
            *([tr("{number} counts, forgotten within days", number=key.counts)] if key.counts else []),
        ]
        yield f"{key.kind}  {key.name}  {words.words(row(states))}".rstrip()
    if rotation is not None:
        yield words.text(_progress(rotation))


def _values(key: ListedKey) -> Translatable:
    number = f"{key.values:,}"
    if key.kind == "seal":
        return tr("{number} values are sealed with it", number=number)
    return tr("{number} hashes are made with it", number=number)


def _progress(state: RotationState) -> Translatable:
    looked = f"{state.looked:,}"
    match state.step:
        case "announced":
            return tr("rotation to {key}: all processes are to have the new keys", key=state.to)
        case "used":
            return tr("rotation to {key}: all processes are to use the new keys", key=state.to)
        case "alone":
            return tr(
                "rotation to {key}: {looked} documents looked at, now {name}",
                key=state.to,
                looked=looked,
                name=state.collection or "contacts",
            )
        case "named":
            return tr("rotation to {key}: all processes are to forget the old hashes", key=state.to)
        case "done":
            changed = f"{state.changed:,}"
            return tr(
                "rotation to {key}: done, {changed} of {looked} documents were sealed anew",
                key=state.to,
                changed=changed,
                looked=looked,
            )


def _check_retire(words: Sequence[str], options: Arguments) -> None:
    if options.retire and options.to:
        raise UsageWrong(tr("--retire takes old keys out: it goes with no other option"))


@carried_out(check=_check_retire)
async def rotate(order: CommandOrder) -> None:
    """Rotate to new keys, go on with a rotation that is under way, or take old keys out."""
    opened, options, words = order.opened, order.options, order.speech
    if options.retire:
        await _retire(opened, order.by, words)
        return
    state = await opened.stores.rotations.state()
    if state is None or state.step == "done":
        await begin(opened.stores, *_new_keys(opened, options.to, words), order.by, SystemClock())
    elif options.to not in (None, state.to):
        raise KeysRefused(tr("another rotation is under way"))
    await _see_through(opened, words)


def _new_keys(opened: OpenDatabase, to: str | None, words: Language) -> tuple[KeyRing, str]:
    """The ring with the new keys, and their id: put into its file here, or named by `to`.

    Raises `KeysRefused` where the ring has to be put in place by hand first; it is printed.
    """
    if to is not None:
        return opened.seal.ring, to
    if (file := _changeable(opened.keys_file)) is not None:
        ring, key_id = widen(file)
        note(tr("a new key was put into {file}: {key}", file=str(file), key=key_id), words)
        opened.seal.take(ring, opened.seal.used)  # reads what has the new keys, and writes with the old ones
        return ring, key_id
    ring, key_id = opened.seal.ring.with_new()
    write_out(f"{ring.text()}\n")
    if opened.keys_file is not None:
        raise KeysRefused(
            tr(
                "nothing is rotated yet: {file} cannot be changed here. Put this ring in its place for every"
                " process, keep a copy of it, and then\n"
                "    oaflow keys rotate --to {key}",
                file=str(opened.keys_file),
                key=key_id,
            )
        )
    raise KeysRefused(
        tr(
            "nothing is rotated yet: put this ring in place of OAFLOW_KEYS for every process (those that read"
            " it from .env take it over, others are to be started again), keep a copy of it, and then\n"
            "    oaflow keys rotate --to {key}",
            key=key_id,
        )
    )


def _changeable(file: Path | None) -> Path | None:
    """The file of keys, unless it is on a volume of secrets that nobody may change here."""
    return file if file is not None and os.access(file.parent, os.W_OK) else None


@dataclass(eq=False, repr=False)
class Stragglers:
    """The processes for which a rotation waits: named once in each step, after `PATIENT_LOOKS` looks."""

    _step: str = field(init=False, default="")
    _looks: int = field(init=False, default=0)

    def overdue(self, step: str, places: Sequence[str]) -> Sequence[str]:
        """The places to name at this look, which finds `step` waiting for `places`; mostly none."""
        self._looks = (self._looks if step == self._step else 0) + bool(places)
        self._step = step
        return tuple(dict.fromkeys(places)) if self._looks == PATIENT_LOOKS else ()


async def _see_through(opened: OpenDatabase, words: Language) -> None:
    """Take steps, beside the processes that run, until the rotation is done; they go on without this one."""
    keys = await rotating_keys(opened, SystemClock())
    shown, stragglers = "", Stragglers()

    async def show(state: RotationState) -> None:
        nonlocal shown
        text = words.text(_progress(state))
        is_batch = state.step == "alone" and state.after is not None  # one of many: too much for a log
        if text != shown and (sys.stderr.isatty() or not is_batch):
            write_over(text)
            shown = text

    try:
        while (state := await opened.stores.rotations.state()) is not None and state.step != "done":
            await show(state)
            await keys.rotation.go_on(show)
            if places := stragglers.overdue(state.step, await keys.rotation.waits_for(state)):
                note(tr("it waits for {places}", places=row(places)), words)
            await asyncio.sleep(LOOK)
    finally:
        await keys.rotation.end()
    if sys.stderr.isatty():
        write_err("\n")
    if state is not None:
        write_out(f"{words.text(_progress(state))}\n")
        old = tr("take the old keys out when no backup of before is needed:  oaflow keys rotate --retire")
        write_out(f"{words.text(old)}\n")


async def _retire(opened: OpenDatabase, actor: str, words: Language) -> None:
    file = _changeable(opened.keys_file)
    ring, names = await retired(opened.stores, opened.read_ring(), file, actor, SystemClock())
    gone = row(names)
    if file is not None:
        earlier = file.with_name(RETIRED)
        done = tr(
            "taken out: {keys}; the ring as it was is in {file}, for old backups",
            keys=gone,
            file=str(earlier),
        )
        write_out(f"{words.text(done)}\n")
        return
    write_out(f"{ring.text()}\n")
    place = "OAFLOW_KEYS" if opened.keys_file is None else str(opened.keys_file)
    note(
        tr("retired: {keys}; put this ring in place of {place} whenever you like", keys=gone, place=place),
        words,
    )
