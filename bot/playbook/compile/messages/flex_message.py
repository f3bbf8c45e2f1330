"""A Flex message: its alt, and its contents written in place or taken from a JSON file of the playbook."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

from bot.line.objects.limits import ALT
from bot.model.said import say
from bot.playbook.compile.messages.bubbles import MessageForm, MessageMaker, text_of
from bot.playbook.compile.messages.card_taps import CardTaps
from bot.playbook.compile.messages.flex import contents_of
from bot.playbook.compile.scope.scope import Scope
from bot.playbook.similar import shown
from bot.playbook.syntax.nodes import Map, Node, Scalar
from bot.playbook.syntax.parse import parse
from bot.playbook.syntax.source import decode

_PAIR = re.compile(r"(?<!\\)((?:\\\\)*)\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")
"""A sign beyond 16 bits as JSON may write it; behind an odd number of backslashes the `u` is a letter."""


def flex(scope: Scope, node: Map, value: Node, taps: CardTaps) -> MessageForm | None:
    """`{alt, contents}` or `{alt, file}`; `None` where there is nothing to send."""
    if not isinstance(value, Map):
        return None
    alt, file = value.get("alt"), value.get("file")
    contents = _from_file(scope, file) if isinstance(file, Scalar) else value.get("contents")
    if not isinstance(alt, Scalar) or contents is None:
        return None
    made = contents_of(scope, contents)
    return {"type": "flex", "altText": text_of(scope, value, "alt", ALT), "contents": made}


def _from_file(scope: Scope, node: Scalar) -> Node | None:
    """The nodes of a JSON file, each with its place there."""
    path = None if node.unset else scope.file(node)
    if path is None:
        return None
    text = _text(scope, node, path)
    if text is None:
        return None
    source, wrong = decode(node.value, _as_yaml(text).encode(errors="surrogatepass"))
    root, more = parse(source)
    scope.book.problems.extend((*wrong, *more))
    return root


def _as_yaml(text: str) -> str:
    r"""JSON as YAML reads it too, line for line: no tabs, and `\ud83d\ude00` as the one sign that it is."""
    return _PAIR.sub(lambda pair: pair[1] + _sign(pair[2], pair[3]), text.replace("\t", " "))


def _sign(high: str, low: str) -> str:
    return bytes.fromhex(high + low).decode("utf-16-be")


def _text(scope: Scope, node: Scalar, path: Path) -> str | None:
    """The text of a file that is JSON."""
    try:
        text = path.read_text("utf-8-sig")
        json.loads(text)
    except UnicodeDecodeError:
        scope.wrong(
            node, "bad-value", say("{text} is not UTF-8", text=shown(node.value)), say("save it as UTF-8")
        )
    except (json.JSONDecodeError, RecursionError) as error:
        message = say("{file} is no JSON", file=shown(node.value))
        if isinstance(error, json.JSONDecodeError):
            message = say(
                "{file} is no JSON at line {line}, column {column}",
                file=shown(node.value),
                line=error.lineno,
                column=error.colno,
            )
        scope.wrong(node, "bad-value", message, say("export it anew from LINE's Flex simulator"))
    else:
        return text
    return None


MAKERS: Mapping[str, MessageMaker] = {"flex": MessageMaker(flex)}
