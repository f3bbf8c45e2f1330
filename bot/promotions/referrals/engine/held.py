"""A friend comes by a friend's link: what it is for both of them (N4, semantics 43)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from bot.engine.compiled.playbook import Playbook
from bot.engine.members.identity import is_same_member
from bot.engine.times.local_time import later
from bot.engine.turn.turn import Turn
from bot.model.contact import Contact
from bot.model.event import Follow, Origin
from bot.model.mark import Mark
from bot.model.short_code import ALPHABET
from bot.model.trace import NoteKind
from bot.model.value import Value
from bot.promotions.coupons.model import GiveCoupon
from bot.promotions.referrals.engine.declared import REFERRALS, ReferralCampaign
from bot.promotions.referrals.model import (
    CAME,
    DONE,
    FRIEND_REWARDED,
    HELD_REFERRALS,
    INVITATIONS,
    JUST_BEFORE,
    LINES_MOST,
    OF_REFERRALS,
    REFUSED,
    REWARDED,
    Invitation,
    Referral,
    ReferralAct,
    ReferralRefusal,
    ReportReferral,
)

REFERRAL_OPENED = NoteKind(
    "referral: {campaign} opened by somebody new",
    "Opened a friend's link of {campaign}",
    code="referral_opened",
)
REFERRAL_OWN = NoteKind(
    "referral: {campaign} is the person's own link",
    "Opened their own link of {campaign}",
    "no",
    code="referral_own",
)
REFERRAL_KNOWN = NoteKind(
    "referral: {campaign} was so already",
    "Was brought in {campaign} already: the first one counts",
    "no",
    code="referral_known",
)
REFERRAL_OVER = NoteKind(
    "referral: {campaign} is not on",
    "The campaign {campaign} is not on, or there is none",
    "not",
    code="referral_over",
)
REFERRAL_CAME = NoteKind(
    "referral: {campaign} brought this person", "Came by a friend's link of {campaign}", code="referral_came"
)
REFERRAL_JUDGED = NoteKind(
    "referral: {campaign} is being looked at",
    "Has done what counts in {campaign}: looked whether the two are one household",
    "heard",
    code="referral_judged",
)
REFERRAL_DONE = NoteKind(
    "referral: {campaign} counts", "Having been brought in {campaign} counts", code="referral_done"
)
REFERRAL_REFUSED = NoteKind(
    "referral: {campaign} does not count ({uncounted})",
    "Having been brought in {campaign} does not count: {uncounted}",
    "not",
    "Having been brought in {campaign} does not count",
    code="referral_refused",
)
REFERRAL_FRIEND = NoteKind(
    "referral: {campaign} a friend came", "A friend came by the link of {campaign}", code="referral_friend"
)
REFERRAL_REWARD = NoteKind(
    "referral: {campaign} reward: {coupon}",
    "The campaign {campaign} gives its reward: the coupon {coupon}",
    code="referral_reward",
)
REFERRAL_UNREWARDED = NoteKind(
    "referral: {campaign} no reward (as many as one gets, or no friend of the account any more)",
    "A friend counts in {campaign}, and the inviter gets no reward any more",
    "not",
    code="referral_unrewarded",
)


CODE_SIGNS = 12
"""Of a link's code: 60 bits."""


def invite(contact: Contact, playbook: Playbook, event: str, now: datetime) -> None:
    """The person looks at their own links: each campaign that is on has one from then on, made of the event's
    id."""
    have = {one.campaign for one in INVITATIONS.of(contact)}
    new = [
        Invitation(name, (code_of(f"{event} {name}"),))
        for name, campaign in REFERRALS.of(playbook).items()
        if name not in have and campaign.is_on(now)
    ]
    INVITATIONS.put(contact, (*INVITATIONS.of(contact), *new))


def code_of(text: str) -> str:
    """A code made of an event's id, which nobody can guess: so deciding stays pure."""
    digest = int.from_bytes(hashlib.sha256(text.encode(errors="replace")).digest()[:8])
    return "".join(ALPHABET[digest >> 5 * at & 31] for at in range(CODE_SIGNS)).lower()


def referral_act(turn: Turn, act: ReferralAct) -> None:
    """A link was opened, the two were compared, or a friend has come or done what counts."""
    campaign = REFERRALS.of(turn.playbook).get(act.campaign)
    if campaign is None:
        turn.note(REFERRAL_OVER, act.campaign)
    elif act.what == "opened":
        _opened(turn, campaign, act.by)
    elif act.what == "judged":
        _judged(turn, campaign, act)
    else:
        _friend_did(turn, campaign, act)


def befriend(turn: Turn, follow: Follow) -> None:
    """A person has become a friend: who opened a link before that has come by it, if it is the first time."""
    for one in HELD_REFERRALS.of(turn.contact):
        campaign = REFERRALS.of(turn.playbook).get(one.campaign)
        if one.state == "opened" and campaign is not None:
            if follow.again:
                _refuse(turn, campaign, one, "before")
            elif campaign.is_on(turn.now):
                _come(turn, campaign, one)
            else:
                _refuse(turn, campaign, one, "late")


def order_of_friend(turn: Turn, subject: str) -> None:
    """The shop's news of a paid order: what some campaigns wait for."""
    if subject == "order_paid":
        for one in HELD_REFERRALS.of(turn.contact):
            campaign = REFERRALS.of(turn.playbook).get(one.campaign)
            if one.state == "came" and campaign is not None and campaign.goal == "ordered":
                _did(turn, campaign, one)


def follow_referrals(turn: Turn) -> bool:
    """Look whether somebody who came has done by now what counts; whether that queued news."""
    for one in HELD_REFERRALS.of(turn.contact):
        campaign = REFERRALS.of(turn.playbook).get(one.campaign)
        if one.state == "came" and campaign is not None and _has_done(turn.contact, campaign):
            _did(turn, campaign, one)
    return bool(turn.queue)


def codes_above(people: Iterable[Contact]) -> tuple[str, ...]:
    """The codes of the links by which these people have come themselves."""
    return tuple(one.by for person in people for one in HELD_REFERRALS.of(person) if one.binds_ring)


def refusal_of(
    friend: Contact, inviter: Contact | None, above: Iterable[Contact] = ()
) -> ReferralRefusal | None:
    """Why a friend does not count for an inviter, by what is known of both, and of those `above` who have
    brought the inviter, and them; `None`: they do."""
    if inviter is None:
        return "gone"
    if friend.id == inviter.id or is_same_member(friend, inviter) or is_same_member(inviter, friend):
        return "self"
    phones, their_phones = ({one.phone, one.stated_phone} - {None} for one in (friend, inviter))
    same_mail = friend.email is not None and friend.email == inviter.email
    if same_mail or phones & their_phones:
        return "household"
    return "ring" if any(one.id == friend.id for one in above) else None


def acts_of(
    report: ReportReferral, friend: Contact, inviter: Contact | None, above: Iterable[Contact] = ()
) -> tuple[tuple[str, ReferralAct], ...]:
    """Whom a report is to be told as what, by contact: nobody where it is about nothing any more."""
    act = ReferralAct(report.campaign, "friend_came", report.by, report.referral)
    if not report.judge:
        return () if inviter is None or inviter.id == friend.id else ((inviter.id, act),)
    if not any(one.id == report.referral and one.state == "judged" for one in HELD_REFERRALS.of(friend)):
        return ()
    why = refusal_of(friend, inviter, above)
    judged = (friend.id, replace(act, what="judged", why=why))
    if why is not None or inviter is None:
        return (judged,)
    return (judged, (inviter.id, replace(act, what="friend_done")))


# -- the friend


def _opened(turn: Turn, campaign: ReferralCampaign, by: str) -> None:
    contact, name = turn.contact, campaign.name
    if any(by in one.codes for one in INVITATIONS.of(contact)):
        turn.note(REFERRAL_OWN, name)
    elif HELD_REFERRALS.one(contact, name) is not None:
        turn.note(REFERRAL_KNOWN, name)
    elif not campaign.is_on(turn.now):
        turn.note(REFERRAL_OVER, name)
    else:
        new = Referral(name, by, code_of(f"{turn.event.id} referral"), turn.now, "opened")
        HELD_REFERRALS.set(contact, new)
        if _came_just_now(turn):
            _come(turn, campaign, new)
        elif any(one.friend is not None or one.seen is not None for one in contact.identities):
            _refuse(turn, campaign, new, "before")
        else:
            turn.note(REFERRAL_OPENED, name)


def _came_just_now(turn: Turn) -> bool:
    befriended = turn.contact.befriended
    return befriended is not None and befriended >= turn.now - JUST_BEFORE


def _come(turn: Turn, campaign: ReferralCampaign, one: Referral) -> None:
    HELD_REFERRALS.set(turn.contact, replace(one, state="came", came=turn.now))
    turn.note(REFERRAL_CAME, campaign.name)
    _mark(turn, campaign, CAME)
    turn.actions.append(ReportReferral(campaign.name, one.by, one.id))
    _queue(turn, campaign, "came")


def _has_done(contact: Contact, campaign: ReferralCampaign) -> bool:
    return campaign.goal == "followed" or (campaign.goal == "bound" and bool(contact.bindings))


def _did(turn: Turn, campaign: ReferralCampaign, one: Referral) -> None:
    """They have done what counts: in time it is looked at with the inviter's data, which no turn has."""
    came = one.came or one.at
    if campaign.within is not None and turn.now >= later(came, campaign.within, turn.playbook.zone):
        _refuse(turn, campaign, one, "late")
        return
    HELD_REFERRALS.set(turn.contact, replace(one, state="judged"))
    turn.note(REFERRAL_JUDGED, campaign.name)
    turn.actions.append(ReportReferral(campaign.name, one.by, one.id, judge=True))


def _judged(turn: Turn, campaign: ReferralCampaign, act: ReferralAct) -> None:
    one = next((one for one in HELD_REFERRALS.of(turn.contact) if one.id == act.referral), None)
    if one is None or one.state != "judged":
        turn.note(REFERRAL_KNOWN, campaign.name)
    elif act.why is not None:
        _refuse(turn, campaign, one, act.why)
    else:
        HELD_REFERRALS.set(turn.contact, replace(one, state="done", ended=turn.now))
        turn.note(REFERRAL_DONE, campaign.name)
        _mark(turn, campaign, DONE)
        if campaign.friend is not None:
            _mark(turn, campaign, FRIEND_REWARDED)
            _reward(turn, campaign, campaign.friend)
        _queue(turn, campaign, "done")


def _refuse(turn: Turn, campaign: ReferralCampaign, one: Referral, why: ReferralRefusal) -> None:
    HELD_REFERRALS.set(turn.contact, replace(one, state="refused", ended=turn.now, why=why))
    turn.note(REFERRAL_REFUSED, campaign.name, why)
    _mark(turn, campaign, REFUSED, why)
    _queue(turn, campaign, "refused", {"why": why})


# -- the inviter


def _friend_did(turn: Turn, campaign: ReferralCampaign, act: ReferralAct) -> None:
    """A friend came, or counts; of each referral once."""
    held = next((one for one in INVITATIONS.of(turn.contact) if act.by in one.codes), None)
    if held is None or act.referral in (held.came if act.what == "friend_came" else held.done):
        turn.note(REFERRAL_KNOWN, campaign.name)
        return
    if act.what == "friend_came":
        held = replace(held, friends=held.friends + 1, came=(*held.came, act.referral)[-LINES_MOST:])
        result = "friend_came"
        turn.note(REFERRAL_FRIEND, campaign.name)
    else:
        held = replace(held, successes=held.successes + 1, done=(*held.done, act.referral)[-LINES_MOST:])
        is_due = campaign.left(held.rewarded) != 0 and turn.identity.friend is not False
        result = "rewarded" if is_due and campaign.inviter is not None else "not_rewarded"
        if campaign.inviter is not None and is_due:
            held = replace(held, rewarded=held.rewarded + 1)
            _mark(turn, campaign, REWARDED)
            _reward(turn, campaign, campaign.inviter)
        else:
            turn.note(REFERRAL_UNREWARDED, campaign.name)
    INVITATIONS.set(turn.contact, held)
    left = campaign.left(held.rewarded)
    fields: dict[str, Value] = {"friends": held.friends, "rewarded": held.rewarded}
    _queue(turn, campaign, result, fields if left is None else {**fields, "left": left})


# -- both


def _reward(turn: Turn, campaign: ReferralCampaign, coupon: str) -> None:
    turn.actions.append(GiveCoupon(coupon, Origin("", turn.channel, 0)))
    turn.note(REFERRAL_REWARD, campaign.name, coupon)


def _mark(turn: Turn, campaign: ReferralCampaign, what: str, why: str = "") -> None:
    turn.marks.append(Mark(turn.channel, OF_REFERRALS, what, (campaign.name, why)))


def _queue(turn: Turn, campaign: ReferralCampaign, result: str, more: dict[str, Value] | None = None) -> None:
    fields = {"campaign": campaign.name, "title": campaign.title, "result": result, **(more or {})}
    turn.queue_news("referral", campaign.name, fields)
