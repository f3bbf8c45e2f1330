"""What is noted of a change of a person: by the playbook, staff, a broadcast, a list, or the shop."""

from __future__ import annotations

from collections.abc import Sequence

from bot.engine.turn.turn import Turn
from bot.model.place import Place
from bot.model.trace import NoteKind

ADDED = NoteKind("add_tags: added {names} ({by})", "Added tags: {names}", code="tags_added")
HAD = NoteKind("add_tags: had them already ({by})", "Had the tags already")
REMOVED = NoteKind("remove_tags: removed {names} ({by})", "Removed tags: {names}", code="tags_removed")
HAD_NONE = NoteKind("remove_tags: had none of them ({by})", "Had none of these tags")

SET = NoteKind("set: {attribute} set", "Noted attribute {attribute}", code="attribute_set")
SET_TO_NOTHING = NoteKind("set: {attribute} cleared", "Cleared attribute {attribute}", code="attribute_unset")
HAD_VALUE = NoteKind(
    "set: {attribute} had it already", "Attribute {attribute} was so already", code="attribute_had"
)
SAME = NoteKind("set: {attribute} was so already", HAD_VALUE.sentence, code="attribute_same")
NOT_SET = NoteKind(
    "set: not-set ({attribute} takes no such value)",
    "Attribute {attribute} takes no such value",
    "no",
    "The attribute takes no such value",
)

NO_MARKETING = NoteKind("marketing: stopped by staff", "Staff: no more marketing", "heard")
MARKETING_KNOWN = NoteKind(
    "marketing: stopped no more by staff", "Staff: marketing no longer stopped", "heard"
)
MARKETING_UNCHANGED = NoteKind(
    "marketing: unchanged (it is so already, or the person's own word)",
    "Staff: marketing unchanged, it is so already or the person's own word",
    "no",
)

BOUND = NoteKind("bind_member: bound", "Bound", "heard")
NOT_BOUND = NoteKind(
    "bind_member: not-bound (no member is reserved for this run)",
    "Not bound: no member was found this time",
    "not",
)

CLERK_HANDED_OVER = NoteKind("clerk: handed over", "Is another store clerk's now")
CLERK_NOT_HANDED_OVER = NoteKind("clerk: not handed over", "Is not this store clerk's any more", "not")
MEMBER_LAPSED = NoteKind(
    "member: lapsed (the phone is no longer reserved: it was found too long ago)",
    "The member was found too long ago: to be looked for again",
    "not",
)
COUPON_REDEEMED = NoteKind(
    "coupon: {coupon} redeemed", "Redeemed the coupon {coupon}", code="coupon_redeemed"
)
COUPON_RETURNED = NoteKind(
    "coupon: {coupon} usable again", "The coupon {coupon} is usable again", code="coupon_returned"
)
COUPON_USED_BEFORE = NoteKind(
    "coupon: {coupon} was redeemed before",
    "The coupon {coupon} was redeemed before",
    "not",
    code="coupon_used_before",
)
COUPON_OVER = NoteKind(
    "coupon: {coupon} is over", "The coupon {coupon}: its last day has passed", "not", code="coupon_over"
)
COUPON_TOO_EARLY = NoteKind(
    "coupon: {coupon} is not usable yet",
    "The coupon {coupon} is not usable yet",
    "not",
    code="coupon_too_early",
)
COUPON_NOT_THIS_WAY = NoteKind(
    "coupon: {coupon} is not redeemed this way",
    "The coupon {coupon} is not redeemed this way",
    "not",
    code="coupon_not_this_way",
)
COUPON_GONE = NoteKind(
    "coupon: {coupon} is not held", "Does not hold this coupon {coupon}", "not", code="coupon_gone"
)
COUPON_STAYS = NoteKind(
    "coupon: {coupon} stays as it is", "The coupon {coupon} stays as it is", "no", code="coupon_stays"
)
COUPON_ACT_REPEATED = NoteKind(
    "coupon: {coupon} was so already", "The coupon {coupon} was so already", "no", code="coupon_repeated"
)
STAMPED = NoteKind("stamp card: {card} +{count}", "Stamped the card {card}: {count}", code="stamped")
STAMPED_BEFORE = NoteKind(
    "stamp card: {card} was stamped before",
    "The card {card} was stamped so already",
    "no",
    code="stamped_before",
)
STAMP_HAD = NoteKind(
    "stamp card: {card} has today's stamps",
    "The card {card} has its stamps of today",
    "not",
    code="stamp_had",
)
STAMP_OVER = NoteKind("stamp card: {card} is over", "The card {card} is over", "not", code="stamp_over")
STAMP_NOT_THIS_WAY = NoteKind(
    "stamp card: {card} is not stamped this way",
    "The card {card} is not stamped this way",
    "not",
    code="stamp_not_this_way",
)
STAMP_CARD_GONE = NoteKind(
    "stamp card: there is no {card}", "There is no stamp card {card}", "not", code="stamp_card_gone"
)
STAMPS_TAKEN = NoteKind(
    "stamp card: {card} -{count}", "Took stamps back from the card {card}: {count}", code="stamps_taken"
)
NO_STAMP_TO_TAKE = NoteKind(
    "stamp card: {card} has none to take back",
    "The card {card} has no stamp to take back",
    "not",
    code="no_stamp_to_take",
)
ORDER_UNKNOWN = NoteKind(
    "stamp cards: the order has no number",
    "An order without a number gives no stamps",
    "not",
    code="stamp_order_unknown",
)
ORDER_OFF = NoteKind(
    "stamp card: {card} had news that the order is off",
    "The card {card} gets no stamps for an order that is off",
    "not",
    code="stamp_order_off",
)
ORDER_TOO_SMALL = NoteKind(
    "stamp card: {card} nothing for so small an order",
    "The order is too small for a stamp on {card}",
    "not",
    code="stamp_order_small",
)
ORDER_CAPPED = NoteKind(
    "stamp card: {card} at most {count} for one order",
    "One order gives {count} stamps on {card} at most",
    "no",
    code="stamp_order_capped",
)
DRAW_TRIED = NoteKind(
    "draw: {draw} tried", "Tried the draw {draw}, and waits for what comes of it", "wait", code="draw_tried"
)
DRAW_HAD = NoteKind(
    "draw: {draw} was tried already", "Has tried the draw {draw} already", "not", code="draw_had"
)
DRAW_OVER = NoteKind("draw: {draw} is not open", "The draw {draw} is not open", "not", code="draw_over")
DRAW_GONE = NoteKind("draw: there is no {draw}", "There is no draw {draw}", "not", code="draw_gone")
DRAW_DECIDED_BEFORE = NoteKind(
    "draw: {draw} was decided before",
    "What came of the draw {draw} is known already",
    "no",
    code="draw_decided_before",
)
STAMP_REWARD = NoteKind(
    "stamp card: {card} reward at {cell}: {coupon}",
    "The card {card} gives its reward at {cell}: the coupon {coupon}",
    code="stamp_reward",
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

_OTHER_MEMBER = "Another member's data, or bound no more: left out"
MEMBER_LEFT_OUT = NoteKind(
    "member: left out (this is another member, or nobody is bound any more)",
    _OTHER_MEMBER,
    "not",
    code="member_left_out",
)
MEMBER_OUTDATED = NoteKind(
    "member: left out (the shop has told something newer since)", _OTHER_MEMBER, "not", code="member_outdated"
)
LIST_LEFT_OUT = NoteKind(
    "list: left out (this is another member, or nobody is bound any more)", _OTHER_MEMBER, "not"
)
LIST_TAKEN = NoteKind("list: taken over", "Took over what the list says")
LIST_BOUND = NoteKind("list: bound", "Bound the phone, which another system has proven, as the list says")
LIST_AS_BEFORE = NoteKind("list: as before", "The list says nothing new", "no")


def note_added(turn: Turn, new: Sequence[str], by: str = "", place: Place | None = None) -> None:
    """Tags were put on, `new` are those that were not on."""
    if new:
        turn.note(ADDED, tuple(new), by, place=place)
    else:
        turn.note(HAD, by, place=place)


def note_removed(turn: Turn, gone: Sequence[str], by: str = "", place: Place | None = None) -> None:
    """Tags were taken off, `gone` are those that were on."""
    if gone:
        turn.note(REMOVED, tuple(gone), by, place=place)
    else:
        turn.note(HAD_NONE, by, place=place)


APPOINTMENT_ASKED = NoteKind(
    "{action}: asked for {appointment}",
    "Asked about the appointment {appointment}, and waits",
    "wait",
    code="appointment_asked",
)
APPOINTMENT_WAITS_NO_MORE = NoteKind(
    "appointment {appointment}: waits for no place any more",
    "The person waits for no place of {appointment} on that day any more",
    "not",
    code="appointment_waits_no_more",
)
APPOINTMENT_MARKED_BEFORE = NoteKind(
    "appointment {appointment}: was marked so before",
    "Whether the person came to {appointment} was said before",
    "not",
    code="appointment_marked_before",
)
