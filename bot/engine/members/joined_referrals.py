"""What two contacts were brought by, and brought, where they become one, or two again (N4)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.model.contact import Contact
from bot.promotions.referrals.model import LINES_MOST, Invitation, Referral, ReferralState

_RANK: tuple[ReferralState, ...] = ("opened", "came", "judged", "refused", "done")
"""Of two referrals of one person in one campaign the later here stays: whom one of the two knew before is
nobody new, and who was rewarded was."""


def joined_referrals(contact: Contact, other: Contact) -> tuple[Referral, ...]:
    """Those of both, one of each campaign; whom the other has brought has brought themselves."""
    joined = {one.campaign: one for one in other.referrals}
    for one in contact.referrals:
        joined[one.campaign] = min((one, joined.get(one.campaign, one)), key=_order)
    return without_own(joined.values(), (*contact.invitations, *other.invitations))


def _order(one: Referral) -> tuple[int, object]:
    return -_RANK.index(one.state), one.at


def without_own(referrals: Iterable[Referral], own: Iterable[Invitation]) -> tuple[Referral, ...]:
    """The same, where those that came by one of these links do not count any more: it is one person."""
    codes = {code for one in own for code in one.codes}
    return tuple(
        replace(one, state="refused", why="self") if one.is_open and one.by in codes else one
        for one in referrals
    )


def joined_invitations(contact: Contact, other: Contact) -> tuple[Invitation, ...]:
    """The links of both, the contact's own first, with what came of either."""
    joined = {one.campaign: one for one in contact.invitations}
    for one in other.invitations:
        joined[one.campaign] = _one(joined[one.campaign], one) if one.campaign in joined else one
    return tuple(joined.values())


def _one(held: Invitation, other: Invitation) -> Invitation:
    came = [id_ for id_ in other.came if id_ not in held.came]
    done = [id_ for id_ in other.done if id_ not in held.done]
    return Invitation(
        held.campaign,
        tuple(dict.fromkeys((*held.codes, *other.codes))),
        held.friends + other.friends - (len(other.came) - len(came)),
        held.successes + other.successes - (len(other.done) - len(done)),
        held.rewarded + other.rewarded,
        (*came, *held.came)[-LINES_MOST:],
        (*done, *held.done)[-LINES_MOST:],
    )


def parted_referrals(
    now: Contact, both: Contact, before: Contact, other: Contact
) -> tuple[tuple[Referral, ...], tuple[Referral, ...]]:
    """Those of each again: as they were, where nothing came of them since, else as they are now."""
    current, joined = ({one.id: one for one in contact.referrals} for contact in (now, both))

    def of(was: Sequence[Referral]) -> list[Referral]:
        same = [(one, current.get(one.id)) for one in was]
        return [one if here is None or here == joined.get(one.id) else here for one, here in same]

    first, gone = of(before.referrals), of(other.referrals)
    known, taken = {one.id for one in (*first, *gone)}, {one.campaign for one in first}
    new = [one for one in now.referrals if one.id not in known and one.campaign not in taken]
    return (*first, *new), tuple(gone)


def parted_invitations(
    now: Contact, both: Contact, before: Contact, other: Contact
) -> tuple[tuple[Invitation, ...], tuple[Invitation, ...]]:
    """The other has its links again, as they were; what came of either since stays with the first."""
    joined, mine, theirs = ({one.campaign: one for one in each.invitations} for each in (both, before, other))
    first = list[Invitation]()
    for held in now.invitations:
        their = theirs.get(held.campaign)
        if held == joined.get(held.campaign):
            first += [mine[held.campaign]] if held.campaign in mine else []
        elif their is None or held.campaign in mine:
            first.append(held if their is None else _less(held, their))
    kept = {one.campaign for one in first}
    gone = tuple(
        one if one.campaign in kept or one.campaign not in _changed(now, both) else _now(now, one.campaign)
        for one in other.invitations
    )
    return tuple(first), gone


def _changed(now: Contact, both: Contact) -> set[str]:
    return {one.campaign for one in now.invitations if one not in both.invitations}


def _now(now: Contact, campaign: str) -> Invitation:
    return next(one for one in now.invitations if one.campaign == campaign)


def _less(held: Invitation, their: Invitation) -> Invitation:
    return replace(
        held,
        codes=tuple(code for code in held.codes if code not in their.codes),
        friends=max(held.friends - their.friends, 0),
        successes=max(held.successes - their.successes, 0),
        rewarded=max(held.rewarded - their.rewarded, 0),
        came=tuple(id_ for id_ in held.came if id_ not in their.came),
        done=tuple(id_ for id_ in held.done if id_ not in their.done),
    )
