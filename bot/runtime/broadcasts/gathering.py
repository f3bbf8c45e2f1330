"""A sending begins: what it says is fixed, then who gets it, page by page; nobody is called before.

People are found in the order of their contacts' ids. A contact that is merged into one already passed would
be missed, and one that is parted from such a one found twice. So once all are found, those that the audit
log names are looked at again. Nobody has been called by then, and doing it twice changes nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.engine.broadcasts.as_shown import is_dearer, why_held
from bot.engine.broadcasts.content import (
    content_and_people,
    fingerprint,
    for_everybody,
    people_fingerprint,
)
from bot.engine.broadcasts.recipient import has_had_enough
from bot.engine.compiled.broadcast import Broadcast
from bot.engine.compiled.playbook import Playbook
from bot.line.outcome import LineError
from bot.model.audience import AudienceMember
from bot.model.broadcast import (
    MOST,
    REPEAT_AFTER,
    ContentClaim,
    LeftOut,
    Recipient,
    Sending,
    SendingBatch,
    SendingHold,
    SendingState,
)
from bot.model.channel import PricePlan
from bot.model.clock import PatientClock
from bot.runtime.broadcasts.batch_people import body_of
from bot.runtime.broadcasts.ports import MonthsMessages, Units
from bot.store.broadcasts.batches import SendingBatches
from bot.store.broadcasts.sendings import ContentClaimed, Sendings, as_read
from bot.store.contacts.audiences import AudienceMembers, AudienceQuery, audience_query
from bot.store.contacts.merged_since import MergedSince

CLOCKS_APART = timedelta(hours=1)
"""How much earlier a change may be stamped, by the clock of the process that made it."""


@dataclass(frozen=True, slots=True)
class MovedAccounts:
    """Finds LINE accounts whose contact was merged or parted while a sending's people were gathered.

    Raises `DatabaseUnavailable`.
    """

    batches: SendingBatches
    members: AudienceMembers
    merged: MergedSince

    async def missed(self, sending: Sending, query: AudienceQuery) -> Sequence[AudienceMember]:
        """Members of the audience that were not found; those found twice are left out of one batch."""
        changed = await self.merged.changed((sending.began or sending.at) - CLOCKS_APART)
        if not changed:
            return ()
        members = await self.members.among(query, changed)
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


log = logging.getLogger("oaflow.broadcasts")

PAGE = 10 * MOST
"""People who are gathered at a time: ten full batches."""


@dataclass(frozen=True, slots=True)
class Gatherer:
    """Gathers the people of a sending, in one process: the owner of part 0.

    After a crash the next owner goes on where it ended. All methods raise `DatabaseUnavailable`.
    """

    sendings: Sendings
    batches: SendingBatches
    members: AudienceMembers
    merged: MergedSince
    months: MonthsMessages
    units: Units
    clock: PatientClock
    may_go_on: Callable[[], bool]
    """Whether this process still owns part 0."""
    plan: Callable[[str], PricePlan | None]
    """What messages of a channel cost."""
    most: int = MOST
    """People of a batch."""
    page: int = PAGE
    """People who are gathered at a time."""

    async def begin(self, sending: Sending, playbook: Playbook, number: int | None) -> Sending | None:
        """Begin a sending whose time has come: fix its messages. `None`: it does not begin.

        `number`: that of the playbook among the accepted ones.
        """
        now, broadcast = self.clock.now(), playbook.broadcasts.get(sending.broadcast)
        if broadcast is None or broadcast.dropped or broadcast.channel != sending.channel:
            await self.end(sending, "cancelled", "file")
            return None
        bodies: dict[str, str] = {}
        units: dict[str, str] = {}
        for group, cards in broadcast.messages.items():
            messages = for_everybody(playbook, broadcast, group, now) if cards else None
            if messages == ():
                await self.end(sending, "refused", "empty")
                return None
            if cards and (unit := await self.units.unit_of(sending, group)) is not None:
                units[group] = unit
            if messages is not None:
                bodies[group] = body_of(messages, units.get(group)).decode()
        personal = any(cards and group not in bodies for group, cards in broadcast.messages.items())
        begun = replace(
            sending,
            state="gathering",
            number=number,
            began=now,
            content=fingerprint(broadcast),
            asked=people_fingerprint(broadcast),
            personal=personal,
            bodies=bodies,
            units=units,
        )
        # the playbook's own times repeat on purpose, but not what is still being sent
        until = now - REPEAT_AFTER if sending.by else None
        claim = ContentClaim(content_and_people(broadcast), until, sending.again_after)
        try:
            done = await self.sendings.change(
                sending.id,
                ["planned"],
                claim=claim,
                seen=as_read(sending),
                state="gathering",
                number=number,
                began=now,
                content=begun.content,
                asked=begun.asked,
                personal=personal,
                bodies=bodies,
                units=units,
                held=None,
            )
        except ContentClaimed:
            await self.end(sending, "refused", "repeated")
            return None
        return begun if done else None

    async def go_on(self, sending: Sending, playbook: Playbook) -> None:
        """Gather the people who are still to be found, then begin to send."""
        broadcast = playbook.broadcasts.get(sending.broadcast)
        if broadcast is None or sending.began is None:
            return  # the process that holds it stores why it waits
        query = audience_query(playbook, broadcast.to, sending.channel, sending.began)
        async for page in self.members.recipients(query, sending.reached, self.page):
            if not self.may_go_on():
                return
            batches = self._batches(sending, broadcast, playbook, page)
            reached = page[-1].contact
            if not await self.sendings.gathered(sending, batches, reached):
                return  # it was cancelled, or somebody else goes on with it
            people = sending.people + len(page)
            sending = replace(sending, batches=sending.batches + len(batches), people=people, reached=reached)
        if self.may_go_on() and await self._found_missed(sending, broadcast, playbook, query):
            await self._fixed(sending, broadcast)

    async def _found_missed(
        self, sending: Sending, broadcast: Broadcast, playbook: Playbook, query: AudienceQuery
    ) -> bool:
        """Add people whose LINE account has changed its contact meanwhile; `False`: another process goes
        on."""
        moved = MovedAccounts(self.batches, self.members, self.merged)
        missed = list(await moved.missed(sending, query))
        if not missed:
            return True
        batches = self._batches(sending, broadcast, playbook, missed)
        return await self.sendings.gathered(sending, batches, sending.reached)

    async def _fixed(self, sending: Sending, broadcast: Broadcast) -> None:
        """Everybody is found: it goes out, if there are messages for them."""
        whole = (await self.batches.figures(sending.id)).whole
        if not whole.people:
            await self.end(sending, "refused", "nobody")
            return
        if (hold := why_held(sending, whole.waiting)) is not None:
            await self._ask_staff(sending, hold)
            return
        try:
            grant = await self.months.reserve(sending.channel, sending.id, whole.waiting)
        except LineError as error:
            await self._hold_for_quota(sending, error)
            return
        if is_dearer(sending, self.plan(sending.channel), whole.waiting, grant):
            await self.months.give_back(sending.channel, sending.id, 0)
            covers = grant.messages if grant.messages < whole.waiting else None
            await self._ask_staff(sending, "cost", month_covers=covers, month_used=grant.used)
            return
        if grant.messages < whole.waiting:
            if broadcast.if_quota_short == "refuse" or not grant.messages:
                await self.end(sending, "refused", "quota")
                return
            if not await self.batches.limit_to_first(sending, grant.messages):
                return
        now = self.clock.now()
        done = await self.sendings.change(
            sending.id,
            ["gathering"],
            seen=as_read(sending),
            state="sending",
            fixed=now,
            held=None,
            reached="",
            month_used=grant.used,
        )
        if done:
            log.info('broadcast "%s": %d people, it begins', sending.broadcast, whole.people)

    async def _ask_staff(self, sending: Sending, hold: SendingHold, **fields: int | None) -> None:
        """Hold a sending that is not what was shown when it was ordered, until staff decide about it."""
        log.warning('broadcast "%s" waits for staff: %s', sending.broadcast, hold)
        await self.sendings.hold(sending, hold, self.clock.now(), **fields)

    async def _hold_for_quota(self, sending: Sending, error: LineError) -> None:
        """Hold a sending for want of LINE's figure of messages left; each look queries it again."""
        if sending.held != "line":
            log.warning('broadcast "%s" waits: LINE does not tell what is left: %s', sending.broadcast, error)
            await self.sendings.hold(sending, "line", self.clock.now())

    def _batches(
        self, sending: Sending, broadcast: Broadcast, playbook: Playbook, page: list[AudienceMember]
    ) -> list[SendingBatch]:
        """Those of a page in batches of one group each.

        Who is in the group that gets nothing is not called, nor who has had as many pushes as `limits`
        allow: no message is reserved for them.
        """
        now = self.clock.now()
        groups: dict[str, list[AudienceMember]] = {group: [] for group in broadcast.messages}
        for one in page:
            groups.setdefault(broadcast.group_of(one.seed), []).append(one)
        found: list[SendingBatch] = []
        for group, people in groups.items():
            gets_nothing = not broadcast.messages.get(group)
            for start in range(0, len(people), self.most):
                some = people[start : start + self.most]
                left_out: dict[str, LeftOut] = {}
                for one in some:
                    if gets_nothing:
                        left_out[one.contact] = "nothing"
                    elif has_had_enough(playbook, one.pushes, now, broadcast.priority):
                        left_out[one.contact] = "limit"
                number = sending.batches + len(found)
                found.append(
                    SendingBatch(
                        f"{sending.id}#{number}",
                        sending.id,
                        number,
                        sending.channel,
                        group,
                        tuple(Recipient(one.contact, one.user) for one in some),
                        "dropped" if len(left_out) == len(some) else "new",
                        left_out=left_out,
                    )
                )
        return found

    async def end(self, sending: Sending, state: SendingState, why: str) -> None:
        """End a sending before anybody is called: it does not go out, for the reason `why`."""
        now = self.clock.now()
        done = await self.sendings.change(
            sending.id,
            ["planned", "gathering"],
            reached_none=True,
            seen=as_read(sending),
            state=state,
            why=why,
            ended=now,
        )
        if done:
            await self.months.give_back(sending.channel, sending.id, 0)
            log.warning('broadcast "%s" does not go out: %s (%s)', sending.broadcast, state, why)
