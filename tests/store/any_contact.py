"""Contacts of any content, for hypothesis: every field of every record, also with what is seldom there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, get_args

from hypothesis import strategies as st

from bot.engine.types.table import TYPES, slot_of
from bot.model.appointment import AppointmentMark, HeldAppointment, PlaceWish
from bot.model.contact import (
    AttributeValue,
    Binding,
    CameBy,
    Clerk,
    Consent,
    Contact,
    Identity,
    StaffStop,
    Tag,
)
from bot.model.coupon import Grant, HeldCoupon, RedeemWay
from bot.model.draw import DrawEnd, HeldDraw
from bot.model.instance import (
    Answer,
    HeldBy,
    Hold,
    Instance,
    Notice,
    NoticeKind,
    PendingResult,
    ReservedMember,
    Timer,
)
from bot.model.message import JourneyPush, Pushed
from bot.model.page_state import PageState
from bot.model.referral import Invitation, Referral, ReferralRefusal, ReferralState
from bot.model.staff_chat import StaffChat, StaffChatState
from bot.model.stamp import HeldStampCard, StampEntry, StampSource
from bot.model.value import Type

MILLISECOND = timedelta(milliseconds=1)
texts = st.text(max_size=6)
names = st.text(min_size=1, max_size=6)
FIRST, LAST = (datetime(year, 1, 2, tzinfo=UTC) for year in (1, 9998))
moments = st.integers(0, (LAST - FIRST) // MILLISECOND).map(lambda passed: FIRST + passed * MILLISECOND)
numbers = st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False)
flags = st.booleans()
counts = st.integers(0, 2**40)
values = texts | numbers | flags | moments

_OF_TYPE: dict[Type, st.SearchStrategy[Any]] = {
    "text": texts,
    "number": numbers,
    "date": st.dates().map(lambda day: day.isoformat()),
    "time": st.times().map(lambda time: time.strftime("%H:%M")),
    "date_time": moments,
    "yes_no": flags,
}
_keys = st.from_regex(r"[a-z][a-z0-9_]{0,5}", fullmatch=True)


@st.composite
def attributes(draw: st.DrawFn) -> dict[str, AttributeValue]:
    found: dict[str, AttributeValue] = {}
    for _ in range(draw(st.integers(0, 4))):
        type_ = draw(st.sampled_from(tuple(TYPES)))
        slot = slot_of(draw(_keys), type_, private=draw(flags))
        found[slot] = AttributeValue(draw(_OF_TYPE[type_]), draw(moments))
    return found


def few(of: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(of, max_size=3).map(tuple)


def maybe(of: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | of


answers = st.dictionaries(
    names,
    st.builds(Answer, type=st.sampled_from(("text", "phone", "code", "choice")), value=values),
    max_size=2,
)
identities = st.builds(
    Identity,
    channel=names,
    user=maybe(texts),
    friend=maybe(flags),
    since=maybe(moments),
    seen=maybe(moments),
    staff=flags,
    pushed=maybe(moments),
    staffed=maybe(moments),
    talked=maybe(moments),
    conversation=maybe(moments),
    menu=maybe(texts),
    tab=maybe(texts),
    pinned=maybe(texts),
    pinned_until=maybe(moments),
)
tags = st.builds(
    Tag, name=names, at=moments, by=texts, expires=maybe(moments), again=counts, last=maybe(moments)
)
timers = st.builds(
    Timer,
    flow=texts,
    channel=texts,
    visit=counts,
    timer=texts,
    due=moments,
    first=maybe(moments),
    deferred=flags,
    braked=flags,
)
found_members = st.builds(
    ReservedMember,
    phone=maybe(texts),
    member_no=maybe(texts),
    values=st.dictionaries(names, values, max_size=2),
    tags=st.dictionaries(names, flags, max_size=2),
    consent=maybe(flags),
    other=maybe(texts),
    until=maybe(moments),
    bound_before=maybe(moments),
    shop=maybe(texts),
    former=maybe(texts),
    second=maybe(texts),
    read=maybe(moments),
    updated=maybe(moments),
)
instances = st.builds(
    Instance,
    flow=names,
    channel=names,
    state=names,
    visit=counts,
    began=moments,
    entered=moments,
    answers=answers,
    on_page=flags,
    parent=maybe(texts),
    held=maybe(st.builds(Hold, by=st.sampled_from(get_args(HeldBy)), until=maybe(moments))),
    tries=counts,
    fired=few(texts),
    pushes=counts,
    skipped=counts,
    proven=maybe(texts),
    found=maybe(found_members),
    code_sent=maybe(moments),
    notice_version=maybe(texts),
    unasked=flags,
    gone_back_over=few(texts),
    cause=texts,
)
pages = st.builds(
    PageState,
    page=names,
    channel=names,
    step=counts,
    at=moments,
    flow=maybe(texts),
    texts=few(texts),
    ended=maybe(texts),
    incomplete=flags,
    resumed=counts,
)
staff_chats = st.builds(
    StaffChat,
    channel=names,
    state=st.sampled_from(get_args(StaffChatState)),
    since=moments,
    last=moments,
    by=st.none() | names,
    heard=st.none() | moments,
    note=st.text(max_size=20),
    token=st.none() | names,
    token_at=st.none() | moments,
    given_by=st.none() | names,
)
notices = st.builds(Notice, channel=names, what=st.sampled_from(get_args(NoticeKind)), at=moments)
messages = st.fixed_dictionaries(
    {"type": st.just("text"), "text": texts, "size": st.just([1, {"a.b": True}])}
)
journey_pushes = st.builds(JourneyPush, flow=names, state=names, number=counts)
pushed = st.builds(Pushed, message=messages, of=maybe(journey_pushes))
results = st.builds(
    PendingResult,
    channel=names,
    flow=names,
    result=names,
    until=moments,
    answers=answers,
    pushes=few(pushed),
)
bindings = st.builds(Binding, at=moments, tags=few(texts), keep_tags=flags, flow=texts)
clerks = st.builds(Clerk, code=texts, name=texts, store=texts, at=moments, number=texts)
came = st.builds(CameBy, code=names, at=moments)
stops = st.builds(StaffStop, here=maybe(flags), shop=flags)
consents = st.builds(Consent, version=texts, at=moments, channel=texts, on_page=flags)
grants = st.builds(
    Grant,
    id=texts,
    coupon=texts,
    title=texts,
    code=texts,
    at=moments,
    starts=maybe(moments),
    until=moments,
    to=texts,  # of requests and acts alone: on a contact it is theirs, and not stored
)
coupons = st.builds(
    HeldCoupon,
    grant=grants,
    used=maybe(moments),
    by=texts,
    store=texts,
    how=st.sampled_from(("", *get_args(RedeemWay))),
    order=texts,
    press=texts,
    reminded=flags,
    ended=flags,
)
stamp_entries = st.builds(
    StampEntry,
    id=texts,
    at=moments,
    count=st.integers(-100, 100),
    source=st.sampled_from(get_args(StampSource)),
    store=texts,
    by=texts,
    order=texts,
    undoes=texts,
)
draws = st.builds(
    HeldDraw,
    draw=st.text(max_size=5),
    tries=st.integers(0, 99),
    last=st.none() | moments,
    waits=st.booleans(),
    result=st.sampled_from(get_args(DrawEnd)),
    prize=st.text(max_size=5),
    grant=st.text(max_size=5),
)
appointments = st.builds(
    HeldAppointment,
    id=texts,
    service=texts,
    title=texts,
    place=texts,
    start=moments,
    end=moments,
    reminded=st.booleans(),
    mark=st.sampled_from(get_args(AppointmentMark)),
)
place_wishes = st.builds(
    PlaceWish,
    id=texts,
    service=texts,
    title=texts,
    day=texts,
    since=moments,
    wanted=st.text(max_size=5),
    told=st.booleans(),
)
stamp_cards = st.builds(
    HeldStampCard,
    card=texts,
    count=st.integers(-100, 100),
    settled=st.integers(0, 100),
    full=st.integers(0, 100),
    closed=flags,
    until=maybe(moments),
    reminded=flags,
    entries=few(stamp_entries),
)
referrals = st.builds(
    Referral,
    campaign=texts,
    by=texts,
    id=texts,
    at=moments,
    state=st.sampled_from(get_args(ReferralState)),
    came=maybe(moments),
    ended=maybe(moments),
    why=maybe(st.sampled_from(get_args(ReferralRefusal))),
)
invitations = st.builds(
    Invitation,
    campaign=texts,
    codes=few(texts),
    friends=counts,
    successes=counts,
    rewarded=counts,
    came=few(texts),
    done=few(texts),
)

CONTACT: dict[str, st.SearchStrategy[Any]] = {
    "kind": st.sampled_from(("person", "group", "room")),
    "name": maybe(texts),
    "language": maybe(texts),
    "picture": maybe(texts),
    "identities": few(identities),
    "tags": few(tags),
    "attributes": attributes(),
    "timers": few(timers),
    "seed": st.integers(0, 10006),
    "turned": maybe(moments),
    "version": texts,
    "phone": maybe(texts),
    "told_phone": maybe(texts),
    "email": maybe(texts),
    "member_no": maybe(texts),
    "member_shop": maybe(texts),
    "bindings": st.dictionaries(st.sampled_from(("phone", "shop")), bindings, max_size=2),
    "bound_before": maybe(moments),
    "signed_out": maybe(moments),
    "clerk": maybe(clerks),
    "marketing_here": maybe(flags),
    "staff_stop": maybe(stops),
    "marketing_shop": maybe(flags),
    "marketing": maybe(flags),
    "last_order": maybe(moments),
    "shop_read": maybe(moments),
    "shop_updated": maybe(moments),
    "shop_polled": maybe(moments),
    "first_source": maybe(came),
    "last_source": maybe(came),
    "consents": few(consents),
    "coupons": few(coupons),
    "stamp_cards": few(stamp_cards),
    "draws": few(draws),
    "appointments": few(appointments),
    "place_wishes": few(place_wishes),
    "befriended": maybe(moments),
    "referrals": few(referrals),
    "invitations": few(invitations),
    "flows": few(instances),
    "results": few(results),
    "pages": few(pages),
    "notices": few(notices),
    "desk": few(staff_chats),
    "used": st.dictionaries(names, moments, max_size=2),
    "audiences": few(texts),
    "lists": few(texts),
    "pushes": few(moments),
}
"""A strategy for each field of a contact but its id."""

RECORDS: dict[type, st.SearchStrategy[Any]] = {
    Identity: identities,
    Tag: tags,
    Timer: timers,
    ReservedMember: found_members,
    Instance: instances,
    PageState: pages,
    Notice: notices,
    StaffChat: staff_chats,
    PendingResult: results,
    Binding: bindings,
    Clerk: clerks,
    Consent: consents,
    Grant: grants,
    HeldCoupon: coupons,
    StampEntry: stamp_entries,
    HeldStampCard: stamp_cards,
    HeldDraw: draws,
    HeldAppointment: appointments,
    PlaceWish: place_wishes,
    Referral: referrals,
    Invitation: invitations,
    CameBy: came,
    StaffStop: stops,
}


def contacts() -> st.SearchStrategy[Contact]:
    """The same person in any state."""
    return st.builds(Contact, id=st.just("main:U1"), **CONTACT)
