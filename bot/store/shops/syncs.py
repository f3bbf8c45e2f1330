"""Stores how far the members of each shop have been read, and which process reads them: one row by shop."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import fields
from typing import Any, get_args

from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from bot.model.shop import (
    ShopSync,
    SyncFigures,
    SyncKind,
    SyncRun,
    SyncState,
    SyncStop,
    UnreadField,
)
from bot.model.translatable import Translatable
from bot.store.codec.record import flag, inner, moment, number, records, text
from bot.store.database.fast_operations import find
from bot.store.database.mongo import Document
from bot.store.repository import Repository

# the fields of `SyncRun`, `UnreadField` and `SyncFigures` by type
_STATES: tuple[SyncState, ...] = get_args(SyncState)
_TEXTS = ("by", "mark", "mapping")
_MOMENTS = ("ordered", "began", "ended", "until", "since")
_NUMBERS = ("total", "calls")
_FLAGS = ("line",)
_FIELD = ("ours", "theirs", "why", "type")
_COUNTS = ("read", "new", "changed", "same", "met", "joined")


class ShopSyncs(Repository, collection="shop_syncs"):
    """The collection `shop_syncs`: the shop's name as `_id`, and a run for each `SyncKind`.

    While a process reads it has the row `claimed` until a moment, as `owner`; each claim increments `turn`.
    """

    async def all(self) -> Mapping[str, ShopSync]:
        """The state of all shops, by name."""
        rows = await find(self._database, "shop_syncs", {})
        return {row["_id"]: _sync(row) for row in rows}

    async def one(self, shop: str) -> ShopSync:
        """The state of one shop; an empty one, where nothing was ever read."""
        row = await self._rows.find_one({"_id": shop})
        return ShopSync(shop) if row is None else _sync(row)

    async def order(self, shop: str, run: SyncRun, before: SyncRun | None) -> bool:
        """Order a run in place of the last of its kind, as that was read; `False`: it has changed since."""
        kind = run.kind
        where: Document = {"_id": shop, kind: {"$exists": False}}
        if before is not None:
            where = {"_id": shop, f"{kind}.ordered": before.ordered, f"{kind}.state": before.state}
        change: Document = {"$set": {kind: _run(run)}}
        try:
            found = await self._rows.update_one(where, change, upsert=before is None)
        except DuplicateKeyError:
            return False
        return bool(found.matched_count or found.upserted_id is not None)

    async def forget(self, shop: str) -> bool:
        """Delete all runs of a shop; `False`: there were none.

        `turn` is incremented, so that a process that reads just now loses its claim, also where a new run is
        ordered at once.
        """
        gone = dict.fromkeys((*get_args(SyncKind), "cursor", "claimed", "owner"), "")
        found = await self._rows.update_one({"_id": shop}, {"$unset": gone, "$inc": {"turn": 1}})
        return bool(found.matched_count)

    async def claim(self, shop: str, seconds: float, owner: str, alive: Collection[str]) -> ShopSync | None:
        """Claim the reading of a shop for so many seconds by the server's clock; `None`: another process has
        it.

        The claim of a process that is not among those `alive` is void at once.
        """
        over = {"$expr": {"$lt": [{"$ifNull": ["$claimed", None]}, "$$NOW"]}}
        found = await self._rows.find_one_and_update(
            {"_id": shop, "$or": [over, {"owner": {"$nin": [one for one in alive if one != owner]}}]},
            [{"$set": {"claimed": _in(seconds), "owner": owner, "turn": {"$add": [_turn, 1]}}}],
            return_document=ReturnDocument.AFTER,
        )
        return None if found is None else _sync(found)

    async def note(self, sync: ShopSync, kind: SyncKind, seconds: float) -> bool:
        """Store how far a run is, and renew the claim.

        `False`: another process has the claim by now, or the run was deleted.
        """
        run = sync.run(kind)
        assert run is not None, "what is noted has begun"
        change: Document = {kind: _run(run), "cursor": sync.cursor}
        literal = {name: {"$literal": value} for name, value in change.items()}
        found = await self._rows.update_one(_ours(sync), [{"$set": {**literal, "claimed": _in(seconds)}}])
        return bool(found.matched_count)

    async def release(self, sync: ShopSync) -> None:
        """Give the claim up: any process may take it next."""
        await self._rows.update_one(_ours(sync), {"$unset": {"claimed": ""}})


_turn: Document = {"$ifNull": ["$turn", 0]}


def _in(seconds: float) -> Document:
    return {"$add": ["$$NOW", int(seconds * 1000)]}


def _ours(sync: ShopSync) -> Document:
    return {"_id": sync.shop, "turn": sync.turn}


def _run(run: SyncRun) -> Document:
    """The document of a run. Names and sentences are stored as values, as MongoDB's keys may not have any
    text."""
    figures, stop = run.figures, run.stop
    return {
        **{name: getattr(run, name) for name in ("kind", "state", "seconds", *_TEXTS, *_MOMENTS, *_NUMBERS)},
        **{name: getattr(run, name) for name in _FLAGS},
        "figures": {
            **{name: getattr(figures, name) for name in _COUNTS},
            "refused": [{"why": why, "n": many} for why, many in figures.refused.items()],
            "unread": [
                {**{name: getattr(one, name) for name in _FIELD}, "n": many}
                for one, many in figures.unread.items()
            ],
        },
        "stop": None if stop is None else _stop_document(stop),
    }


def _sync(row: Mapping[str, Any]) -> ShopSync:
    return ShopSync(
        row["_id"],
        number(row.get("turn")) or 0,
        _read_run(inner(row, "look"), "look"),
        _read_run(inner(row, "all"), "all"),
        _read_run(inner(row, "poll"), "poll"),
        moment(row.get("cursor")),
    )


def _read_run(part: Mapping[str, Any], kind: SyncKind) -> SyncRun | None:
    ordered = moment(part.get("ordered"))
    state = next((one for one in _STATES if one == part.get("state")), None)
    if ordered is None or state is None:
        return None
    values: dict[str, Any] = {name: text(part.get(name)) for name in _TEXTS}
    values |= {name: moment(part.get(name)) for name in _MOMENTS}
    values |= {name: number(part.get(name)) for name in _NUMBERS}
    values |= {name: flag(part.get(name)) for name in _FLAGS}
    known = {name: value for name, value in values.items() if value is not None}
    seconds = part.get("seconds")
    return SyncRun(
        **{"by": "", **known},
        kind=kind,
        state=state,
        seconds=seconds if isinstance(seconds, int | float) else None,
        figures=_read_figures(inner(part, "figures")),
        stop=_read_stop(inner(part, "stop")),
    )


def _read_figures(part: Mapping[str, Any]) -> SyncFigures:
    counts = {name: number(part.get(name)) or 0 for name in _COUNTS}
    refused = records(
        part.get("refused"), lambda one: (text(one.get("why")) or "", number(one.get("n")) or 0)
    )
    unread = records(part.get("unread"), lambda one: (_field(one), number(one.get("n")) or 0))
    return SyncFigures(**counts, refused=dict(refused), unread=dict(unread))


def _field(one: Mapping[str, Any]) -> UnreadField:
    return UnreadField(*(text(one.get(name)) or "" for name in _FIELD))


def _stop_document(stop: SyncStop) -> Document:
    """The document of a stop; `said` is its sentence, or the template, with its `values`."""
    document = {one.name: getattr(stop, one.name) for one in fields(SyncStop) if one.name != "message"}
    if not isinstance(stop.message, Translatable):
        return {**document, "said": stop.message}
    return {**document, "said": stop.message.template, "values": dict(stop.message.values)}


def _read_stop(part: Mapping[str, Any]) -> SyncStop | None:
    why, said, at = text(part.get("why")), text(part.get("said")) or "", moment(part.get("at"))
    if why is None or at is None:
        return None
    values = part.get("values")
    message = Translatable(said, tuple(values.items())) if isinstance(values, dict) else said
    failures, again = number(part.get("failures")) or 1, moment(part.get("again"))
    return SyncStop(why, message, at, failures, again, moment(part.get("first")))
