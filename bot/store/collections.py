"""The one table of collections: what finds their rows, how long those live, whose they are, what is sealed.

The part comes first in every index that the runtime asks by, as in the shard key of a larger installation.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from pymongo import ASCENDING, IndexModel

from bot.model.inbox import KNOWN_FOR
from bot.model.retention import DEFAULT_DAYS
from bot.model.translatable import tr
from bot.store.collection_spec import CollectionSpec, Expires, Nobodys, PeopleKeys, Stays
from bot.store.sealing.derived_keys import GUESSED_BY_USER, SENT_TO_PHONE, SENT_TO_USER


def _index(
    name: str, *fields: str, where: Mapping[str, Any] | None = None, unique: bool = False
) -> IndexModel:
    """An index, of those documents only that fit `where`; `unique`: no two of them share a value."""
    only: dict[str, Any] = {"partialFilterExpression": where} if where is not None else {}
    if unique:
        only["unique"] = True
    return IndexModel([(field, ASCENDING) for field in fields], name=name, **only)


def _if_there(field: str) -> Mapping[str, Any]:
    return {field: {"$exists": True}}


SAMPLED = 16
"""The parts below this one are looked at where an estimate will do: one contact in sixteen."""

ATTRIBUTES = ("t", "n", "d", "h", "m", "y", "x", "md")
"""The fields of a contact under which attributes are: a letter for each type, and the days of dates."""

CONTACTS = CollectionSpec(
    name="contacts",
    indexes=(
        _index("sampled", "part", "_id", where={"part": {"$lt": SAMPLED}}),
        _index("unsent", "part", "_id", where=_if_there("out.0")),
        _index("uncounted", "part", "_id", where=_if_there("counted.0")),
        _index("carrying", "part", "_id", where=_if_there("carried.0")),
        _index("due", "part", "due", "_id", where=_if_there("due")),
        _index("by_phone", "p.phone", where=_if_there("p.phone")),
        _index("by_told_phone", "p.told_phone", where=_if_there("p.told_phone")),
        _index("by_email", "p.email", where=_if_there("p.email")),
        _index("by_member_no", "p.member_no", where=_if_there("p.member_no")),
        _index("merged_into", "to", where=_if_there("to")),
        # what staff search by, in the order of ids: a part of the name, a tag, a clerk, a store
        _index("by_name", "name_grams", "_id", where=_if_there("name_grams")),
        _index("tagged", "tags.n", "_id", where=_if_there("tags.n")),
        IndexModel(
            [("$**", ASCENDING)],
            name="by_attribute",
            wildcardProjection=dict.fromkeys(ATTRIBUTES, 1),
        ),
        _index("on_list", "part", "lists", where=_if_there("lists")),
        _index("in_flow", "flows.f", "part", where=_if_there("flows.f")),
        _index("held_by_quota", "part", "_id", where={"flows.held.by": "quota"}),
        _index("held_by_brake", "part", "_id", where={"braked": True}),
        _index("of_clerk", "b.clerk.no", "_id", where=_if_there("b.clerk.no")),
        _index("of_store", "b.clerk.store", "_id", where=_if_there("b.clerk.store")),
        # the conversations of staff: those that wait, that somebody has, that are done
        _index("at_desk", "desk.s", "desk.since", "_id", where=_if_there("desk.s")),
        # those who were bound last first, for the people of the stores: of a clerk, of a store, of all
        _index("of_clerk_newest", "b.clerk.no", "b.clerk.at", "_id", where=_if_there("b.clerk.no")),
        _index(
            "of_store_newest",
            *("b.clerk.store", "b.clerk.at", "_id", "b.clerk.no"),
            where=_if_there("b.clerk.store"),
        ),
        _index("with_clerk_newest", "b.clerk.at", "_id", "b.clerk.no", where=_if_there("b.clerk.at")),
    ),
    life=Stays("erased"),
    person=PeopleKeys(
        ("_id", "to"), kind=tr("profile: LINE accounts, name, tags, attributes, bindings, journeys, menu")
    ),
    sealed=(
        *("s", "out.body", "carried.raw"),
        *("flows.answers", "flows.proven", "flows.found"),
        *("results.x", "pages.x", "desk.x"),
    ),
)
INBOX = CollectionSpec(
    name="inbox",
    indexes=(
        _index("open", "part", "contact", "order", where={"state": "open"}),
        _index("aside", "state", where={"state": "aside"}),
    ),
    life=Expires("at", KNOWN_FOR, where={"state": "done"}),
    person=PeopleKeys(("contact",), stored="at", large=True, kind=tr("events as LINE sent them")),
    sealed=("raw", "why"),
)
TIMELINE_LIFE = Expires("at", timedelta(days=DEFAULT_DAYS["timeline"]))
TIMELINE = CollectionSpec(
    name="timeline",
    indexes=(
        _index("of_contact", "part", "contact", "at"),
        _index("to_count", "u", where=_if_there("u")),
        _index("of_goal", "g", "at", where=_if_there("g")),
    ),
    life=TIMELINE_LIFE,
    person=PeopleKeys(("contact",), stored="at", kind=tr("what happened")),
    sealed=("text",),
)
TRACE_LIFE = Expires("at", timedelta(days=DEFAULT_DAYS["traces"]))
TRACE = CollectionSpec(
    name="trace",
    life=TRACE_LIFE,
    person=PeopleKeys(("contact",), stored="at", large=True, kind=tr("why the bot answered as it did")),
    sealed=("steps",),
)
CONVERSATIONS = CollectionSpec(
    name="conversations",
    indexes=(_index("in_chat", "chat", "at", "turn"),),
    life=Expires("at", timedelta(days=DEFAULT_DAYS["conversations"]), as_told=True),
    person=PeopleKeys(("chat",), stored="at", kind=tr("what was said")),
    sealed=("said",),
)
CONVERSATION_FILES = CollectionSpec(
    name="conversation_files",
    indexes=(_index("in_chat", "chat"),),
    life=CONVERSATIONS.life,
    person=PeopleKeys(("chat",), stored="at", kind=tr("pictures and files that were sent")),
    sealed=("s",),
)
CHAT_SIGNS = CollectionSpec(
    name="chat_signs",
    indexes=(_index("in_chat", "chat"),),
    life=Expires("until"),
    person=PeopleKeys(("chat",), kind=tr("who of staff has their chat open just now")),
    sealed=(),
)
PHONES = CollectionSpec(
    name="phones",
    indexes=(_index("by_hash", "h", where=_if_there("h"), unique=True),),
    # who reserved one and went away leaves nothing behind
    life=Expires("until", timedelta(days=1), where={"state": "reserved"}),
    person=PeopleKeys(("contact", "claimed"), large=True, kind=tr("bound or reserved phones")),
    sealed=(),
)
CODES = CollectionSpec(
    name="codes",
    indexes=(_index("of_contact", "part", "contact", "expected"),),
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
        _index("by_contact", "contact", "order"),
        _index("by_other", "other", "order", where=_if_there("other")),
        _index("by_kind", "what", "order"),
        _index("by_time", "at", "_id", "contact"),
        _index("of_account", "who", "at", "_id"),
        _index("of_kind", "what", "at", "_id"),
        _index("of_channel", "channel", "at", "_id", where=_if_there("channel")),
    ),
    life=Expires("at", timedelta(days=5 * 365)),
    person=PeopleKeys(("contact", "other"), stored="at", kind=tr("lines of the audit log, now without data")),
    sealed=("details", "before"),
)
MEMBER_RECORDS = CollectionSpec(
    name="member_records",
    indexes=(
        _index("by_phone", "p.phone", where=_if_there("p.phone")),
        _index("by_member_no", "p.member_no", where=_if_there("p.member_no")),
        _index("of_person", "contact"),
    ),
    life=Stays("removed"),
    person=PeopleKeys(("contact",), kind=tr("member records of lists")),
    sealed=("s",),
)
MATCHES = CollectionSpec(
    name="matches",
    indexes=(_index("by_state", "state", "at"),),
    life=Stays("confirmed, or one of the two is erased"),
    person=PeopleKeys(("contact", "other"), stored="at", kind=tr("possible matches with others")),
    sealed=(),
)
DEAD_LETTERS = CollectionSpec(
    name="deadletters",
    indexes=(_index("by_time", "at"), _index("by_name", "name")),
    life=Stays("removed"),
    person=PeopleKeys(("contact",), stored="at", kind=tr("calls that were given up")),
    sealed=("call.body",),
)
CLERKS = CollectionSpec(
    name="clerks",
    # not sharded: a code is one clerk's
    indexes=(
        _index("by_code", "codes.k", where=_if_there("codes.k"), unique=True),
        _index("of_store", "store", "_id"),
    ),
    life=Stays("removed"),
    person=Nobodys(),
    sealed=("s",),
)
MENU_BATCHES = CollectionSpec(
    name="menu_batches",
    life=Stays("LINE has linked the menu"),
    person=PeopleKeys(
        ("people.contact",), among=("people.contact",), in_use={}, kind=tr("changes of rich menus under way")
    ),
    sealed=(),
)
PLAYBOOK_FILES = CollectionSpec(
    name="playbook_files",
    indexes=(_index("named", "used", where=_if_there("used")),),
    life=Stays("nothing names it"),
    person=Nobodys(),  # a list of people is in it as a whole, as long as its version is stored
    sealed=("s",),
)
TESTERS = CollectionSpec(
    name="testers",
    indexes=(_index("by_contact", "contact"),),
    life=Stays("removed"),
    person=PeopleKeys(("contact",), kind=tr("names as testers")),
    sealed=(),
)
ALERTS = CollectionSpec(
    name="alerts",
    indexes=(_index("waiting", "to", "at", where={"state": "waits"}),),
    life=Expires("at", timedelta(days=14)),
    person=PeopleKeys(("contact",), stored="at", kind=tr("what staff were told")),
    sealed=("said",),
)
SENDINGS = CollectionSpec(
    name="sendings",
    indexes=(
        _index("of_broadcast", "broadcast", "moment"),
        _index("by_state", "state", "moment"),  # asked each second for those that are not over
        _index("ordered_once", "ordered", where=_if_there("ordered"), unique=True),
        _index("claimed_once", "claim", where=_if_there("claim"), unique=True),
    ),
    # as long as the timeline, of which its report is made; none goes that is not over
    life=Expires("moment", TIMELINE_LIFE.after, where={"ended": {"$type": "date"}}),
    person=Nobodys(),
    sealed=(),
)
SENDING_BATCHES = CollectionSpec(
    name="sending_batches",
    indexes=(_index("of_sending", "sending", "state", "n"),),
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
SHOP_LINKS = CollectionSpec(
    name="shop_links",
    # not sharded: a domain is linked once
    indexes=(_index("by_domain", "holds", where=_if_there("holds"), unique=True),),
    life=Stays("removed"),
    person=Nobodys(),
    sealed=(),
)
SHOP_NEWS = CollectionSpec(
    name="shop_news",
    # one process works for a shop, whichever parts its members are of
    indexes=(
        _index("open_of_shop", "shop", "at", "_id", where={"state": "open"}),
        _index("of_shop", "shop", "at"),
    ),
    life=Expires("at", timedelta(days=14)),
    person=Nobodys(),  # its content about a person is sealed, and removed once it is processed
    sealed=("raw",),
)
ADMINS = CollectionSpec(name="admins", life=Stays("removed"), person=Nobodys(), sealed=("s",))
API_TOKENS = CollectionSpec(
    name="api_tokens",
    indexes=(_index("by_key", "key", unique=True),),
    life=Stays("removed"),
    person=Nobodys(),
    sealed=("s",),
)
PUSH_SUBSCRIPTIONS = CollectionSpec(
    name="push_subscriptions",
    indexes=(_index("of_account", "name", "until"),),
    life=Expires("until"),
    person=Nobodys(),
    sealed=("s",),
)
DRAFTS = CollectionSpec(
    name="drafts",
    indexes=(_index("of_account", "by", "path"),),
    life=Stays("published, or dropped"),
    person=Nobodys(),
    sealed=("s", "b"),
)
PROPOSALS = CollectionSpec(
    name="proposals", life=Stays("withdrawn, or handed in anew"), person=Nobodys(), sealed=("s",)
)
API_ANSWERS = CollectionSpec(
    name="api_answers",
    indexes=(_index("of_person", "contact", where=_if_there("contact")),),
    life=Expires("until"),
    person=PeopleKeys(("contact",), kind=tr("answers to calls of the API")),
    sealed=("s",),
)
ERASURES = CollectionSpec(
    name="erasures",
    indexes=(
        _index("begun", "state", "at", where={"state": "began"}),
        _index("of_erased", "h"),
    ),
    life=Expires("at", timedelta(days=5 * 365)),
    person=Nobodys(),  # who it was is sealed, and dropped once it is done
    sealed=("s",),
)
SECRETS = CollectionSpec(name="secrets", life=Stays("dropped"), person=Nobodys(), sealed=("value",))


BULK_RUNS = CollectionSpec(
    name="bulk_runs",
    # not sharded: of each kind one is under way
    indexes=(
        _index("by_time", "at", "_id"),
        _index("under_way", "state", "until"),
        _index("one_of_a_kind", "holds", where=_if_there("holds"), unique=True),
        _index("of_chosen", "chosen.contact", where=_if_there("chosen")),
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


def _impersonal(name: str, life: Expires | Stays, *indexes: IndexModel) -> CollectionSpec:
    return CollectionSpec(name=name, indexes=indexes, life=life, person=Nobodys(), sealed=())


_FOR_EVER = Stays("removed")

COLLECTIONS: Mapping[str, CollectionSpec] = {
    spec.name: spec
    for spec in (
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
        ERASURES,
        MEMBER_RECORDS,
        MATCHES,
        DEAD_LETTERS,
        CLERKS,
        _impersonal("rich_menus", Stays("the channel is unlinked")),
        _impersonal("menu_syncs", Stays("the next sync of the channel")),
        _impersonal("friend_lists", _FOR_EVER),
        # as long as phones are reserved for the people of its lines (`engine/members/listed`)
        _impersonal("import_marks", Expires("at", timedelta(days=1))),
        MENU_BATCHES,
        TESTERS,
        ALERTS,
        SECRETS,
        BULK_RUNS,
        SHOP_LINKS,
        SHOP_NEWS,
        _impersonal("shop_installs", Expires("until")),
        _impersonal("shop_syncs", _FOR_EVER),
        ADMINS,
        API_TOKENS,
        API_ANSWERS,
        _impersonal("sessions", Expires("until"), _index("of_account", "name", "seen")),
        PUSH_SUBSCRIPTIONS,
        DRAFTS,
        PROPOSALS,
        SENDING_BATCHES,
        _impersonal("alert_receivers", _FOR_EVER),
        _impersonal("alert_troubles", Stays("it is over")),
        _impersonal("menu_relinks", Stays("it is done")),
        _impersonal("counts", _FOR_EVER, _index("of_flow", "flow", "day")),
        _impersonal("counting", _FOR_EVER),
        _impersonal("hours", Expires("at", timedelta(days=400))),
        _impersonal("audience_sizes", Expires("at", timedelta(days=400))),
        _impersonal("places", _FOR_EVER),
        _impersonal("totals", _FOR_EVER),
        _impersonal("quotas", _FOR_EVER),
        _impersonal("aggregation_units", _FOR_EVER),
        _impersonal("leases", _FOR_EVER),
        _impersonal("processes", Expires("until")),
        _impersonal("keys", _FOR_EVER),
        _impersonal("rotations", _FOR_EVER),
        _impersonal("upgrades", _FOR_EVER),
        _impersonal("stops", Stays("pushes go on")),
        _impersonal("binding_checks", _FOR_EVER, _index("of_channel", "channel")),
        _impersonal("retention", Expires("at", TIMELINE_LIFE.after)),
        SENDINGS,
        _impersonal(
            "playbooks",
            _FOR_EVER,
            _index("version", "version"),
            _index("media", "media"),
            _index("tap", "taps.code"),
        ),
        _impersonal("coming", Expires("until")),
        PLAYBOOK_FILES,
    )
}
"""All that there are, by name."""
