"""The table of all collections, by which indexes are made, people erased, keys rotated and backups written.

Collections with rows of people are declared in `people_collections`; all others here.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from pymongo import IndexModel

from bot.store.collection_spec import CollectionSpec, Expires, Impersonal, Stays, if_there, index_of
from bot.store.people_collections import PEOPLE_COLLECTIONS, TIMELINE_LIFE
from bot.store.promotion_rows import ROWS_PARTS

CLERKS = CollectionSpec(
    name="clerks",
    # not sharded: a code is one clerk's
    indexes=(
        index_of("by_code", "codes.k", where=if_there("codes.k"), unique=True),
        index_of("of_store", "store", "_id"),
    ),
    life=Stays("removed"),
    person=Impersonal(),
    sealed=("s",),
)
PLAYBOOK_FILES = CollectionSpec(
    name="playbook_files",
    indexes=(index_of("named", "used", where=if_there("used")),),
    life=Stays("nothing names it"),
    person=Impersonal(),  # a list of people is in it as a whole, as long as its version is stored
    sealed=("s",),
)
SENDINGS = CollectionSpec(
    name="sendings",
    indexes=(
        index_of("of_broadcast", "broadcast", "moment"),
        index_of("by_state", "state", "moment"),  # queried each second for those that are not over
        index_of("ordered_once", "ordered", where=if_there("ordered"), unique=True),
        index_of("claimed_once", "claim", where=if_there("claim"), unique=True),
    ),
    # as long as the timeline, which its report is made from; one that is not over stays
    life=Expires("moment", TIMELINE_LIFE.after, where={"ended": {"$type": "date"}}),
    person=Impersonal(),
    sealed=(),
)
SHOP_LINKS = CollectionSpec(
    name="shop_links",
    # not sharded: a domain is linked once
    indexes=(index_of("by_domain", "holds", where=if_there("holds"), unique=True),),
    life=Stays("removed"),
    person=Impersonal(),
    sealed=(),
)
SHOP_NEWS = CollectionSpec(
    name="shop_news",
    # one process works for a shop, whichever parts its members are of
    indexes=(
        index_of("open_of_shop", "shop", "at", "_id", where={"state": "open"}),
        index_of("of_shop", "shop", "at"),
    ),
    life=Expires("at", timedelta(days=14)),
    person=Impersonal(),  # its content about a person is sealed, and removed once it is processed
    sealed=("raw",),
)
ADMINS = CollectionSpec(name="admins", life=Stays("removed"), person=Impersonal(), sealed=("s",))
API_TOKENS = CollectionSpec(
    name="api_tokens",
    indexes=(index_of("by_key", "key", unique=True),),
    life=Stays("removed"),
    person=Impersonal(),
    sealed=("s",),
)
PUSH_SUBSCRIPTIONS = CollectionSpec(
    name="push_subscriptions",
    indexes=(index_of("of_account", "name", "until"),),
    life=Expires("until"),
    person=Impersonal(),
    sealed=("s",),
)
DRAFTS = CollectionSpec(
    name="drafts",
    indexes=(index_of("of_account", "by", "path"),),
    life=Stays("published, or dropped"),
    person=Impersonal(),
    sealed=("s", "b"),
)
PROPOSALS = CollectionSpec(
    name="proposals", life=Stays("withdrawn, or handed in anew"), person=Impersonal(), sealed=("s",)
)
ERASURES = CollectionSpec(
    name="erasures",
    indexes=(
        index_of("begun", "state", "at", where={"state": "began"}),
        index_of("of_erased", "h"),
    ),
    life=Expires("at", timedelta(days=5 * 365)),
    person=Impersonal(),  # who it was is sealed, and dropped once it is done
    sealed=("s",),
)
SETUP_REPLIES = CollectionSpec(
    name="setup_replies",
    indexes=(index_of("of_channel", "channel"),),
    life=Stays("removed"),
    person=Impersonal(),
    sealed=("s",),
)
READY_ANSWERS = CollectionSpec(
    name="ready_answers", life=Stays("removed"), person=Impersonal(), sealed=("s", "picture")
)
CHAT_VIEWS = CollectionSpec(name="chat_views", life=Stays("removed"), person=Impersonal(), sealed=("s",))
CHANNEL_LINKS = CollectionSpec(
    name="channel_links", life=Stays("removed"), person=Impersonal(), sealed=("s",)
)
SECRETS = CollectionSpec(name="secrets", life=Stays("dropped"), person=Impersonal(), sealed=("value",))


def _impersonal(name: str, life: Expires | Stays, *indexes: IndexModel) -> CollectionSpec:
    return CollectionSpec(name=name, indexes=indexes, life=life, person=Impersonal(), sealed=())


_FOR_EVER = Stays("removed")
"""For collections whose rows have no end of their own."""

COLLECTIONS: Mapping[str, CollectionSpec] = {
    spec.name: spec
    for spec in (
        *PEOPLE_COLLECTIONS,
        ERASURES,
        CLERKS,
        *(spec for part in ROWS_PARTS for spec in part.others),
        _impersonal("rich_menus", Stays("the channel is unlinked")),
        _impersonal("menu_syncs", Stays("the next sync of the channel")),
        _impersonal("friend_lists", _FOR_EVER),
        # as long as phones are reserved for the people of its lines (`engine/members/listed`)
        _impersonal("import_marks", Expires("at", timedelta(days=1))),
        SECRETS,
        SETUP_REPLIES,
        READY_ANSWERS,
        CHAT_VIEWS,
        CHANNEL_LINKS,
        SHOP_LINKS,
        SHOP_NEWS,
        _impersonal("shop_installs", Expires("until")),
        _impersonal("shop_syncs", _FOR_EVER),
        ADMINS,
        API_TOKENS,
        _impersonal("sessions", Expires("until"), index_of("of_account", "name", "seen")),
        PUSH_SUBSCRIPTIONS,
        DRAFTS,
        PROPOSALS,
        _impersonal("alert_receivers", _FOR_EVER),
        _impersonal("alert_troubles", Stays("it is over")),
        _impersonal("menu_relinks", Stays("it is done")),
        _impersonal("counts", _FOR_EVER, index_of("of_flow", "flow", "day")),
        _impersonal("counting", _FOR_EVER),
        _impersonal("hours", Expires("at", timedelta(days=400))),
        _impersonal("audience_sizes", Expires("at", timedelta(days=400))),
        _impersonal("places", _FOR_EVER),
        _impersonal("totals", _FOR_EVER),
        _impersonal("quotas", _FOR_EVER),
        _impersonal("sms_levels", _FOR_EVER),
        _impersonal("aggregation_units", _FOR_EVER),
        _impersonal("leases", _FOR_EVER),
        _impersonal("processes", Expires("until")),
        _impersonal("keys", _FOR_EVER),
        _impersonal("rotations", _FOR_EVER),
        _impersonal("stops", Stays("pushes go on")),
        _impersonal("backups", Expires("begun", timedelta(days=400))),
        _impersonal("restores", Expires("until")),  # its row about the last restore has no `until`, and stays
        _impersonal("binding_checks", _FOR_EVER, index_of("of_channel", "channel")),
        # keyed hashes of texts that several people may have written
        _impersonal("ignored_questions", Expires("at", timedelta(days=400))),
        _impersonal("retention", Expires("at", TIMELINE_LIFE.after)),
        SENDINGS,
        _impersonal(
            "playbooks",
            _FOR_EVER,
            index_of("version", "version"),
            index_of("media", "media"),
            index_of("tap", "taps.code"),
        ),
        _impersonal("coming", Expires("until")),
        PLAYBOOK_FILES,
    )
}
"""All collections, by name."""
