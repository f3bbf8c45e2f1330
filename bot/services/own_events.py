"""Events of our own, such as outcomes of effects: in the inbox like LINE's, and read back.

A JSON object here has exactly one key: the name of one of our types, with an object of its fields that differ
from their defaults; `moment` (ISO 8601, UTC); or `map`. Lists are read back as tuples. A field that is not
known is ignored, and a missing one has its default, so that entries of a process of another version can be
read.
"""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import datetime
from typing import Any, TypeAlias, get_args, get_type_hints

import orjson

from bot.model.effects import EffectNotice, EffectRequest
from bot.model.event import Event, News, Outcome, Source, TimerDue, What
from bot.model.inbox import InboxEntry, Received
from bot.model.outgoing import Outgoing
from bot.model.processes import part_of
from bot.model.promotions import kinds
from bot.model.stored_name import is_flat, stored_name


def _records(kind: Any, found: dict[type[Any], None]) -> None:
    """Add this type to `found`, where it is a dataclass, and all that its fields may hold."""
    for part in get_args(kind):
        _records(part, found)
    if is_dataclass(kind) and isinstance(kind, type) and kind not in found:
        found[kind] = None
        for hint in get_type_hints(kind).values():
            _records(hint, found)


def _ours() -> tuple[type[Any], ...]:
    found = dict[type[Any], None].fromkeys([TimerDue])  # which no inbox holds: nor the timer in it
    of_kinds = (one for kind in kinds() for one in (*kind.requests, *kind.acts, *kind.notices))
    brought = (one.record for kind in kinds() for one in kind.brings)
    for kind in (Event, What, EffectRequest, EffectNotice, *of_kinds, *brought):
        _records(kind, found)
    return tuple(found)


_OURS = _ours()
NAMED: Mapping[str, type[Any]] = {one.__name__: one for one in _OURS}
"""Our types by the names that entries of the inbox have: renaming a class changes the schema."""


def _by_default(field: Field[Any]) -> Any:
    return field.default if field.default_factory is MISSING else field.default_factory()


_FIELDS = {one: tuple((f.name, stored_name(f), _by_default(f)) for f in fields(one)) for one in _OURS}
"""The fields of each type: name, stored name, default (`MISSING`: it has none)."""
_FLAT = {one: flat for one in _OURS if (flat := next((f.name for f in fields(one) if is_flat(f)), None))}
"""By type, the field that is a mapping whose items are stored among the fields of the object itself."""
_READ = {one: {stored: name for name, stored, _ in known} for one, known in _FIELDS.items()}
"""By type: the name of a field by its stored name."""
_BROUGHT = frozenset(one.name for kind in kinds() for one in kind.brings)
"""The names of what kinds of promotions bring: the only keys that a flat field takes."""
_BARE = frozenset((str, int, float, bool, type(None)))
"""The types that JSON has itself."""


class NotOurs(ValueError):
    """The bytes are not what `to_json` makes."""


def to_json(value: Any) -> bytes:
    """One of our own types as JSON. Raises `TypeError` for anything that is not one of them."""
    return orjson.dumps(_plain(value))


def read(text: bytes) -> Any:
    """The value of which `to_json` made this text. Raises `NotOurs`."""
    try:
        return _value(orjson.loads(text))
    except (AttributeError, KeyError, TypeError, ValueError) as error:  # JSONDecodeError is a ValueError
        raise NotOurs(f"this cannot be read back: {type(error).__name__}") from error


def _plain(value: Any) -> Any:
    kind = type(value)
    if kind in _BARE:
        return value
    if (known := _FIELDS.get(kind)) is not None:
        return {kind.__name__: _fields_json(value, known)}
    if isinstance(value, datetime):
        return {"moment": value.isoformat()}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if isinstance(value, Mapping):
        return {"map": {key: _plain(item) for key, item in value.items()}}
    if isinstance(value, str | int | float):  # such as a str of an enumeration
        return value
    raise TypeError(f"{kind.__name__} is not written down")


def _fields_json(value: Any, known: tuple[tuple[str, str, Any], ...]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for field, stored, default in known:
        one = getattr(value, field)
        if one is default or (_is_like(one, default) and one == default):
            continue
        if field == _FLAT.get(type(value)):
            fields |= {name: _plain(item) for name, item in one.items()}
        else:
            fields[stored] = _plain(one)
    return fields


def _is_like(value: Any, default: Any) -> bool:
    """Whether both are of one type: 1, 1.0 and True are equal, and must be stored as different values."""
    return type(value) is type(default) or (isinstance(default, dict) and isinstance(value, Mapping))


def _value(stored: Any) -> Any:
    if isinstance(stored, list):
        return tuple(_value(item) for item in stored)
    if not isinstance(stored, dict):
        return stored
    ((name, inner),) = stored.items()
    match name:
        case "moment":
            return datetime.fromisoformat(inner)
        case "map":
            return {key: _value(item) for key, item in inner.items()}
        case _:
            ours = NAMED[name]
            names = _READ[ours]
            given = {names[key]: _value(item) for key, item in inner.items() if key in names}
            if (flat := _FLAT.get(ours)) is not None and (beside := inner.keys() - names.keys()):
                given[flat] = {key: _value(inner[key]) for key in beside & _BROUGHT}
            return ours(**given)


_OWN = b"oaflow "
"""The beginning of an entry of ours in the inbox. LINE's are JSON, so no webhook can look like one."""

_IDS = uuid.UUID("6f61666c-6f77-4f75-8e63-6f6d65730001")
"""The namespace (UUID version 5) of ids of outcomes."""
_NEWS_IDS = uuid.UUID("6f61666c-6f77-4e65-8e77-730000000001")
"""The namespace of ids of news."""

STORE_SECONDS = 10.0
"""Seconds within which an event of ours has to be stored, where nobody waits for that."""

StoreEvents: TypeAlias = Callable[[Sequence[Received], float], Awaitable[None]]
"""Stores events durably in the inbox, within so many seconds. Raises `DatabaseUnavailable`."""


class EventStore:
    """Stores events by a function that is set later: services are made before the runtime which stores."""

    by: StoreEvents
    """The runtime's function, set before the first event."""

    async def store(self, events: Sequence[Received], seconds: float) -> None:
        """See `StoreEvents`."""
        await self.by(events, seconds)


def own_event(contact: str, event: Event) -> Received:
    """An event of our own for this contact, as it is put into the inbox."""
    raw = _OWN + to_json(event)
    return Received(InboxEntry(event.id, event.channel, contact, part_of(contact), event.at, raw), event)


def own_news(
    contact: str, channel: str, news: News, cause: str, at: datetime, user: str | None = None
) -> Received:
    """News for this contact that no event of theirs has caused; the same news of one `cause` have one id, and
    so are stored once.

    `user` is LINE's id of the person on the channel, where the news are about that.
    """
    identity = f"{channel}:{uuid.uuid5(_NEWS_IDS, f'{news.kind} {news.subject} {contact} {cause}').hex}"
    source = Source("none", "") if user is None else Source("user", user)
    return own_event(contact, Event(identity, channel, source, at, news))


def outcome_event(
    call: Outgoing, request: EffectRequest, outcome: Outcome, contact: str, at: datetime
) -> Received:
    """The outcome of an effect as an event. Its id is made from the call's, so it is stored once."""
    identity = f"{call.channel}:{uuid.uuid5(_IDS, call.id).hex}"
    return own_event(
        contact,
        Event(identity, call.channel, Source("user", call.to), at, outcome, token=request.token),
    )


def reading(line: Callable[[InboxEntry], Event]) -> Callable[[InboxEntry], Event]:
    """The function that gives the event of an inbox entry: one of ours, or by `line` one of LINE's.

    It raises `ValueError` where an entry cannot be read.
    """

    def event_of(entry: InboxEntry) -> Event:
        if not entry.raw.startswith(_OWN):
            return line(entry)
        event = read(entry.raw.removeprefix(_OWN))
        if not isinstance(event, Event):
            raise NotOurs("this is no event")
        return event

    return event_of
