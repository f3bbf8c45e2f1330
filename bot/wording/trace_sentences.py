"""Sentences by a key of the language: events, timers, waits, rows of a timeline.

What a turn notes has its sentence in its own kind (`bot/engine/notes`, `conditions/reasons`, each action).
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.model.asked import ASKED
from bot.model.counts import CARD_LEFT_OUT, REFUSED_AT_SHOP
from bot.model.promotions import kinds, one_table

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
    **{
        kind.news: {**_OF_OUTCOMES.get(kind.news, {}), **kind.trace_events, "": kind.trace_rows[""]}
        for kind in kinds()
    },
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
    "follow_up": "the conversation comes up again for staff",
    "expiry": "a tag expires",
    "coupons": "a coupon ends soon, or an appointment is near",
    "menu": "the pinned rich menu ends",
    "result": "waiting for the page",
}
"""By name of a timer that is of no flow what it is for, while it is not due."""

DUE = {
    "expiry": "a tag has expired",
    "coupons": "a coupon is over or ends soon, or an appointment is near",
    "staff": "the person wrote nothing for long: the bot has the conversation again",
    "follow_up": "the conversation came up again for staff",
    "result": "the page did not say the result: the chat does",
    "menu": "the pinned rich menu is over",
}
"""By name of a timer that is of no flow what has happened, once it is due."""

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
"""By the first word of the name of a flow's timer what has happened, once it is due."""

ROWS: Mapping[str, str] = {
    "text": "wrote a message",
    "postback": "tapped a button",
    "tap": "tapped a button",
    "image: one of several": "sent one more of several pictures",
    "staff: take over": "staff took the conversation",
    "staff: hand back": "staff handed back",
    "staff: answer": "staff answered",
    "staff: note": "staff left a note for each other",
    "staff: follow-up": "staff noted when to come back to the conversation",
    "staff: no follow-up": "staff noted no more when to come back to the conversation",
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
"""What a row is about that names something after a colon: `tap: KEY`."""

HOOKS = {
    "ok": "the outside system {hook} answered",
    "failed": "the outside system {hook} did not answer, or answered wrongly",
}
"""`hook HOOK: ok`."""

PROMOTIONS: Mapping[str, Mapping[str, str]] = {
    kind.news.replace("_", " "): kind.trace_rows for kind in kinds()
}
"""`coupon NAME: given`: an outcome or news of a promotion, or what is done with one."""

NEWS: Mapping[str, Mapping[str, str]] = {kind.note.code: kind.trace_rows for kind in kinds()}
"""By the code of the note of a promotion's news what a row says, by its result."""

WORDS: Mapping[str, Mapping[str, str]] = one_table(kind.trace_words for kind in kinds())
"""Values of notes of promotions that are words of a closed set, by their name."""

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
"""Sentences of timeline rows beside the turn's notes that name something after a space: `flow NAME`."""

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
    **{kind.page: kind.trace_page for kind in kinds()},
    "unbind": "undoing the binding",
}
"""The tables since `UNITS`: words of the engine that are values in sentences, by the word."""
