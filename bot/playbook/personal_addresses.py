"""Finds addresses in messages that carry personal data of the reader to another host when they are opened.

Only placeholders in the address itself are considered, not what was copied into an attribute that is not
private.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bot.engine.flows.answers import ANSWERS
from bot.line.objects.addresses import host_of
from bot.playbook.compile.messages.flex_message import json_nodes
from bot.playbook.compile.scope.placeholders import ParsedPlaceholder, pieces_of
from bot.playbook.syntax.nodes import Node, Scalar, leaves
from bot.playbook.syntax.nodes import Path as NodePath

CONNECTIONS = ("hooks", "shops")
"""Sections whose hosts get data of customers anyway; only an administrator publishes them."""
_NO_MESSAGES = frozenset({*CONNECTIONS, "alerts", "sms"})
"""Sections whose texts are no messages."""
_OF_CONTACT = frozenset({"name", "phone", "member_no", "line_id"})
"""Fields of the contact that are personal."""
_PRIVATE_ANSWERS = frozenset(name for name, kind in ANSWERS.items() if kind.personal is not None)
"""Types of answers that are personal."""
_OPENED = frozenset({"open", "uri", "url"})
"""Keys whose whole value is an address; a blank does not end it."""
_PERSONAL, _OTHER = "\ue000", "\ue001"
"""Stand for placeholders, personal and other ones, while addresses are searched (private use characters)."""
_SIGNS = rf"[\x21-\x7e{_PERSONAL}{_OTHER}]"
"""A character of an address."""
_IN_TEXT = re.compile(
    rf"(?:(?:https?|line)://|(?<![\w@.:/-])(?=(?:[a-z0-9-]+\.)+[a-z]{{2,}}/)){_SIGNS}*", re.IGNORECASE
)
"""An address within a text, as LINE makes a link of it: also without its scheme."""
_SCHEME = re.compile(r"(?:https?|line)://", re.IGNORECASE)
_LINKS = re.compile(r"://|[a-z0-9-]\.[a-z]{2,}", re.IGNORECASE)
"""What a text with an address contains."""
_SETTING = re.compile(r"\{\{\s*setting\.([^\s}]+)[^}]*\}\}")
"""A placeholder of a setting; group 1 is its name."""
_HOST = re.compile(r"[a-z0-9.-]+(?::\d+)?", re.IGNORECASE)
"""A host without placeholders, with or without its port."""


@dataclass(frozen=True, slots=True)
class PersonalAddress:
    """An address with a placeholder of personal data."""

    path: NodePath
    """The path of the text that it stands in, and its node."""
    node: Scalar
    what: str
    """The placeholder: `contact.phone`."""
    host: str
    """The host that gets the data; empty where only the filled address has one."""

    @property
    def key(self) -> tuple[str, str]:
        """What is handed to which host: equal ones need one decision."""
        return self.what, self.host or self.node.value


def flex_files(root: Node, folder: Path) -> dict[str, Node]:
    """The contents of the Flex files that a canonical form names, by path, as far as they can be read.
    Blocks."""
    found: dict[str, Node] = {}
    for path, node in leaves(root):
        if path[-2:] == ("flex", "file") and isinstance(node, Scalar) and not node.unset:
            file = (folder / node.value).resolve()
            if file.is_relative_to(folder.resolve()) and file.is_file():
                text = file.read_text("utf-8-sig", errors="replace")
                content, _ = json_nodes(node.value, text)
                found |= {} if content is None else {node.value: content}
    return found


def personal_addresses(root: Node, flex: Mapping[str, Node]) -> list[PersonalAddress]:
    """All such addresses in a canonical form and in its `flex` files."""
    beside = (pair for name, node in flex.items() for pair in leaves(node, (name,)))
    values = [*leaves(root), *beside]
    private = {
        f"attribute.{path[1]}"
        for path, node in values
        if path[:1] == ("attributes",) and path[2:] == ("private",) and _text(node) == "true"
    }
    answers = {f"answer.{name}" for path, node in values if (name := _private_answer(path, _text(node)))}
    settings: dict[str, list[str]] = {}
    for path, node in values:
        if "settings" in path[:-1] and isinstance(node, Scalar) and _LINKS.search(node.value):
            settings.setdefault(str(path[-1]), []).append(node.value)
    personal = private | answers | {f"contact.{name}" for name in _OF_CONTACT}
    found = [
        PersonalAddress(path, node, what, host)
        for path, node in values
        if isinstance(node, Scalar) and "{{" in node.value and path and path[0] not in _NO_MESSAGES
        for text in _filled(node.value, settings)
        for what, host in _carried(text, path[-1], personal)
    ]
    return list({(one.path, one.key): one for one in found}.values())


def connected_hosts(root: Node) -> set[str]:
    """Hosts of `CONNECTIONS`, which an administrator has decided on."""
    return _hosts(root, CONNECTIONS, "url")


def linked_hosts(root: Node) -> set[str]:
    """Hosts that `links` lead to, where the shop has addresses of its own."""
    return _hosts(root, ("links",), "open")


def _hosts(root: Node, sections: Collection[str], key: str) -> set[str]:
    """The fixed hosts under this key in these sections."""
    values = (
        node.value
        for path, node in leaves(root)
        if isinstance(node, Scalar) and path[0] in sections and path[-1] == key and not node.names
    )
    return {host for value in values if (host := host_of(value))}


def _carried(text: str, key: str | int, personal: Collection[str]) -> Iterator[tuple[str, str]]:
    """(placeholder, host) for each personal placeholder in an address of the text, which is under `key`."""
    pieces, _ = pieces_of(text)
    named = [_name(one) for one in pieces if isinstance(one, ParsedPlaceholder)]
    if not any(one in personal for one in named):
        return
    drawn = "".join(one if isinstance(one, str) else _sign(one, personal) for one in pieces)
    whole = key in _OPENED or (key != "text" and _SCHEME.match(drawn) is not None)
    if drawn.startswith("tel:"):
        return
    for start, address in [(0, drawn)] if whole else [(m.start(), m[0]) for m in _IN_TEXT.finditer(drawn)]:
        before = sum(drawn.count(sign, 0, start) for sign in (_PERSONAL, _OTHER))
        within = sum(address.count(sign) for sign in (_PERSONAL, _OTHER))
        inside = dict.fromkeys(one for one in named[before : before + within] if one in personal)
        for what in inside:
            yield what, _literal_host(address)


def _filled(text: str, settings: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """The text with settings that hold addresses put in; once for each value that a channel may have."""
    named = [settings[name] for name in _SETTING.findall(text) if name in settings]
    for number in range(max(map(len, named), default=1)):
        nth = {name: values[number % len(values)] for name, values in settings.items()}
        yield _SETTING.sub(partial(_value, nth), text)


def _value(settings: Mapping[str, str], found: re.Match[str]) -> str:
    return settings.get(found[1], found[0])


def _literal_host(address: str) -> str:
    """The host as browsers read it; empty where a placeholder, or an odd spelling, leaves it open."""
    host = re.split(r"[/?#]", _SCHEME.sub("", address, count=1), maxsplit=1)[0]
    return (host_of(f"https://{host}") or "") if _HOST.fullmatch(host) else ""


def _name(one: ParsedPlaceholder) -> str:
    return f"{one.group}.{one.name}"


def _sign(one: ParsedPlaceholder, personal: Collection[str]) -> str:
    return _PERSONAL if _name(one) in personal else _OTHER


def _private_answer(path: NodePath, text: str | None) -> str | None:
    """The state or field whose answer is personal, from the path and value of its answer's type."""
    match path:
        case (*_, str(name), "answer") | (*_, str(name), "answer", "type") if text in _PRIVATE_ANSWERS:
            return name
        case _:
            return None


def _text(node: Node) -> str | None:
    return node.value if isinstance(node, Scalar) else None
