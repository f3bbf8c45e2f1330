"""Builds all repositories of a database, each once, for the code that wires the program together.

A new repository becomes a field of `Stores`; it is given what its constructor's parameters ask for by type,
also other repositories. Those of kinds of promotions have no field: `stores.of(Coupons)`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from inspect import Parameter, signature
from typing import Any, TypeVar, cast, get_type_hints

from bot.model.processes import PRODUCTION, Pace
from bot.store.api_answers import ApiAnswers
from bot.store.api_tokens import ApiTokens
from bot.store.backup.history import Backups, Restores
from bot.store.broadcasts.batches import SendingBatches
from bot.store.broadcasts.hours import HourFigures
from bot.store.broadcasts.recipients import RecipientsNow, SentMarks
from bot.store.broadcasts.sendings import Sendings
from bot.store.broadcasts.timeline_entries import TimelineEntries
from bot.store.channel_links import ChannelLinks
from bot.store.chat_views import ChatViews
from bot.store.cluster.drafts import Drafts
from bot.store.cluster.leases import Leases
from bot.store.cluster.menu_syncs import MenuSyncs
from bot.store.cluster.own_secrets import OwnSecrets
from bot.store.cluster.playbooks import ComingPlaybooks, Playbooks
from bot.store.cluster.rich_menus import RichMenuMappings
from bot.store.contacts.all_contacts import AllContacts
from bot.store.contacts.audiences import AudienceMembers, AudienceNumbers, AudiencePeople
from bot.store.contacts.bulk_runs import BulkRuns
from bot.store.contacts.chat_news import ChatNews
from bot.store.contacts.clerks import StoreClerks
from bot.store.contacts.contact_notes import ContactNotes
from bot.store.contacts.contact_search import ContactSearch
from bot.store.contacts.contacts import Contacts
from bot.store.contacts.due import HeldPeople
from bot.store.contacts.erasing import Eraser
from bot.store.contacts.erasures import Erasures
from bot.store.contacts.flow_occupancy import StandingPeople
from bot.store.contacts.friends import Friends
from bot.store.contacts.import_marks import ImportMarks
from bot.store.contacts.inbox_commit import InboxCommit
from bot.store.contacts.left_people import LeftPeople
from bot.store.contacts.listed_contacts import ListedContacts
from bot.store.contacts.matches import Matches
from bot.store.contacts.member_records import MemberRecords, ShopMembers
from bot.store.contacts.menu_people import MenuPeople
from bot.store.contacts.merged_since import MergedSince
from bot.store.contacts.page_changes import PageChanges
from bot.store.contacts.people import People, PeopleWithoutLine
from bot.store.contacts.phone_ends import PhoneEnds
from bot.store.contacts.phones import Phones
from bot.store.contacts.rewriting import Rewriter
from bot.store.contacts.staff_chats import StaffChats
from bot.store.contacts.store_people import StorePeople
from bot.store.contacts.testers import Testers
from bot.store.counters.audience_sizes import AudienceSizes
from bot.store.counters.claiming import Places
from bot.store.counters.codes import Codes
from bot.store.counters.counts import Counts
from bot.store.counters.person_codes import PersonCodes
from bot.store.counters.quotas import QuotaFigures, ReservedMessages, Totals, UnitNames
from bot.store.counters.rate_limits import (
    OF_TOKEN,
    REVEALS_OF_AGENT,
    ApiCalls,
    Attempts,
    ClerkGuesses,
    PhoneSearches,
)
from bot.store.counters.retention import RetentionRecord
from bot.store.counters.sms_levels import SmsLevels
from bot.store.database.inspection import DatabaseInspection
from bot.store.database.mongo import Database
from bot.store.database.processes import Processes
from bot.store.events.alerts import Alerts
from bot.store.events.audit import AuditLog
from bot.store.events.binding_checks import BindingChecks
from bot.store.events.chat_changes import ChatChanges
from bot.store.events.chat_signs import ChatSigns
from bot.store.events.concerned_people import ConcernedPeople
from bot.store.events.conversation_files import ConversationFiles
from bot.store.events.conversations import Conversations
from bot.store.events.dead_letter_orders import DeadLetterOrders
from bot.store.events.dead_letters import DeadLetters
from bot.store.events.expired_rows import ExpiredRows
from bot.store.events.ignored_questions import IgnoredQuestions
from bot.store.events.inbox import Inbox
from bot.store.events.journal import Journal
from bot.store.events.pulse import Brakes, Pulse
from bot.store.events.staff_pictures import StaffPictures
from bot.store.events.unsending import Unsender
from bot.store.keyed_ids import CALLED_BY_TOKEN, REVEALED_BY_TOKEN
from bot.store.mongod.embedded import EmbeddedDatabase
from bot.store.proposals import Proposals
from bot.store.push_subscriptions import PushSubscriptions
from bot.store.ready_answers import ReadyAnswers
from bot.store.rotation.person_rows import PersonRows
from bot.store.rotation.resealing import Resealer
from bot.store.rotation.rotations import Rotations
from bot.store.sealing.keys import KeyRegister
from bot.store.sealing.seal import Seal
from bot.store.setup_replies import SetupReplies
from bot.store.shops.links import ShopInstalls, ShopLinks
from bot.store.shops.news import ShopNewsStore
from bot.store.shops.syncs import ShopSyncs
from bot.store.staff_accounts import AdminAccounts, AdminSessions, SignInTries

T = TypeVar("T")


class DatabaseHealth:
    """Checks whether MongoDB answers, and starts an embedded one again."""

    def __init__(self, database: Database, embedded: EmbeddedDatabase | None = None) -> None:
        self._database = database
        self._embedded = embedded

    async def ping(self) -> None:
        """Raise `DatabaseUnavailable` unless a primary answers."""
        await self._database.ping()

    async def repair(self) -> None:
        """Start an embedded MongoDB again if it has ended; does nothing for any other."""
        if self._embedded is not None:
            await self._embedded.ensure()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stores:
    """All repositories of one database."""

    database: Database
    admins: AdminAccounts
    admin_sessions: AdminSessions
    sign_in_tries: SignInTries
    alerts: Alerts
    all_contacts: AllContacts
    api_answers: ApiAnswers
    api_calls: ApiCalls
    api_reveals: ApiCalls
    api_tokens: ApiTokens
    inbox_commit: InboxCommit
    attempts: Attempts
    backups: Backups
    audience_members: AudienceMembers
    audience_numbers: AudienceNumbers
    audience_people: AudiencePeople
    audit: AuditLog
    binding_checks: BindingChecks
    ignored_questions: IgnoredQuestions
    setup_replies: SetupReplies
    ready_answers: ReadyAnswers
    chat_views: ChatViews
    channel_links: ChannelLinks
    brakes: Brakes
    bulk_runs: BulkRuns
    clerk_guesses: ClerkGuesses
    clerks: StoreClerks
    codes: Codes
    coming: ComingPlaybooks
    contacts: Contacts
    contact_notes: ContactNotes
    contact_search: ContactSearch
    concerned_people: ConcernedPeople
    conversations: Conversations
    conversation_files: ConversationFiles
    staff_pictures: StaffPictures
    counts: Counts
    person_codes: PersonCodes
    audience_sizes: AudienceSizes
    friends: Friends
    import_marks: ImportMarks
    eraser: Eraser
    erasures: Erasures
    expired_rows: ExpiredRows
    given_up: DeadLetters
    given_up_orders: DeadLetterOrders
    health: DatabaseHealth
    happened: TimelineEntries
    merged_since: MergedSince
    held: HeldPeople
    hours: HourFigures
    inbox: Inbox
    inspection: DatabaseInspection
    journal: Journal
    leases: Leases
    left_people: LeftPeople
    matches: Matches
    listed: ListedContacts
    member_records: MemberRecords
    menu_people: MenuPeople
    menu_syncs: MenuSyncs
    page_changes: PageChanges
    people: People
    person_rows: PersonRows
    people_without_line: PeopleWithoutLine
    phones: Phones
    phone_ends: PhoneEnds
    phone_searches: PhoneSearches
    places: Places
    playbooks: Playbooks
    pulse: Pulse
    processes: Processes
    push_subscriptions: PushSubscriptions
    drafts: Drafts
    proposals: Proposals
    chat_news: ChatNews
    sms_levels: SmsLevels
    quotas: QuotaFigures
    reserved_messages: ReservedMessages
    register: KeyRegister
    resealer: Resealer
    restores: Restores
    retention: RetentionRecord
    rewriter: Rewriter
    rich_menus: RichMenuMappings
    rotations: Rotations
    recipients_now: RecipientsNow
    secrets: OwnSecrets
    sending_batches: SendingBatches
    sendings: Sendings
    sent_marks: SentMarks
    shop_installs: ShopInstalls
    shop_links: ShopLinks
    shop_news: ShopNewsStore
    shop_syncs: ShopSyncs
    shop_members: ShopMembers
    chat_changes: ChatChanges
    chat_signs: ChatSigns
    staff_chats: StaffChats
    standing: StandingPeople
    store_people: StorePeople
    testers: Testers
    totals: Totals
    unit_names: UnitNames
    unsender: Unsender
    others: Mapping[type, Any]
    """The repositories by type, also those of promotions: each is built when it is first asked for."""

    def of(self, kind: type[T]) -> T:
        """The repository of this type."""
        return cast(T, self.others[kind])


def stores_of(
    database: Database,
    seal: Seal,
    process: str = "",
    embedded: EmbeddedDatabase | None = None,
    pace: Pace = PRODUCTION,
) -> Stores:
    """Build the repositories of a database. `process` is this process's own id, which `leases` needs.

    `embedded`: the embedded database, which knows the processes of this machine that have ended.
    """

    def gone(other: str) -> bool:
        return embedded is not None and not embedded.is_alive(other)

    built = _Built({Database: database, Seal: seal})
    by_hand: dict[str, Any] = {
        "others": built,
        "api_calls": ApiCalls(database, seal, CALLED_BY_TOKEN, OF_TOKEN),
        "api_reveals": ApiCalls(database, seal, REVEALED_BY_TOKEN, REVEALS_OF_AGENT),
        "health": DatabaseHealth(database, embedded),
        "leases": Leases(database, process, pace),
        "processes": Processes(database, gone),
        "restores": Restores(database, gone),
    }
    return Stores(**by_hand, **{name: built[kind] for name, kind in _kinds().items() if name not in by_hand})


@cache
def _kinds() -> Mapping[str, type]:
    """The type of each field of `Stores`."""
    return get_type_hints(Stores)


class _Built(dict[type, Any]):
    """One of each repository, built of what its constructor asks for by type."""

    def __missing__(self, kind: type) -> Any:
        self[kind] = kind(**{name: self[asked] for name, asked in _asked(kind)})
        return self[kind]


@cache
def _asked(kind: type) -> Sequence[tuple[str, type]]:
    """What a constructor needs: the names and types of its parameters without a default."""
    parameters = signature(kind, eval_str=True).parameters.values()
    return [(one.name, one.annotation) for one in parameters if one.default is Parameter.empty]
