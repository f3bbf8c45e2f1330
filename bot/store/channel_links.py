"""Which playbook each LINE account belongs to, in MongoDB (A6, A7).

One row for each channel id of LINE, changed by compare-and-set.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping
from typing import Any, get_args

from bot.model.channel_link import ChannelLink, FormerAddress, HeldAccount, LinkState
from bot.store.codec.record import inner, moment, number, text
from bot.store.database.compare_and_set import put_in_place
from bot.store.database.mongo import Document
from bot.store.repository import SealedRepository
from bot.store.sealing.seal import SealInvalid

log = logging.getLogger("oaflow.store")


class ChannelLinks(SealedRepository, collection="channel_links"):
    """The collection `channel_links`: `{_id, bot, channel, state, by, at, rev, former, secrets_at, ours, s}`.

    The fields are those of `ChannelLink`; `rev` is its revision. `s` is sealed: the hash of the secrets
    (`mark`) and the former webhook address (`url`), of which `former` has who replaced it, and when.
    """

    async def of(self, id: str) -> ChannelLink | None:
        """The link of the account with this channel id; `None`: this database has never had one."""
        row = await self._rows.find_one({"_id": id})
        return None if row is None else self._read(row)

    async def held(self, ids: Collection[str] | None = None) -> list[HeldAccount]:
        """The accounts that belong to a playbook (all but `unlinked`), of these ids, or of all; opens no
        seal."""
        among = {} if ids is None else {"_id": {"$in": list(ids)}}
        found = self._rows.find({"state": {"$ne": "unlinked"}, **among}, {"bot": 1, "channel": 1})
        rows = await found.sort("_id", 1).to_list(None)
        return [
            HeldAccount(row["_id"], text(row.get("bot")) or "", text(row.get("channel")) or "")
            for row in rows
        ]

    async def put(self, link: ChannelLink, before: ChannelLink | None) -> bool:
        """Store `link` in place of `before`, as that was read (`None`: there was none).

        `False`, and nothing is stored: the row has changed since. The new revision is that of `before` plus
        1.
        """
        fields = self._fields(link, 1 if before is None else before.revision + 1)
        read = None if before is None else {"rev": before.revision}
        return await put_in_place(self._rows, {"_id": link.id, **fields}, read)

    def _fields(self, link: ChannelLink, revision: int) -> Document:
        former = link.former
        hidden = {"mark": link.secrets_mark, "url": "" if former is None else former.url}
        fields: Document = {
            "bot": link.bot,
            "channel": link.channel,
            "state": link.state,
            "by": link.by,
            "at": link.at,
            "rev": revision,
            "s": self._sealed_json(link.id, hidden),
        }
        if former is not None:
            fields["former"] = {"by": former.by, "at": former.at}
        if link.secrets_at is not None:
            fields["secrets_at"] = link.secrets_at
        if link.ours:
            fields["ours"] = list(link.ours)
        return fields

    def _read(self, row: Mapping[str, Any]) -> ChannelLink | None:
        at = moment(row.get("at"))
        if at is None:
            return None
        hidden = self._hidden(row)
        return ChannelLink(
            row["_id"],
            text(row.get("bot")) or "",
            text(row.get("channel")) or "",
            _state(row.get("state")),
            text(row.get("by")) or "",
            at,
            number(row.get("rev")) or 1,
            _former(inner(row, "former"), hidden.get("url", "")),
            hidden.get("mark", ""),
            moment(row.get("secrets_at")),
            tuple(str(one) for one in row.get("ours", ())),
        )

    def _hidden(self, row: Mapping[str, Any]) -> Mapping[str, str]:
        try:
            found = self._opened_json(row)
        except SealInvalid:
            log.error("the link of an account does not open: its key is missing, or it is damaged")
            return {}
        return {str(key): str(value) for key, value in found.items()}


def _former(part: Mapping[str, Any], url: str) -> FormerAddress | None:
    at = moment(part.get("at"))
    return None if at is None or not url else FormerAddress(url, text(part.get("by")) or "", at)


def _state(value: object) -> LinkState:
    return next((state for state in get_args(LinkState) if state == value), "served")
