"""Stores which settings in a shop's back office staff have checked, for the binding of a channel (C8)."""

from __future__ import annotations

from bot.model.binding_check import BindingCheck
from bot.store.codec.record import moment, text
from bot.store.repository import Repository


class BindingChecks(Repository, collection="binding_checks"):
    """The collection `binding_checks`: `{channel, item, by, at}`, one for each thing that was found right."""

    async def of(self, channel: str) -> list[BindingCheck]:
        """The checks of a channel: a dozen at most."""
        rows = await self._rows.find({"channel": channel}).to_list(None)
        found = [(text(row.get("item")), text(row.get("by")), moment(row.get("at"))) for row in rows]
        return [BindingCheck(channel, item, by or "", at) for item, by, at in found if item and at]

    async def tick(self, check: BindingCheck) -> bool:
        """Store that a setting was found right; `False`: it was before, and that name and date stay."""
        fields = {"channel": check.channel, "item": check.item, "by": check.by, "at": check.at}
        done = await self._rows.update_one(_id(check), {"$setOnInsert": fields}, upsert=True)
        return done.upserted_id is not None

    async def untick(self, channel: str, item: str) -> bool:
        """Store that a setting is to be checked again; `False`: it was not checked."""
        gone = await self._rows.delete_one({"_id": f"{channel}:{item}"})
        return bool(gone.deleted_count)


def _id(check: BindingCheck) -> dict[str, str]:
    return {"_id": f"{check.channel}:{check.item}"}
