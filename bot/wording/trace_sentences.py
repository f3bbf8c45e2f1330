"""Sentences by a key of the language: events, timers, waits, rows of a timeline.

What a turn notes has its sentence in its own kind (`bot/engine/notes`, `conditions/reasons`, each action).
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.model.counts import CARD_LEFT_OUT, REFUSED_AT_SHOP
from bot.model.effects import ASKED

_OF_OUTCOMES = {
    question.answer: {
        outcome: sentence
        for other in ASKED.values()
        if other.answer == question.answer
        for outcome, sentence in other.outcomes.items()
    }
    for question in ASKED.values()
}

EVENTS: Mapping[str, str | Mapping[str, str]] = {
    **_OF_OUTCOMES,
    "follow": {
        "first": "added the account for the first time",
        "again": "unblocked the account",
        "": "added the account",
    },
    "unfollow": "blocked the account",
    "join": "the account joined a group",
    "tag_added": "tag {tag} was added",
    "tag_removed": "tag {tag} was removed",
    "attribute_changed": "attribute {attribute} changed",
    "bound": "bound: {binding}",
    "unbound": "no longer bound: {binding}",
    "shop": "the shop tells: {shop}",
    "form_sent": "sent the form {form}",
    "page_opened": "opened the page {page}",
    "link": "opened the link {link}",
    "enters": "came into the audience {audience}",
    "leaves": "left the audience {audience}",
    "marketing": {"stopped": "wants no more marketing", "allowed": "wants marketing"},
    "signal": "signal {signal}",
    "hook": {**_OF_OUTCOMES["hook"], "": "the outside system {hook} is done"},
    "coupon": {**_OF_OUTCOMES["coupon"], "": "news of the coupon {coupon}"},
    "appointment": {
        **_OF_OUTCOMES["appointment"],
        "soon": "the appointment is near",
        "came": "came to the appointment",
        "missed": "did not come to the appointment",
        "free": "a place is free that the person has waited for",
        "": "news of the appointment {appointment}",
    },
    "stamp_card": "news of the stamp card {card}",
    "draw": {**_OF_OUTCOMES["draw"], "": "news of the draw {draw}"},
    "referral": "news of the campaign {campaign}",
    "staff": {"takes_over": "staff took the conversation", "hands_back": "staff handed back"},
    "flow_ended": "the flow {flow} ended",
    "ended": "the flow inside ended at {state}",
    "beacon": {
        "enter": "came near a LINE Beacon",
        "banner": "tapped the banner of a LINE Beacon",
        "stay": "is near a LINE Beacon",
        "": "LINE Beacon",
    },
    "account_link": {
        "ok": "the account was linked",
        "failed": "the account was not linked",
        "": "account link",
    },
    "membership": {
        "joined": "joined the membership",
        "left": "left the membership",
        "renewed": "renewed the membership",
        "": "the membership changed",
    },
    "member_joined": "somebody joined the group",
    "member_left": "somebody left the group",
    "unsend": "unsent a message",
    "message_edited": "edited a message",
    "video_done": "watched the video to its end",
    "postback": "the button's data is {data}",
    "after": "time is up ({wait})",
    "sweep": "time to look at audiences and menus anew",
    "menu_again": "the rich menu is looked at again",
    "resent": "staff sent once more what had been given up",
    "quota_back": "there is quota again",
    "stopped": "a flow was stopped",
    "set": "data was brought up to date",
    "given": "the data is there",
    "image": "sent a picture",
    "video": "sent a video",
    "audio": "sent a sound",
    "file": "sent a file",
    "location": "sent a location",
    "sticker": "sent a sticker",
}
"""By kind, or by kind and subject; `""` is any other subject."""

WEEKDAYS = {
    "mon": "until Monday {clock}",
    "tue": "until Tuesday {clock}",
    "wed": "until Wednesday {clock}",
    "thu": "until Thursday {clock}",
    "fri": "until Friday {clock}",
    "sat": "until Saturday {clock}",
    "sun": "until Sunday {clock}",
}

TIMERS = {
    "staff": "the person writes nothing for long: back to the bot",
    "expiry": "a tag expires",
    "coupons": "a coupon ends soon, or an appointment is near",
    "menu": "the pinned rich menu ends",
    "result": "waiting for the page",
}
"""What a timer that is not due yet is for, which is of no flow."""

DUE = {
    "expiry": "a tag has expired",
    "coupons": "a coupon is over or ends soon, or an appointment is near",
    "staff": "the person wrote nothing for long: the bot has the conversation again",
    "result": "the page did not say the result: the chat does",
    "menu": "the pinned rich menu is over",
}
"""The same, once it is due."""

PENDING = {
    "door": "flow {flow}, may push now",
    "start": "the flow {flow} starts by its date",
    "enters": "the flow {flow} starts (came into the audience {audience})",
    "": "flow {flow}, {wait}",
}
"""What a timer of a flow is for that is not due yet, by the first word of its name."""
DUE_IN_FLOW = {
    "door": "what waited in the flow {flow} goes on",
    "start": "a date starts the flow {flow}",
    "enters": "waits no more for the flow {flow}: came into the audience {audience}",
    "": "time is up in the flow {flow} ({wait})",
}
"""The same, once it is due."""

ROWS: Mapping[str, str] = {
    "text": "wrote a message",
    "postback": "tapped a button",
    "tap": "tapped a button",
    "image: one of several": "sent one more of several pictures",
    "staff: take over": "staff took the conversation",
    "staff: hand back": "staff handed back",
    "staff: answer": "staff answered",
    "staff: note": "staff left a note for each other",
    "staff: bind phone": "staff bound the phone",
    "staff: hand over to another clerk": "staff gave them to another store clerk",
    "staff: marketing stopped": "staff stopped marketing to the person",
    "staff: marketing allowed": "staff took back that they had stopped marketing to the person",
    "staff: unbind": "staff undid a binding",
    "staff: tags": "staff changed tags",
    "staff: set": "staff changed an attribute",
    "staff": "staff took the conversation, or handed back",
    "resent: event": "staff had something decided once more that had failed",
    "told by a list": "a list told something of them",
    "merged": "became one with another contact",
    "parted": "the merge was undone",
    "phone came": "the phone came from another LINE account",
    "phone went": "the phone went to another LINE account",
    "phone came back": "the phone came back",
    "phone lost": "the phone is another member's",
    "flow_ended": "a flow ended",
    "note": "a note",
    "notify_staff": "told staff",
    "journey sent": "a journey's push was sent",
    "journey not sent": "a journey's push was not sent",
    "journey skipped": "a journey's push was left out",
    "message lost": "a message was left out: LINE would refuse it as this person's data fills it",
    "message cut": "a text was cut: it was too long for LINE as this person's data fills it",
    "menu": "rich menu",
    "recovered": "something happened; what was done is not known any more",
    "timer": "time is up",
    "news": "news",
    "outcome": "the result is there",
    "merged or parted": "became one with another contact, or the merge was undone",
    "page": "opened a page",
    "answer on page": "answered on a page",
    "form": "sent a form",
}
"""What a row is about, as `bot/engine/turn/event_words` calls it, or what has written it beside a turn."""

ROWS_ABOUT: Mapping[str, str] = {
    "tap": "tapped a button",
    "staff: unbind": "staff undid the binding: {binding}",
    "staff: tags": "staff changed tags: {tags}",
    "staff: set": "staff set attribute {attribute}",
    "staff: clear": "staff cleared attribute {attribute}",
    "staff: out": "staff took them out of the flow {flow}",
    "staff: restart": "staff had the flow {flow} begin anew",
    "resent": "staff sent once more what had been given up",
    "broadcast": "the broadcast {broadcast} was sent",
    "broadcast test": "the broadcast {broadcast} was sent to them as a test",
    "tags of broadcast": "the tags of the broadcast {broadcast}",
    "page": "opened the page {page}",
    "answer on page": "answered on the page {page}",
    "skip on page": "left a question out on the page {page}",
    "back on page": "went back on the page {page}",
    "change on page": "changed an answer on the page {page}",
    "send on page": "sent the form {form}",
    "form": "sent the form {form}",
}
"""The same of those that name something behind a colon."""

HOOKS = {
    "ok": "the outside system {hook} answered",
    "failed": "the outside system {hook} did not answer, or answered wrongly",
}
"""`hook HOOK: ok`."""

COUPONS = {
    "given": "the coupon {coupon} was given",
    "had": "has had as many of the coupon {coupon} as one may",
    "none_left": "no coupon {coupon} is left",
    "over": "the coupon {coupon}: its last day has passed",
    "failed": "the coupon {coupon} could not be given",
    "redeemed": "the coupon {coupon} was used",
    "returned": "the coupon {coupon} can be used again",
    "expires_soon": "the coupon {coupon} ends soon",
    "expired": "the coupon {coupon} has ended unused",
    "": "news of the coupon {coupon}",
    "redeem": "the coupon {coupon} was presented at the till",
    "press": "the clerk's confirmation of the coupon {coupon} was pressed",
    "undo": "staff undid that the coupon {coupon} was redeemed",
    "order": "an order came with the coupon {coupon}",
    "order cancelled": "an order with the coupon {coupon} was cancelled",
}
"""`coupon NAME: given`: an outcome, or what is done with one."""
DRAWS = {
    "won": "has won in the draw {draw}",
    "nothing": "has won nothing in the draw {draw}",
    "had": "has tried the draw {draw} already",
    "over": "the draw {draw} is not open",
    "failed": "the draw {draw} could not be carried out",
    "": "news of the draw {draw}",
}
"""`draw NAME: won`: what came of a try."""
APPOINTMENTS = {
    "booked": "the appointment {appointment} was booked",
    "moved": "the appointment {appointment} was moved",
    "cancelled": "the appointment {appointment} was cancelled",
    "full": "the appointment {appointment}: no place is free then",
    "had": "has as many appointments {appointment} to come as one may",
    "none": "has no appointment {appointment} to come",
    "closed": "the appointment {appointment}: none begins then",
    "too_soon": "the appointment {appointment}: too late to book that moment",
    "too_far": "the appointment {appointment}: that moment cannot be booked yet",
    "too_late": "the appointment {appointment}: too late to change it",
    "soon": "the appointment {appointment} is near",
    "came": "came to the appointment {appointment}",
    "missed": "did not come to the appointment {appointment}",
    "free": "a place of {appointment} is free that the person has waited for",
    "waiting": "is on the waiting list of {appointment}",
    "left": "is not on the waiting list of {appointment} any more",
    "book": "staff book {appointment}",
    "move": "staff move {appointment}",
    "cancel": "staff cancel {appointment}",
    "failed": "the appointment {appointment} could not be looked at",
    "": "news of the appointment {appointment}",
}
"""`appointment NAME: booked`."""
STAMP_CARDS = {
    "clerk": "a clerk stamped the card {card}",
    "code": "scanned the store's code for the card {card}",
    "take": "staff took back stamps of the card {card}",
    "stamped": "the card {card} was stamped",
    "full": "the card {card} is full",
    "had": "the card {card} had its stamps of that day",
    "over": "the card {card} was over",
    "taken_back": "stamps of the card {card} were taken back",
    "expires_soon": "the card {card} ends soon",
    "expired": "the card {card} has ended with stamps on it",
    "": "news of the stamp card {card}",
}
"""`stamp card NAME: clerk`: what is done with one, or news of it."""
REFERRALS = {
    "opened": "opened a friend's link of {campaign}",
    "judged": "was compared with the inviter of {campaign}",
    "friend came": "a friend came by the link of {campaign}",
    "friend done": "a friend did what counts in {campaign}",
    "came": "came by a friend's link of {campaign}",
    "done": "having been brought in {campaign} counts",
    "refused": "having been brought in {campaign} does not count",
    "friend_came": "a friend came by the link of {campaign}",
    "rewarded": "is rewarded for a friend in {campaign}",
    "not_rewarded": "a friend counts in {campaign}, without a reward",
    "": "news of the campaign {campaign}",
}
"""`referral NAME: opened`: what a friend's link brings about, or news of it."""

UNCOUNTED: Mapping[str, str] = {
    "before": "they were a friend before",
    "self": "they are the inviter",
    "household": "the inviter has the same phone or e-mail",
    "ring": "they have brought the inviter",
    "late": "it was too late",
    "gone": "the inviter is not here any more",
}
"""Why a referral does not count."""

BESIDE: Mapping[str, str] = {
    "chat: cut": "Writes too much in this hour: little of it is kept",
    "chat: not heard": "Writes too much in this hour: it was not read",
    "trace lost": "the process had ended before it told",
    "push": "as a push",
    "reply": "as a free reply",
    "max_pushes": "the flow's pushes are used up",
    "marketing stopped": "the person wants no marketing",
}
"""Sentences of timeline rows beside the turn's notes."""

BESIDE_ABOUT: Mapping[str, str] = {
    "flow": "flow {flow}",
    "state": "at {state}",
    "began": "begun {moment}",
    "by": "by {who}",
    "sending": "{sending}",
    "group": "group {group}",
}
"""The same of those that name something behind a space."""

UNITS = {"s": "second", "m": "minute", "h": "hour", "d": "day", "w": "week", "mo": "month", "y": "year"}
ONCE = {
    "person": "once per person",
    "conversation": "once per conversation",
    "day": "once per person and day",
}
BINDINGS = {"phone": "phone", "shop": "shop member", "clerk": "store clerk", "member": "member"}
HELD = {
    "quiet": "quiet hours to end",
    "staff": "staff to hand back",
    "quota": "more quota, or next month's",
    "late": "tomorrow morning",
    "paused": "the flow to be resumed",
    "brake": "pushes to go on",
}
SKIPPED = {
    "brake": "pushes are stopped",
    "marketing stopped": "the person wants no marketing",
    REFUSED_AT_SHOP: "the person has refused marketing at the shop",
    "blocked": "the person has blocked the account",
    "late": "it is too late",
    "quiet": "quiet hours",
    "max_pushes": "the flow's pushes are used up",
    "pushes_per_person": "the person was sent too many of late",
    "standby": "staff or another system answer",
    CARD_LEFT_OUT: "nothing of the message is left once it is filled",
}
STOPPED = {
    "paused": "it is paused",
    "not in the playbook any more": "it is not in the playbook any more",
    "closed": "it is closed",
    "stopped": "it is stopped",
    "not yet active": "its time has not come",
    "no longer active": "its time is over",
    "is in it already": "the person is in it already",
}
ENDED = {**SKIPPED, **STOPPED, "exit": "left by the playbook", "unbound": "the binding was undone"}
SHOP = {
    "order_placed": "an order was placed",
    "order_paid": "an order was paid",
    "order_cancelled": "an order was cancelled",
    "order_refunded": "an order was refunded",
    "order_partially_refunded": "a part of an order was refunded",
    "member_registered": "registered as a member",
    "member_updated": "the member's data changed",
    "tier_changed": "the member's tier changed",
}
NOTICES = {
    "phone_moved": "the phone is bound to another LINE account now",
    "member_gone": "the shop has deleted the member that the person was bound as",
}
PAGES = {
    "member_card": "member card",
    "my_coupons": "own coupons",
    "my_stamps": "own stamp cards",
    "my_draws": "own draws",
    "my_invites": "own invitations",
    "my_appointments": "own appointments",
    "unbind": "undoing the binding",
}
"""Words of the engine that stand in sentences."""
