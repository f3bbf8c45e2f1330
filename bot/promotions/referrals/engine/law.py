"""What becomes of referrals and links where two contacts become one, and two again (N4).

Where they become two again: `now` is what the one holds, `both` what it held just after the merge, `before`
and `other` what the first and the other held just before.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from operator import attrgetter

from bot.engine.members.laws import Fields, FieldsLaw, each_held, records
from bot.model.contact import Contact
from bot.promotions.referrals.model import (
    HELD_REFERRALS,
    INVITATIONS,
    LINES_MOST,
    Invitation,
    Referral,
    ReferralState,
)

_RANK: tuple[ReferralState, ...] = ("opened", "came", "judged", "refused", "done")
"""Of two referrals of one person in one campaign the later here stays: whom one of the two knew before is
nobody new, and who was rewarded was."""


def _further(theirs: Referral, ours: Referral) -> Referral:
    return min((ours, theirs), key=lambda one: (-_RANK.index(one.state), one.at))


def _again(
    now: Referral | None, both: Referral | None, before: Referral | None, other: Referral | None
) -> tuple[Referral | None, Referral | None]:
    """As each was, where nothing came of it since, else as it is now; a new one is the first's."""
    here = now if now != both else None
    stays = before is not None or other is None
    return (here or before if stays else None), other and (here or other)


def _join_invitation(ours: Invitation, theirs: Invitation) -> Invitation:
    """The links of both, ours first, with what came of either."""
    came = [id_ for id_ in theirs.came if id_ not in ours.came]
    done = [id_ for id_ in theirs.done if id_ not in ours.done]
    return Invitation(
        ours.campaign,
        tuple(dict.fromkeys((*ours.codes, *theirs.codes))),
        ours.friends + theirs.friends - (len(theirs.came) - len(came)),
        ours.successes + theirs.successes - (len(theirs.done) - len(done)),
        ours.rewarded + theirs.rewarded,
        (*came, *ours.came)[-LINES_MOST:],
        (*done, *ours.done)[-LINES_MOST:],
    )


def _part_invitation(
    now: Invitation | None, both: Invitation | None, before: Invitation | None, other: Invitation | None
) -> tuple[Invitation | None, Invitation | None]:
    """The other has its links again, as they were; what came of either since stays with the first, if it
    had one."""
    if now is None or now == both:
        return now and before, other
    if other is None:
        return now, None
    return (None, now) if before is None else (_less(now, other, before), other)


def _less(held: Invitation, theirs: Invitation, ours: Invitation) -> Invitation:
    """What is held since both were joined, without theirs; whom ours had, too, counted once, and stays."""
    theirs_alone = {*theirs.came} - {*ours.came}, {*theirs.done} - {*ours.done}
    friends = theirs.friends - len({*theirs.came} & {*ours.came})
    successes = theirs.successes - len({*theirs.done} & {*ours.done})
    return replace(
        held,
        codes=tuple(code for code in held.codes if code not in theirs.codes),
        friends=max(held.friends - friends, 0),
        successes=max(held.successes - successes, 0),
        rewarded=max(held.rewarded - theirs.rewarded, 0),
        came=tuple(id_ for id_ in held.came if id_ not in theirs_alone[0]),
        done=tuple(id_ for id_ in held.done if id_ not in theirs_alone[1]),
    )


def _without_own(referrals: Iterable[Referral], own: Iterable[Invitation]) -> tuple[Referral, ...]:
    """The same, where those that came by one of these links do not count any more: it is one person."""
    codes = {code for one in own for code in one.codes}
    return tuple(
        replace(one, state="refused", why="self") if one.is_open and one.by in codes else one
        for one in referrals
    )


class ReferralsLaw(FieldsLaw):
    """One of each campaign. Whom the other has brought has brought themselves."""

    fields = (HELD_REFERRALS.field,)
    _by_campaign = records(HELD_REFERRALS.key, _further, _again)
    _by_id = records(attrgetter("id"), _further, _again)

    def join(self, ours: Contact, theirs: Contact) -> Fields:
        found = self._by_campaign.join(HELD_REFERRALS.of(theirs), HELD_REFERRALS.of(ours))
        return {HELD_REFERRALS.field: _without_own(found, (*INVITATIONS.of(ours), *INVITATIONS.of(theirs)))}

    def of_one_person(self, one: Contact, other: Contact) -> Fields:
        return {HELD_REFERRALS.field: _without_own(HELD_REFERRALS.of(one), INVITATIONS.of(other))}

    def part(self, now: Contact, both: Contact, before: Contact, other: Contact) -> tuple[Fields, Fields]:
        first, gone = self._by_id.part(*map(HELD_REFERRALS.of, (now, both, before, other)))
        mine = HELD_REFERRALS.of(before)
        own, taken = {one.id for one in mine}, {one.campaign for one in mine}
        once = tuple(one for one in first if one.id in own or one.campaign not in taken)
        return {HELD_REFERRALS.field: once}, {HELD_REFERRALS.field: gone}


LAWS = (
    ReferralsLaw(),
    each_held(INVITATIONS, _join_invitation, _part_invitation),
)
