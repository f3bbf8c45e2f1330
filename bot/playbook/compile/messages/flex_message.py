"""A Flex message: its alt, and its contents written in place or taken from a JSON file of the playbook.

https://developers.line.biz/en/reference/messaging-api/#flex-message
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

from bot.engine.compiled.card import TAP, LineObject, WebAddress
from bot.line.objects.actions import FETCHED
from bot.line.objects.flex import CONTAINER
from bot.line.objects.limits import ALT
from bot.line.objects.spec import Kinds, Many, Number, ObjectSpec, Spec, Switch, TextSpec, Uri, property_spec
from bot.model.problem import Problem
from bot.model.translatable import tr
from bot.playbook.compile.messages.bubbles import MessageForm, MessageMaker, text_of
from bot.playbook.compile.messages.from_nodes import FromNode
from bot.playbook.compile.messages.taps import CardTaps
from bot.playbook.compile.messages.text_lengths import limited
from bot.playbook.compile.scope.files import existing_file
from bot.playbook.compile.scope.scope import Scope
from bot.playbook.compile.values.addresses import OPENED, check_signs, fetched, opened
from bot.playbook.similar import quoted
from bot.playbook.syntax.nodes import List, Map, Node, Scalar, as_it_looks, text_at
from bot.playbook.syntax.parse import parse
from bot.playbook.syntax.source import decode

_NUMBER = re.compile(r"-?\d{1,15}(?:\.\d{1,9})?", re.ASCII)
"""A number as JSON may have it, of a length that is read without loss."""
_WHOLE = re.compile(r"\d{1,9}", re.ASCII)
"""A whole number from 0."""


def contents_of(scope: Scope, node: Node) -> LineObject:
    """The bubble or carousel, with each value in the type that LINE's reference gives it, if it can be read
    so.

    A property that the reference does not list is passed on unchanged: LINE may have added it since.
    """
    return _read(scope, node, CONTAINER)


def _read(scope: Scope, node: Node, spec: Spec, key: Scalar | None = None) -> FromNode:
    """A value of Flex with its node; `spec` is what LINE takes there, `key` the key in front of it."""
    match spec, node:
        case Kinds(), Map() if text_at(node, "type") in spec.of:
            return FromNode(node, _thing(scope, node, spec.of[text_at(node, "type")]), key)
        case ObjectSpec(), Map():
            return FromNode(node, _thing(scope, node, spec), key)
        case Many(), List():
            return FromNode(node, [_read(scope, item, spec.of) for item in node.items], key)
        case _, Scalar(nothing=True):
            return FromNode(node, "", key)
        case Number(), Scalar():
            whole = _WHOLE.fullmatch(node.value)
            return FromNode(node, int(node.value) if whole else node.value, key)
        case Switch(), Scalar():
            known = {"true": True, "false": False}
            return FromNode(node, known.get(node.value, node.value), key)
        case Kinds() | ObjectSpec() | Many(), _:
            return FromNode(node, as_it_looks(node, _NUMBER), key)
        case _, Scalar():
            return FromNode(node, _flex_text(scope, node, spec, "" if key is None else key.value), key)
        case _:
            return FromNode(node, as_it_looks(node, _NUMBER), key)


def _thing(scope: Scope, node: Map, spec: ObjectSpec) -> dict[str, LineObject]:
    """The properties of an object of Flex."""
    written = plain_texts(node)
    return {
        name: _read(scope, value, property_spec(spec, name, written), key)
        if name in spec.properties
        else FromNode(value, as_it_looks(value, _NUMBER), key)
        for name, (key, value) in node.pairs.items()
    }


def plain_texts(node: Map) -> dict[str, str]:
    """The texts of a block, by key."""
    return {key: value.value for key, (_, value) in node.pairs.items() if isinstance(value, Scalar)}


def _flex_text(scope: Scope, node: Scalar, spec: Spec, key: str) -> LineObject:
    """A text of Flex. Texts that people see, and addresses, may have placeholders; all others are passed
    on."""
    if spec is FETCHED:
        return _untouched(scope, node, fetched(scope, node))
    if isinstance(spec, Uri):
        schemes = ("https", "http") if key == "desktop" else (*OPENED, "http")
        return _untouched(scope, node, opened(scope, node, schemes))
    if not isinstance(spec, TextSpec):
        return scope.text(node)
    if key == "data" and node.value.startswith(TAP):
        message = tr("data that begins with {tap} is that of taps of the playbook", tap=quoted(TAP))
        scope.wrong(node, "bad-value", message, tr("begin it with another sign"))
    return limited(scope, node, spec)


def _untouched(scope: Scope, node: Scalar, made: LineObject) -> LineObject:
    """An address of Flex: as it is written where nothing is filled in, else `made`."""
    if isinstance(made, WebAddress) or "{{" in node.value:  # a placeholder that fills nothing is reported
        return made
    check_signs(scope, node)
    return node.value


_PAIR = re.compile(r"(?<!\\)((?:\\\\)*)\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")
r"""Matches a character beyond 16 bits written as JSON's surrogate pair, such as `\ud83d\ude00`. Not behind an
odd number of backslashes, where the `u` is a letter."""


def flex(scope: Scope, node: Map, value: Node, taps: CardTaps) -> MessageForm | None:
    """The message of `flex: {alt, contents}` or `flex: {alt, file}`; `None` where there is nothing to
    send."""
    assert isinstance(value, Map), value
    alt, file = value.get("alt"), value.get("file")
    contents = _from_file(scope, file) if isinstance(file, Scalar) else value.get("contents")
    if not isinstance(alt, Scalar) or contents is None:
        return None
    made = contents_of(scope, contents)
    return {"type": "flex", "altText": text_of(scope, value, "alt", ALT), "contents": made}


def _from_file(scope: Scope, node: Scalar) -> Node | None:
    """The nodes of a JSON file, each with its place there."""
    path = None if node.unset else existing_file(scope, node)
    if path is None:
        return None
    text = _text(scope, node, path)
    if text is None:
        return None
    root, problems = json_nodes(node.value, text)
    scope.book.problems.extend(problems)
    return root


def json_nodes(name: str, text: str) -> tuple[Node | None, list[Problem]]:
    """The nodes of a JSON file with their places, and what is wrong with it."""
    source, wrong = decode(name, _as_yaml(text).encode(errors="surrogatepass"))
    root, more = parse(source)
    return root, [*wrong, *more]


def _as_yaml(text: str) -> str:
    r"""JSON as text that YAML reads too, line for line: without tabs, and with `\ud83d\ude00` as one
    character."""
    return _PAIR.sub(lambda pair: pair[1] + _sign(pair[2], pair[3]), text.replace("\t", " "))


def _sign(high: str, low: str) -> str:
    """The character of a surrogate pair, given as two times four hexadecimal digits."""
    return bytes.fromhex(high + low).decode("utf-16-be")


def _text(scope: Scope, node: Scalar, path: Path) -> str | None:
    """The text of a JSON file; `None`, and reported, where it is no UTF-8 or no JSON."""
    try:
        text = path.read_text("utf-8-sig")
        json.loads(text)
    except UnicodeDecodeError:
        scope.wrong(
            node, "bad-value", tr("{text} is not UTF-8", text=quoted(node.value)), tr("save it as UTF-8")
        )
    except (json.JSONDecodeError, RecursionError) as error:
        message = tr("{file} is no JSON", file=quoted(node.value))
        if isinstance(error, json.JSONDecodeError):
            message = tr(
                "{file} is no JSON at line {line}, column {column}",
                file=quoted(node.value),
                line=error.lineno,
                column=error.colno,
            )
        scope.wrong(node, "bad-value", message, tr("export it anew from LINE's Flex simulator"))
    else:
        return text
    return None


MAKERS: Mapping[str, MessageMaker] = {"flex": MessageMaker(flex)}
