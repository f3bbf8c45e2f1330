"""Putting a flow's settings where `{setting: NAME}` and `{{ setting.NAME }}` stand.

A channel may have values of its own, so that one flow is compiled once for each of these.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.model.problem import Problem
from bot.model.translatable import Translatable, tr
from bot.playbook.canonical.flows import flow as canonical_flow
from bot.playbook.canonical.long_nodes import block, each, left_open, listed
from bot.playbook.codes import Code, mistake
from bot.playbook.shape.shape import Shape
from bot.playbook.similar import hint_for, quoted
from bot.playbook.syntax.nodes import List, Map, Node, Scalar, maps, place_of, scalars

_PLACEHOLDER = re.compile(
    r"(?P<literal>\\\{\{)|\{\{\s*setting\.(?P<name>[^\s{}]+)"
    r"(?:\s+as\s+(?P<format>[^\s{}]+))?(?:\s+or\s+(?P<other>(?:(?!\}\}).)*?))?\s*\}\}",
    re.DOTALL,
)
"""`{{ setting.NAME as FORMAT or OTHER }}`; also an escaped `\\{{`, which begins no placeholder."""


def with_settings(flow: Map, values: Mapping[str, Node]) -> tuple[Map | None, list[Problem]]:
    """A canonical flow with its settings put in, canonical again; `None` where they do not fit.

    `values` are the flow's own settings, or a channel's instead. A value keeps the place where it is written.
    A list in the place of one item of a list becomes several items. Conditions on settings stay as they are:
    they ask what is set. So does the key `settings`.
    """
    flow = _without_picture(flow, values)
    if not _names_settings(flow):
        return flow, []
    putting = _Putting(values)
    filled = block(
        flow,
        {
            name: (key, node if name == "settings" else putting.into(node))
            for name, (key, node) in flow.pairs.items()
        },
    )
    problems = putting.problems or Shape().flow(filled)
    if problems:
        return None, list(dict.fromkeys(problems))
    made = canonical_flow(filled)
    assert isinstance(made, Map)
    return made, []


def picture_setting(flow: Map) -> Scalar | None:
    """The name of the setting that is the picture of the flow's page; it may be left out."""
    page = flow.get("page")
    picture = page.get("picture") if isinstance(page, Map) else None
    name = picture.get("setting") if isinstance(picture, Map) and left_open(picture) else None
    return name if isinstance(name, Scalar) else None


def _without_picture(flow: Map, values: Mapping[str, Node]) -> Map:
    """The flow without its page's picture where the setting for it is left out or empty.

    The account's own picture is used then. A name that is like another setting's is a slip, and stays.
    """
    name = picture_setting(flow)
    if name is None:
        return flow
    value = values.get(name.value)
    is_left_out = value is None and hint_for(name.value, values) is None
    if not (is_left_out or (isinstance(value, Scalar) and value.nothing)):
        return flow
    key, page = flow.pairs["page"]
    assert isinstance(page, Map)
    bare = block(page, {name: pair for name, pair in page.pairs.items() if name != "picture"})
    return block(flow, {**flow.pairs, "page": (key, bare)})


def _names_settings(flow: Map) -> bool:
    """Whether there is anything to put in."""
    inner = [node for name, (_, node) in flow.pairs.items() if name != "settings"]
    return any(left_open(block) for node in inner for block in maps(node)) or any(
        found["name"] for node in inner for one in scalars(node) for found in _PLACEHOLDER.finditer(one.value)
    )


class _Putting:
    """Makes a new tree with the values in it."""

    def __init__(self, values: Mapping[str, Node]) -> None:
        self.problems: list[Problem] = []
        self._values = values

    def into(self, node: Node) -> Node:
        """The node with values instead of the names of settings."""
        if left_open(node):
            return self._value(node)
        match node:
            case Scalar(value=value):
                return self._text(node) if "{{" in value else node
            case List(items=items):
                made: list[Node] = []
                for item in items:
                    put = self.into(item)
                    made += each(put) if left_open(item) else [put]
                return listed(node, made)
            case Map(pairs=pairs):
                return block(node, {name: (key, self.into(value)) for name, (key, value) in pairs.items()})

    def _value(self, node: Node) -> Node:
        name = node.get("setting") if isinstance(node, Map) else None
        assert isinstance(name, Scalar)
        value = self._values.get(name.value)
        if value is None:
            self._unknown(name.value, name)
            return node
        return self._texts_in(value)

    def _texts_in(self, value: Node) -> Node:
        """A value's own placeholders of settings: one setting cannot hold another."""
        for one in scalars(value):
            if any(found["name"] for found in _PLACEHOLDER.finditer(one.value)):
                message = tr("{path} is a setting, and names another one", path=quoted(str(one.path[-1])))
                self._wrong(one, "setting-in-text", message, tr("write the text itself"))
        return value

    def _text(self, node: Scalar) -> Scalar:
        value = _PLACEHOLDER.sub(lambda match: self._put(match, node), node.value)
        if value == node.value:
            return node
        place = node.file, node.path, node.line, node.column, node.width, node.start, node.end
        return Scalar(value, node.plain, *place)

    def _put(self, match: re.Match[str], node: Scalar) -> str:
        name = match["name"]
        if name is None:
            return match[0]
        value = self._values.get(name)
        if value is None:
            self._unknown(name, node)
            return ""
        if match["format"] is not None:
            message = tr("{name} is a setting, and put in as it is written", name=quoted(name))
            self._wrong(
                node, "format-for-other-type", message, tr("leave out  as {found}", found=match["format"])
            )
        if not isinstance(value, Scalar):
            message = tr("the setting {name} is no text, and stands within one", name=quoted(name))
            self._wrong(
                node,
                "setting-in-text",
                message,
                tr("write it as a whole value:  {setting: {name}}", name=name),
            )
            return ""
        self._texts_in(value)
        text = "" if value.nothing else value.value
        return text or (match["other"] or "")

    def _unknown(self, name: str, node: Scalar) -> None:
        message = tr("this flow has no setting {name}", name=quoted(name))
        hint = hint_for(name, self._values) or tr("add  settings: {{name}: …}", name=name)
        self._wrong(node, "unknown-setting", message, hint)

    def _wrong(self, node: Scalar, code: Code, message: Translatable, hint: Translatable) -> None:
        self.problems.append(mistake(place_of(node), code, message, hint=hint, width=node.width))
