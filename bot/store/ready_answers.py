"""Stores the ready answers that staff have written, with their pictures (E3)."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from bot.model.conversation import FILE_TYPES, UNKNOWN, StaffPicture
from bot.model.ready_answer import ReadyAnswer
from bot.store.codec.record import moment, text
from bot.store.repository import SealedRepository
from bot.store.sealing.seal import SealInvalid

log = logging.getLogger("oaflow.store")


class ReadyAnswers(SealedRepository, collection="ready_answers"):
    """The collection `ready_answers`: `{_id, owner, channel, by, at, s, picture, type}`.

    Name, shortcut and text are sealed, as is the picture: they may name a customer.
    """

    async def all(self) -> list[ReadyAnswer]:
        """All of them, without pictures, by id."""
        rows = await self._rows.find({}, {"picture": 0}).sort("_id", 1).to_list(None)
        return [answer for row in rows if (answer := self._read(row)) is not None]

    async def find(self, id: str) -> ReadyAnswer | None:
        """The one of this id; `None`: it is not there any more."""
        row = await self._rows.find_one({"_id": id}, {"picture": 0})
        return None if row is None else self._read(row)

    async def store(self, answer: ReadyAnswer) -> None:
        """Store one, in place of what has its id; a picture that it has stays."""
        said = {"name": answer.name, "shortcut": answer.shortcut, "text": answer.text}
        fields = {
            "owner": answer.owner,
            "channel": answer.channel,
            "by": answer.by,
            "at": answer.at,
            "s": self._sealed_json(answer.id, said),
        }
        await self._rows.update_one({"_id": answer.id}, {"$set": fields}, upsert=True)

    async def remove(self, id: str) -> None:
        """Delete one, with its picture."""
        await self._rows.delete_one({"_id": id})

    async def set_picture(self, id: str, picture: StaffPicture | None) -> None:
        """Give one this picture in place of its own; `None`: take its own away."""
        change: Mapping[str, Any] = {"$unset": {"picture": "", "type": ""}}
        if picture is not None:
            sealed = self._seal.seal(picture.content, self._picture_place(id))
            change = {"$set": {"picture": sealed, "type": picture.type.extension}}
        await self._rows.update_one({"_id": id}, change)

    async def picture(self, id: str) -> StaffPicture | None:
        """The picture of one; `None` where it has none, or it does not open."""
        row = await self._rows.find_one({"_id": id}, {"picture": 1, "type": 1})
        if row is None or "picture" not in row:
            return None
        try:
            content = self._seal.open(bytes(row["picture"]), self._picture_place(id))
        except SealInvalid:
            log.error("the picture of a ready answer does not open: its key is missing, or it is damaged")
            return None
        return StaffPicture(content, FILE_TYPES.get(row["type"], UNKNOWN))

    def _picture_place(self, id: str) -> bytes:
        return self._place(id) + b"\0picture"

    def _read(self, row: Mapping[str, Any]) -> ReadyAnswer | None:
        at = moment(row.get("at"))
        if at is None:
            return None
        try:
            said = self._opened_json(row)
        except SealInvalid:
            log.error("a ready answer does not open: its key is missing, or it is damaged")
            return None
        return ReadyAnswer(
            id=row["_id"],
            name=said["name"],
            text=said["text"],
            by=text(row.get("by")) or "",
            at=at,
            shortcut=said["shortcut"],
            owner=text(row.get("owner")) or "",
            channel=text(row.get("channel")) or "",
            has_picture="type" in row,
        )
