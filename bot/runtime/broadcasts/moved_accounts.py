"""LINE accounts that went to another contact while people were looked for: each is in the sending once.

People are found in the order of their contacts' ids. Whose contact is merged into one that lies behind
already would be missed, and whose is parted from such a one would be found twice. So once all are found,
those whom the audit log names are looked at again. Nobody was called before; done again it changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.model.audience import AudienceMember
from bot.model.broadcast import LeftOut, Sending
from bot.store.broadcasts.batches import SendingBatches
from bot.store.contacts.audience_members import AudienceMembers
from bot.store.contacts.audience_question import AudienceAsked
from bot.store.contacts.merged_since import MergedSince

CLOCKS_APART = timedelta(hours=1)
"""By so much earlier a change may be told by the clock of whoever made it."""


@dataclass(frozen=True, slots=True)
class MovedAccounts:
    """Raises `DatabaseUnavailable`."""

    batches: SendingBatches
    members: AudienceMembers
    merged: MergedSince

    async def missed(self, sending: Sending, asked: AudienceAsked) -> Sequence[AudienceMember]:
        """Who is in the audience and was not found; who was found twice is left out once."""
        changed = await self.merged.changed((sending.began or sending.at) - CLOCKS_APART)
        if not changed:
            return ()
        members = await self.members.among(asked, changed)
        users = {one.user for one in members}
        there: set[str] = set()
        for batch in await self.batches.of_people(sending.id, changed, users):
            twice: dict[str, LeftOut] = {}
            for one in batch.people:
                if one.contact not in changed and one.user not in users:
                    continue
                if one.user in there and one.contact not in batch.left_out:
                    twice[one.contact] = "twice"
                there.add(one.user)
            if twice:
                await self.batches.write(replace(batch, left_out={**batch.left_out, **twice}))
        return [one for one in members if one.user not in there]
