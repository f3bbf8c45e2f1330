"""The lines of a playbook that only an administrator publishes, because they decide where data and secrets go
(K1). Publishing compares the draft with the published version, and refuses others where one differs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.model.place import Place
from bot.model.translatable import Translatable, tr
from bot.playbook.canonical.document import source_text
from bot.playbook.comparison import ComparedForm
from bot.playbook.personal_addresses import connected_hosts, personal_addresses
from bot.playbook.syntax.nodes import Node, Path, Scalar, leaves, path_text, place_of

_ACCESS = tr("who reads what: keys and secrets of the bot")
_OUTSIDE = tr("where data of customers goes")
RESERVED: Mapping[str, Translatable] = {
    "channels": tr("which official account the bot is, and by which secrets"),
    "shops": _OUTSIDE,
    "sms": tr("who sends the codes, and what is paid for them"),
    "hooks": _OUTSIDE,
    "private_hosts": tr("which hosts of one's own network may be called"),
    "alerts": tr("who is told of customers and troubles"),
    "database": _ACCESS,
    "keys": _ACCESS,
    "api_token": _ACCESS,
    "second_factor": tr("who needs a second step to sign in"),
    "publish": tr("who publishes the playbook"),
}
"""Sections of which every change is reserved, each with the reason that is shown."""
CHANNEL_TEXTS = frozenset(
    {
        "app_name",
        "plan",
        "paused",
        "settings",
        "staff_silence",
        "answer_within",
        "answer_hours",
        "reasons",
        "mark_read",
    }
)
"""Keys of a channel that are not reserved: they decide its name, its price and what its flows say, and
nothing about access."""
_KEEP = tr("how long data of customers is stored")
_PRIVATE = tr("what is stored encrypted, and masked")
_CARRIED = tr("an address that hands something about customers to another host")
_VARIABLE = tr("a variable of the server stands here, and its value would go where this goes")


@dataclass(frozen=True, slots=True)
class AdminLine:
    """A changed value that only an administrator publishes."""

    path: str
    """Where the value is, as `channels.main.channel_id`."""
    place: Place
    """The file and line in the new version; of a removed value, in the old one."""
    why: Translatable
    """Why it is reserved, for the person who publishes."""


def admin_lines(before: ComparedForm, after: ComparedForm) -> list[AdminLine]:
    """The reserved lines that differ between two versions, by file and line: values that are new, changed or
    removed, variables of the environment in a new place, and addresses that newly carry personal data."""
    was, now = (dict(leaves(form.root)) for form in (before, after))
    found: dict[Path, AdminLine] = {}
    for path in dict.fromkeys((*now, *was)):
        former, value = was.get(path), now.get(path)
        differs = former is None or value is None or _text(former) != _text(value)
        if differs and (why := _why(path, was, now)) is not None:
            node = former if value is None else value
            assert node is not None
            found[path] = AdminLine(path_text(path), place_of(node), why)
    known = {(_keys(path), name) for path, value in was.items() for name in _names(value)}
    for path, value in now.items():
        if any((_keys(path), name) not in known for name in _names(value)):
            found[path] = AdminLine(path_text(path), place_of(value), _VARIABLE)
    given = {one.key for one in personal_addresses(before.root, before.flex)}
    connected = connected_hosts(after.root)
    for one in personal_addresses(after.root, after.flex):
        if one.key not in given and one.host not in connected:
            found[one.path] = AdminLine(path_text(one.path), place_of(one.node), _CARRIED)
    return sorted(found.values(), key=lambda one: (one.place.file, one.place.line, one.path))


def _why(path: Path, was: Mapping[Path, Node], now: Mapping[Path, Node]) -> Translatable | None:
    """Why only an administrator may publish this changed value; `None` where anybody may who publishes."""
    match path:
        case ("channels", _, key, *_) if key in CHANNEL_TEXTS:
            return None
        case ("privacy", "keep", *_):
            return _KEEP
        case ("attributes", name, "private") if _is_private(was, name):
            return _PRIVATE
        case ("attributes", name, "moved_from") if path in now and not _is_private(now, name):
            return _PRIVATE if _is_private(was, _text(now[path])) else None
        case (str(section), *_):
            return RESERVED.get(section)
        case _:
            return None


def _is_private(there: Mapping[Path, Node], name: str | int | None) -> bool:
    """Whether the attribute of this name is declared `private: true` in a version's values."""
    node = None if name is None else there.get(("attributes", name, "private"))
    return node is not None and _text(node) == "true"


def _keys(path: Path) -> Path:
    """Without the numbers of lists: an item that has moved is no new one."""
    return tuple(key for key in path if isinstance(key, str))


def _names(node: Node) -> tuple[str, ...]:
    """The variables of the environment that a value is filled from."""
    return node.names if isinstance(node, Scalar) else ()


def _text(node: Node) -> str | None:
    """The value as it is written, for comparison; of a list or block, that it is one."""
    return source_text(node) if isinstance(node, Scalar) else type(node).__name__
