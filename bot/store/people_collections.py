"""The collections that hold rows of people: how a person's are found, how long they live, what is sealed.

Erasing, exporting and rotating keys work by this table alone. Indexes that the runtime uses begin with
`part`, the number by which contacts are divided among processes, as does the shard key of a larger
installation.
"""

from __future__ import annotations

from datetime import timedelta

from pymongo import ASCENDING, IndexModel

from bot.model.inbox import KNOWN_FOR
from bot.model.retention import DEFAULT_DAYS
from bot.model.translatable import tr
from bot.store.collection_spec import CollectionSpec, Expires, PeopleKeys, Stays, if_there, index_of
from bot.store.keyed_ids import GUESSED_BY_USER, SENT_TO_PHONE, SENT_TO_USER
from bot.store.promotion_rows import ROWS_PARTS, rows_of_people

SAMPLED = 16
"""Samples are of the parts below this one: one contact in sixteen."""

ATTRIBUTES = ("t", "n", "d", "h", "m", "y", "x", "md")
"""The fields of a contact with its attributes: a letter for each type, and `md`, the days of dates."""

CONTACTS = CollectionSpec(
    name="contacts",
    shard_key={"part": 1, "_id": 1},
    indexes=(
        index_of("sampled", "part", "_id", where={"part": {"$lt": SAMPLED}}),
        index_of("unsent", "part", "_id", where=if_there("out.0")),
        index_of("uncounted", "part", "_id", where=if_there("counted.0")),
        index_of("carrying", "part", "_id", where=if_there("carried.0")),
        index_of("due", "part", "due", "_id", where=if_there("due")),
        index_of("by_phone", "p.phone", where=if_there("p.phone")),
        index_of("by_told_phone", "p.told_phone", where=if_there("p.told_phone")),
        # partial by the phone: those without an end yet stand at `null`, where they are found to be given one
        index_of("by_phone_end", "p.phone_end", "_id", where=if_there("p.phone")),
        index_of("by_told_phone_end", "p.told_phone_end", "_id", where=if_there("p.told_phone")),
        index_of("by_email", "p.email", where=if_there("p.email")),
        index_of("by_member_no", "p.member_no", where=if_there("p.member_no")),
        index_of("merged_into", "to", where=if_there("to")),
        # what staff search by, in the order of ids: a part of the name, a tag, a clerk, a store
        index_of("by_name", "name_grams", "_id", where=if_there("name_grams")),
        index_of("tagged", "tags.n", "_id", where=if_there("tags.n")),
        IndexModel(
            [("$**", ASCENDING)],
            name="by_attribute",
            wildcardProjection=dict.fromkeys(ATTRIBUTES, 1),
        ),
        index_of("on_list", "part", "lists", where=if_there("lists")),
        *(index for part in ROWS_PARTS for index in part.indexes),
        index_of("in_flow", "flows.f", "part", where=if_there("flows.f")),
        index_of("held_by_quota", "part", "_id", where={"flows.held.by": "quota"}),
        index_of("held_by_brake", "part", "_id", where={"braked": True}),
        index_of("of_clerk", "b.clerk.no", "_id", where=if_there("b.clerk.no")),
        index_of("of_store", "b.clerk.store", "_id", where=if_there("b.clerk.store")),
        # the conversations of staff: those that wait, that somebody has, that are done
        index_of("with_staff", "chats.s", "chats.since", "_id", where=if_there("chats.s")),
        # those who were bound last first, for the people of the stores: of a clerk, of a store, of all
        index_of("of_clerk_newest", "b.clerk.no", "b.clerk.at", "_id", where=if_there("b.clerk.no")),
        index_of(
            "of_store_newest",
            *("b.clerk.store", "b.clerk.at", "_id", "b.clerk.no"),
            where=if_there("b.clerk.store"),
        ),
        index_of("with_clerk_newest", "b.clerk.at", "_id", "b.clerk.no", where=if_there("b.clerk.at")),
    ),
    life=Stays("erased"),
    person=PeopleKeys(
        ("_id", "to"), kind=tr("profile: LINE accounts, name, tags, attributes, bindings, journeys, menu")
    ),
    sealed=(
        *("s", "out.body", "carried.raw"),
        *("flows.answers", "flows.proven", "flows.found"),
        *("results.x", "pages.x", "chats.x"),
    ),
)
INBOX = CollectionSpec(
    name="inbox",
    shard_key={"part": 1, "_id": 1},
    indexes=(
        index_of("open", "part", "contact", "order", where={"state": "open"}),
        index_of("aside", "state", where={"state": "aside"}),
        index_of("bulk", "part", "bulk", "state", where={"bulk": True, "state": "open"}),
    ),
    life=Expires("at", KNOWN_FOR, where={"state": "done"}),
    person=PeopleKeys(("contact",), stored="at", large=True, kind=tr("events as LINE sent them")),
    sealed=("raw", "why"),
)
TIMELINE_LIFE = Expires("at", timedelta(days=DEFAULT_DAYS["timeline"]))
TIMELINE = CollectionSpec(
    name="timeline",
    shard_key={"_id": "hashed"},
    indexes=(
        index_of("of_contact", "part", "contact", "at"),
        index_of("to_count", "u", where=if_there("u")),
        index_of("of_goal", "g", "at", where=if_there("g")),
    ),
    life=TIMELINE_LIFE,
    person=PeopleKeys(("contact",), stored="at", kind=tr("what happened")),
    sealed=("text",),
)
TRACE_LIFE = Expires("at", timedelta(days=DEFAULT_DAYS["traces"]))
TRACE = CollectionSpec(
    name="trace",
    shard_key={"_id": "hashed"},
    life=TRACE_LIFE,
    person=PeopleKeys(("contact",), stored="at", large=True, kind=tr("why the bot answered as it did")),
    sealed=("steps",),
)
CONVERSATIONS = CollectionSpec(
    name="conversations",
    shard_key={"chat": "hashed"},
    indexes=(index_of("in_chat", "chat", "at", "turn"),),
    life=Expires("at", timedelta(days=DEFAULT_DAYS["conversations"]), by_playbook=True),
    person=PeopleKeys(("chat",), stored="at", kind=tr("what was said")),
    sealed=("said",),
)
CONVERSATION_FILES = CollectionSpec(
    name="conversation_files",
    shard_key={"chat": "hashed"},
    indexes=(index_of("in_chat", "chat"),),
    life=CONVERSATIONS.life,
    person=PeopleKeys(("chat",), stored="at", kind=tr("pictures and files that were sent")),
    sealed=("s",),
)
CHAT_SIGNS = CollectionSpec(
    name="chat_signs",
    indexes=(index_of("in_chat", "chat"),),
    life=Expires("until"),
    person=PeopleKeys(("chat",), kind=tr("who of staff has their chat open just now")),
    sealed=(),
)
PHONES = CollectionSpec(
    name="phones",
    indexes=(index_of("by_hash", "h", where=if_there("h"), unique=True),),
    # who reserved one and went away leaves nothing behind
    life=Expires("until", timedelta(days=1), where={"state": "reserved"}),
    person=PeopleKeys(("contact", "claimed"), large=True, kind=tr("bound or reserved phones")),
    sealed=(),
)
CODES = CollectionSpec(
    name="codes",
    indexes=(index_of("of_contact", "part", "contact", "expected"),),
    life=Expires("forget"),
    person=PeopleKeys(("contact",), kind=tr("one-time codes")),
    sealed=("phone",),
)
CODE_LIMITS = CollectionSpec(
    name="code_limits",
    life=Expires("until"),
    person=PeopleKeys(
        keys=(SENT_TO_PHONE, SENT_TO_USER, GUESSED_BY_USER), kind=tr("counts of codes sent and tried")
    ),
    sealed=(),
)
AUDIT = CollectionSpec(
    name="audit",
    indexes=(
        index_of("by_contact", "contact", "order"),
        index_of("by_other", "other", "order", where=if_there("other")),
        index_of("by_kind", "what", "order"),
        index_of("by_time", "at", "_id", "contact"),
        index_of("of_account", "who", "at", "_id"),
        index_of("of_kind", "what", "at", "_id"),
        index_of("of_channel", "channel", "at", "_id", where=if_there("channel")),
    ),
    life=Expires("at", timedelta(days=5 * 365)),
    person=PeopleKeys(("contact", "other"), stored="at", kind=tr("lines of the audit log, now without data")),
    sealed=("details", "before"),
)
MEMBER_RECORDS = CollectionSpec(
    name="member_records",
    indexes=(
        index_of("by_phone", "p.phone", where=if_there("p.phone")),
        index_of("by_member_no", "p.member_no", where=if_there("p.member_no")),
        index_of("of_person", "contact"),
    ),
    life=Stays("removed"),
    person=PeopleKeys(("contact",), kind=tr("member records of lists")),
    sealed=("s",),
)
MATCHES = CollectionSpec(
    name="matches",
    indexes=(index_of("by_state", "state", "at"),),
    life=Stays("confirmed, or one of the two is erased"),
    person=PeopleKeys(("contact", "other"), stored="at", kind=tr("possible matches with others")),
    sealed=(),
)
DEAD_LETTERS = CollectionSpec(
    name="deadletters",
    indexes=(index_of("by_time", "at"), index_of("by_name", "name")),
    life=Stays("removed"),
    person=PeopleKeys(("contact",), stored="at", kind=tr("calls that were given up")),
    sealed=("call.body",),
)
MENU_BATCHES = CollectionSpec(
    name="menu_batches",
    life=Stays("LINE has linked the menu"),
    person=PeopleKeys(
        ("people.contact",), among=("people.contact",), in_use={}, kind=tr("changes of rich menus under way")
    ),
    sealed=(),
)
TESTERS = CollectionSpec(
    name="testers",
    indexes=(index_of("by_contact", "contact"),),
    life=Stays("removed"),
    person=PeopleKeys(("contact",), kind=tr("names as testers")),
    sealed=(),
)
CONTACT_NOTES = CollectionSpec(
    name="contact_notes",
    indexes=(index_of("of_person", "contact", "at"),),
    life=Expires("removed", timedelta(days=1)),
    person=PeopleKeys(("contact",), stored="at", kind=tr("notes of staff about them")),
    sealed=("s",),
)
ALERTS = CollectionSpec(
    name="alerts",
    indexes=(index_of("waiting", "to", "at", where={"state": "waits"}),),
    life=Expires("at", timedelta(days=14)),
    person=PeopleKeys(("contact",), stored="at", kind=tr("what staff were told")),
    sealed=("said",),
)
SENDING_BATCHES = CollectionSpec(
    name="sending_batches",
    shard_key={"sending": "hashed"},
    indexes=(index_of("of_sending", "sending", "state", "n"),),
    life=Expires("stored", TIMELINE_LIFE.after),  # `stored` is the moment of the sending: they go together
    # of one that is not over nobody is taken out: the call of a key goes to the same people again
    person=PeopleKeys(
        ("people.contact",),
        among=("people.contact", "left_out.contact", "got"),
        in_use={"state": {"$in": ["new", "calling", "called"]}},
        stored="stored",
        large=True,
        kind=tr("places in broadcasts"),
    ),
    sealed=(),
)
API_ANSWERS = CollectionSpec(
    name="api_answers",
    indexes=(index_of("of_person", "contact", where=if_there("contact")),),
    life=Expires("until"),
    person=PeopleKeys(("contact",), kind=tr("answers to calls of the API")),
    sealed=("s",),
)


BULK_RUNS = CollectionSpec(
    name="bulk_runs",
    # not sharded: of each kind one is under way
    indexes=(
        index_of("by_time", "at", "_id"),
        index_of("under_way", "state", "until"),
        index_of("one_of_a_kind", "holds", where=if_there("holds"), unique=True),
        index_of("of_chosen", "chosen.contact", where=if_there("chosen")),
    ),
    life=Expires("at", timedelta(days=90)),
    # all that says who is meant is dropped once it is over; what is searched for is sealed
    person=PeopleKeys(
        ("chosen.contact",),
        among=("chosen.contact",),
        stored="at",
        kind=tr("places among people ticked by staff"),
    ),
    sealed=("s", "place", "ahead"),
)

PERSON_CODES = CollectionSpec(
    name="person_codes",
    indexes=(index_of("of_person", "contact"),),
    life=Expires("until"),
    person=PeopleKeys(("contact",), kind=tr("codes shown at a till just now")),
    sealed=(),
)

PEOPLE_COLLECTIONS = (
    CONTACTS,
    INBOX,
    TIMELINE,
    TRACE,
    CONVERSATIONS,
    CONVERSATION_FILES,
    CHAT_SIGNS,
    PHONES,
    CODES,
    CODE_LIMITS,
    AUDIT,
    MEMBER_RECORDS,
    MATCHES,
    DEAD_LETTERS,
    MENU_BATCHES,
    TESTERS,
    CONTACT_NOTES,
    ALERTS,
    SENDING_BATCHES,
    API_ANSWERS,
    BULK_RUNS,
    *rows_of_people(),
    PERSON_CODES,
)
