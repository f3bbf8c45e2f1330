"""Everything of everybody, or of an audience, as files: streamed, with a description of their columns."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO, Any, Literal, TypeAlias
from zoneinfo import ZoneInfo

import orjson

from bot.connectors.sms.phone import national
from bot.engine.compiled.playbook import AttributeInfo, Playbook
from bot.engine.texts.format import formatted
from bot.model.audit import AuditEntry
from bot.model.contact import BindingKind, Contact, Identity
from bot.model.translatable import Language, Translatable, tr
from bot.operations.audiences import TargetAudience, contacts_in
from bot.operations.audit_trail import audited
from bot.operations.conversation import TURNS_MOST, chats_of, last_turns
from bot.operations.member_table import COLUMNS as IMPORTED
from bot.operations.payload import json_line
from bot.operations.person_export import new_folder, not_written, write_private
from bot.operations.simulated_time import clock_among
from bot.playbook.csv_table import MARK, column_name, csv_line
from bot.store.stores import Stores
from bot.wording.conversation import message_text

TableForm: TypeAlias = Literal["csv", "jsonl"]

COLUMNS: Mapping[str, Translatable] = {
    "contact": tr("the id here: channel and LINE id, or M: and a hash for somebody without LINE"),
    "channel": tr("the account on which they were first seen"),
    "line_id": tr("their LINE user id on that account; a list of members that has it knows them again"),
    "other_accounts": tr("their other LINE accounts, as channel:id"),
    "friend": tr("yes, no (has blocked), or empty (not known), on the first account"),
    "friend_since": tr("since when, on the first account"),
    "last_seen": tr("when they last did something, on any account"),
    "name": tr("name"),
    "language": tr("language, as LINE tells it"),
    "phone": tr("the phone: proven where bound_phone_at says when, else of a list or the shop"),
    "told_phone": tr("a phone that they wrote in a form: nobody has proven it"),
    "email": tr("the e-mail address that they wrote, or a list has"),
    "member_no": tr("member number"),
    "shop": tr("whose member number it is"),
    "marketing": tr("whether they want advertising: their own answer and the shop's, folded"),
    "marketing_here": tr("what they have answered here themselves"),
    "marketing_shop": tr("what the shop's record says"),
    "tags": tr("each tag with since when it is on"),
    "bound_phone_at": tr("when the phone was proven"),
    "bound_shop_at": tr("when they proved to be that member"),
    "bound_first_at": tr("when they had bound for the first time"),
    "clerk": tr("their clerk's number"),
    "clerk_store": tr("that clerk's store"),
    "clerk_since": tr("since when"),
    "consents": tr("privacy notices that they agreed to: version, when, on which account"),
    "came_by": tr("the code through which they came first"),
    "came_at": tr("when"),
}
"""What each column holds; behind them one for each attribute of the playbook."""
CONVERSATION: Mapping[str, Translatable] = {
    "contact": tr("as in contacts"),
    "at": tr("when"),
    "chat": tr("channel and LINE id"),
    "from": tr("person, or us"),
    "kind": tr("what kind of message"),
    "text": tr("the text, or what stands for it"),
}

_BINDINGS: tuple[BindingKind, ...] = ("phone", "shop")


@dataclass(slots=True)
class DataExport:
    """What is written: into which folder, how, of which audience (empty: everybody), what of it so far."""

    folder: Path
    form: TableForm
    audience: str = ""
    people: int = 0
    messages: int = 0
    files: list[str] = field(default_factory=list)


async def export_data(
    stores: Stores,
    playbook: Playbook,
    meant: TargetAudience | None,
    export: DataExport,
    actor: str,
    words: Language,
    *,
    conversations: bool = False,
    tell: Callable[[DataExport], None] = lambda so_far: None,
) -> None:
    """Write everybody, or who is in an audience, which the audit log says first; `tell` hears how far it is.

    Raises `ExportNotWritten` and `DatabaseUnavailable`: what is not whole is called `.part` then.
    """
    now = (await clock_among(stores)).now()
    columns = [*COLUMNS, *map(attribute_heading, playbook.attributes.values())]
    new_folder(export.folder)
    async with audited(stores, AuditEntry("data_exported", actor, now, export.audience)) as doing:
        names = ["contacts", *(["conversations"] if conversations else ())]
        with _files(export, names) as files:
            if export.form == "csv":
                files[0].write((MARK + csv_line(columns)).encode())
                for said in files[1:]:
                    said.write((MARK + csv_line(CONVERSATION)).encode())
            async for some in _people(stores, playbook, meant):
                rows = [list(contact_cells(one, playbook)) for one in some]
                files[0].write(_lines(columns, rows, export.form, playbook.zone))
                export.people += len(some)
                if conversations:
                    for one in some:
                        said_rows = [list(row.values()) async for row in _said(stores, one, words)]
                        export.messages += len(said_rows)
                        files[1].write(_lines(list(CONVERSATION), said_rows, export.form, playbook.zone))
                doing.update(after=_amount(export))
                tell(export)
        _describe(export, playbook, names, words)


def _amount(export: DataExport) -> str:
    """As the audit log has it: people, and messages if there are any."""
    return f"{export.people} {export.messages}" if export.messages else f"{export.people}"


def attribute_heading(info: AttributeInfo) -> str:
    """The column of an attribute: its name, unless that is the heading of something else."""
    ours = {one for called in IMPORTED.values() for one in called} | COLUMNS.keys()
    return f"attribute {info.key}" if column_name(info.key) in ours - {"birthday"} else info.key


def contact_cells(contact: Contact, playbook: Playbook) -> Iterator[Any]:
    """One person's values, in the order of the columns."""
    accounts = [one for one in contact.identities if one.user is not None]
    first = accounts[0] if accounts else _to_come(contact)
    clerk, came = contact.clerk, contact.first_source
    yield contact.id
    yield first and first.channel
    yield first and first.user
    yield [f"{one.channel}:{one.user}" for one in accounts[1:]]
    yield first and first.friend
    yield first and first.since
    yield max((one.seen for one in contact.identities if one.seen is not None), default=None)
    yield contact.name
    yield contact.language
    yield None if contact.phone is None else national(contact.phone)
    yield None if contact.stated_phone is None else national(contact.stated_phone)
    yield contact.email
    yield contact.member_no
    yield contact.member_shop
    yield contact.marketing
    yield contact.marketing_here
    yield contact.marketing_shop
    yield [f"{tag.name} {_moment(tag.at, playbook.zone)}" for tag in contact.tags]
    for kind in _BINDINGS:
        yield contact.bindings[kind].at if kind in contact.bindings else None
    yield contact.bound_before
    yield clerk and clerk.known_by
    yield clerk and clerk.store
    yield clerk and clerk.at
    yield [f"{one.version} {_moment(one.at, playbook.zone)} {one.channel}" for one in contact.consents]
    yield came and came.code
    yield came and came.at
    for info in playbook.attributes.values():
        known = contact.attributes.get(info.slot)
        yield None if known is None else known.value


def _to_come(contact: Contact) -> Identity | None:
    """The account by which somebody of a list will write, who has not yet."""
    if contact.has_line or not contact.accounts:
        return None
    channel, _, user = contact.id.partition(":")
    return Identity(channel, user)


def _moment(at: datetime, zone: ZoneInfo) -> str:
    return at.astimezone(zone).isoformat(sep=" ", timespec="seconds")


def _lines(columns: Sequence[str], rows: Sequence[Sequence[Any]], form: TableForm, zone: ZoneInfo) -> bytes:
    if form == "csv":
        return "".join([csv_line([_cell(value, zone) for value in row]) for row in rows]).encode()
    values = ({name: _plain(value, zone) for name, value in zip(columns, row, strict=True)} for row in rows)
    return b"".join(json_line(one) + b"\n" for one in values)


def _plain(value: Any, zone: ZoneInfo) -> Any:
    return value.astimezone(zone).isoformat() if isinstance(value, datetime) else value


def _cell(value: Any, zone: ZoneInfo) -> str:
    if value is None or type(value) is str:  # most cells
        return value or ""
    match value:
        case bool():
            return "yes" if value else "no"
        case datetime():
            return _moment(value, zone)
        case list():
            return "; ".join(value)
        case _:
            return formatted(value, None, zone)


async def _people(
    stores: Stores, playbook: Playbook, meant: TargetAudience | None
) -> AsyncIterator[list[Contact]]:
    if meant is None:
        async for some in stores.all_contacts.pages():
            yield some
        return
    seen = set[str]()
    async for some in contacts_in(stores, playbook, meant):
        new = [one for one in some if one.id not in seen]
        seen.update(one.id for one in new)
        yield new


async def _said(stores: Stores, contact: Contact, words: Language) -> AsyncIterator[dict[str, Any]]:
    """The messages with one person, newest page last; what was private is not masked."""
    rows, chats, before = stores.conversations, chats_of(contact), None
    pages = []
    while True:
        some, before = await last_turns(rows, chats, before, TURNS_MOST)
        pages.append(some[::-1])
        if before is None:
            break
    for turn in (turn for page in reversed(pages) for turn in page):
        about = {"contact": contact.id, "at": turn.at, "chat": turn.chat}
        if turn.incoming is not None:
            content = turn.incoming.content
            text = content if isinstance(content, str) else orjson.dumps(dict(content)).decode()
            yield {**about, "from": "person", "kind": turn.incoming.kind, "text": text}
        for call in turn.calls:
            for message in call.messages:
                text = words.words(message_text(message))
                yield {**about, "from": "us", "kind": str(message.get("type", "")), "text": text}


# -- files


@contextmanager
def _files(export: DataExport, names: Iterable[str]) -> Iterator[list[IO[bytes]]]:
    """New files that only their owner reads, which have their names once all is in them."""
    paths = [export.folder / f"{name}.{export.form}" for name in names]
    opened: list[IO[bytes]] = []
    try:
        for path in paths:
            part = path.with_name(f"{path.name}.part")
            part.touch(mode=0o600, exist_ok=False)
            opened.append(part.open("wb", buffering=1 << 20))
        yield opened
        for file, path in zip(opened, paths, strict=True):
            file.close()
            path.with_name(f"{path.name}.part").rename(path)
            export.files.append(path.name)
    except OSError as error:
        raise not_written(export.folder, error) from error
    finally:
        for file in opened:
            file.close()


def _describe(export: DataExport, playbook: Playbook, names: Sequence[str], words: Language) -> None:
    """`columns.md` for people, `columns.json` for programs."""
    about = {name: words.text(text) for name, text in COLUMNS.items()}
    about |= {
        attribute_heading(one): words.text(
            tr("attribute {title}, {type}", title=one.title or one.key, type=one.type)
        )
        for one in playbook.attributes.values()
    }
    tables = {"contacts": about}
    if "conversations" in names:
        tables["conversations"] = {name: words.text(text) for name, text in CONVERSATION.items()}
    lines = []
    for name, columns in tables.items():
        lines += [f"# {name}.{export.form}", "", "| | |", "|---|---|"]
        lines += [f"| `{column}` | {text} |" for column, text in columns.items()]
        lines.append("")
    write_private(export.folder / "columns.md", "\n".join(lines).encode())
    write_private(export.folder / "columns.json", orjson.dumps(tables, option=orjson.OPT_INDENT_2))
    export.files += ["columns.md", "columns.json"]
