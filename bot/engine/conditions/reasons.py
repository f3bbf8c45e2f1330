"""Why a condition holds or does not: what it asks, and what was found. Values of notes (`CONDITION`)."""

from __future__ import annotations

from collections.abc import Mapping

from bot.model.decision import SmsCredit
from bot.model.trace import NoteKind

UNLESS = NoteKind("unless {fact}", "must not be: {fact}", code="unless")
"""Of a part of a condition that must not hold."""
NOTHING = NoteKind("nothing is asked", "there is no condition")

TAG_OFF = NoteKind("tag {choice}: not on", "tag {choice} is not on", code="tag_off")
TAG_EXPIRED = NoteKind("tag {listed}: expired", "tag {listed} has expired", code="tag_expired")
TAG_ON = NoteKind("tag {choice}: on since {moment}", "tag {choice} is on (since {moment})", code="tag_on")
BOUND_BEFORE = NoteKind("bound phone before: yes", "a phone was bound before")
NEVER_BOUND = NoteKind("bound phone before: no", "no phone was ever bound")
BOUND = NoteKind("bound {bindings}: yes", "bound: {bindings}", code="is_bound")
NOT_BOUND = NoteKind("bound {bindings}: no", "not bound: {bindings}", code="is_not_bound")
OPEN = NoteKind("during {hours}: yes", "it is {hours}", code="during")
CLOSED = NoteKind("during {hours}: no", "it is not {hours}", code="not_during")
LISTED = NoteKind("on list {list}{version}: yes", "on the list {list}", code="listed")
NOT_LISTED = NoteKind("on list {list}{version}: no", "not on the list {list}", code="not_listed")
CHANNEL = NoteKind(
    "channel {channels}: it is {channel}",
    "the account is {channel} (asked for: {channels})",
    code="on_channel",
)
DRAWN = NoteKind(
    "split {in_split} {choice}: yes, bucket {number}",
    "drawn for {choice} in the split {in_split}",
    code="drawn",
)
NOT_DRAWN = NoteKind(
    "split {in_split} {choice}: no, bucket {number}",
    "not drawn for {choice} in the split {in_split}",
    code="not_drawn",
)
IN_FLOW = NoteKind("in flow {flows}: yes", "in the flow {flows}", code="in_flow")
NOT_IN_FLOW = NoteKind("in flow {flows}: no", "not in the flow {flows}", code="not_in_flow")
IN_STATE = NoteKind("in flow {flows} in {states}: yes", "in the flow {flows} at {states}", code="in_state")
NOT_IN_STATE = NoteKind(
    "in flow {flows} in {states}: no", "not in the flow {flows} at {states}", code="not_in_state"
)
STORE = NoteKind(
    "store {stores}: it is {store}", "the store is {store} (asked for: {stores})", code="at_store"
)
NO_CLERK = NoteKind("store {stores}: no clerk", "no store clerk", code="no_clerk")
WITH_STAFF = NoteKind("staff {wanted}: {answer}", "staff have the conversation", code="with_staff")
WITHOUT_STAFF = NoteKind(
    "staff {wanted}: {answer}", "staff do not have the conversation", code="without_staff"
)
SMS_CREDIT: Mapping[SmsCredit, NoteKind] = {
    "none": NoteKind("sms_credit {levels}: it is none", "credit for SMS: used up", code="sms_credit_none"),
    "low": NoteKind("sms_credit {levels}: it is low", "credit for SMS: running low", code="sms_credit_low"),
    "fine": NoteKind("sms_credit {levels}: it is fine", "credit for SMS: enough", code="sms_credit_fine"),
}
SETTING = NoteKind("{setting} is {found}", "the setting {setting} is {found}", code="setting")
NO_SETTING = NoteKind("there is no such setting", "there is no such setting")

# -- values
UNKNOWN = NoteKind(
    "{tested} {wanted}: not known", "{tested}: not known (asked for: {wanted})", code="value_unknown"
)
PRIVATE = NoteKind(
    "{tested} {wanted}: known, private",
    "{tested}: known, not shown (asked for: {wanted})",
    code="value_private",
)
VALUE = NoteKind("{tested} {wanted}: it is {found}", "{tested}: {found} (asked for: {wanted})", code="value")
ATTRIBUTE = NoteKind("attribute {attribute}", "attribute {attribute}", code="of_attribute")
ANSWER = NoteKind("answer {state}", "the answer {state}", code="of_answer")
CONTACT = NoteKind(
    "contact {name}",
    "{name}",
    cases={
        "name": "name",
        "language": "language",
        "phone": "phone",
        "email": "email",
        "member_no": "member number",
        "friend": "is a friend",
        "marketing": "whether they want marketing",
        "followed": "when they added the account",
        "last_seen": "when they were last seen",
        "last_push": "when they were last pushed to",
        "last_staff": "when staff last had them",
        "last_order": "when they last ordered",
        "clerk": "store clerk",
        "clerk_since": "since when they have the clerk",
    },
    code="of_contact",
)
EVENT = NoteKind(
    "event {name}",
    "{name}",
    cases={
        "seconds": "seconds to wait",
        "waiting": "one still waits",
        "amount": "amount",
        "result": "result",
        "tag": "tag",
        "by": "by whom",
        "old": "the value before",
        "new": "the value now",
        "at": "where it ended",
        "date": "date",
        "time": "time",
        "date_time": "date and time",
        "address": "address",
        "title": "title",
    },
    code="of_event",
)

# -- comparisons
IS = NoteKind("{found}", "{found}", code="is")
ORDER = NoteKind("{order}", "{order}", code="order")
TODAY = NoteKind("today", "today")
AWAY = NoteKind("today{shift}", "today {shift}", code="today_away")
KNOWN = NoteKind("known", "known")
NOT_KNOWN = NoteKind("not known", "not known")
STARTS_WITH = NoteKind("starts_with {text}", "starts with {text}", code="starts_with")
CONTAINS = NoteKind("contains {text}", "contains {text}", code="contains")
AGO = {
    "within": NoteKind("within {time}", "within {time}", code="within"),
    "over": NoteKind("over {time}", "more than {time} ago", code="over"),
    "in_next": NoteKind("in_next {time}", "in the next {time}", code="in_next"),
}
DAYS_AGO = NoteKind("days_ago {number}", "{number} days ago", cases={1: "1 day ago"}, code="days_ago")
IN_DAYS = NoteKind("in_days {number}", "in {number} days", cases={0: "today", 1: "in 1 day"}, code="in_days")
ANNIVERSARY = NoteKind(
    "anniversary_in_days {number}",
    "its anniversary is in {number} days",
    cases={0: "its anniversary is today", 1: "its anniversary is in 1 day"},
    code="anniversary",
)
IN_MONTH = NoteKind(
    "in_month {number}",
    "in month {number}",
    cases={"this": "this month", "next": "next month"},
    code="in_month",
)
IN_HOURS = NoteKind("during {hours}", "during {hours}", code="in_hours")
