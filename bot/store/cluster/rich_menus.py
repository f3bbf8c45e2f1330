"""Stores which rich menu at LINE belongs to which menu of the playbook: a document for each channel.

A sync of a channel's menus writes it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict

from bot.model.menus import Creations, MappedFace, MenuMapping
from bot.store.database.compare_and_set import put_in_place
from bot.store.database.fast_operations import find
from bot.store.database.mongo import Document
from bot.store.repository import Repository


class RichMenuMappings(Repository, collection="rich_menus"):
    """The collection `rich_menus`: the fields of `MenuMapping`, the channel as `_id`."""

    async def of(self, channel: str) -> MenuMapping:
        """The mapping of a channel; an empty one of `rev` 0 where nothing was ever synced."""
        document = await self._rows.find_one({"_id": channel})
        return MenuMapping(channel) if document is None else _read(document)

    async def all(self) -> Mapping[str, MenuMapping]:
        """The mappings of all channels that have one."""
        return {document["_id"]: _read(document) async for document in self._rows.find({})}

    async def revisions(self) -> Mapping[str, int]:
        """The revision of each channel's mapping: it changes with each write."""
        found = await find(self._database, "rich_menus", {}, {"rev": 1})
        return {row["_id"]: row["rev"] for row in found}

    async def write(self, mapping: MenuMapping) -> bool:
        """Store a mapping in place of the revision it was made from; `False`: that was replaced already."""
        read = {"rev": mapping.rev} if mapping.rev else None
        return await put_in_place(self._rows, _document(mapping), read)

    async def linked(self, channel: str, menu: str) -> None:
        """Record that all people who are to have a `fresh` menu are linked to it."""
        change = {"$pull": {"fresh": menu}, "$inc": {"rev": 1}}
        await self._rows.update_one({"_id": channel, "fresh": menu}, change)

    async def forget(self, channel: str) -> None:
        """Delete the mapping of a channel that has no menus of ours any more."""
        await self._rows.delete_one({"_id": channel})


def _document(mapping: MenuMapping) -> Document:
    document: Document = {
        "_id": mapping.channel,
        "faces": [asdict(face) for face in mapping.faces],
        "default": mapping.default,
        "at": mapping.at,
        "fresh": list(mapping.fresh),
        "leaving": [{"line": line, "menu": menu} for line, menu in mapping.leaving.items()],
        "rev": mapping.rev + 1,
    }
    if mapping.creations is not None:
        document["creations"] = asdict(mapping.creations)
    return document


def _read(document: Document) -> MenuMapping:
    creations = document.get("creations")
    return MenuMapping(
        document["_id"],
        tuple(MappedFace(**face) for face in document["faces"]),
        document["default"],
        document["at"],
        tuple(document["fresh"]),
        {row["line"]: row["menu"] for row in document["leaving"]},
        None if creations is None else Creations(**creations),
        document["rev"],
    )
