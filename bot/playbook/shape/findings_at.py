"""A finding of the JSON Schema with its node in the file, from which problems at a key or value are made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.model.problem import Problem
from bot.model.translatable import Quoted, Translatable, tr
from bot.playbook.codes import Code, mistake
from bot.playbook.shape.validator import Finding
from bot.playbook.syntax.nodes import Map, Node, Scalar, key_of, path_text, place_of


@dataclass(frozen=True, slots=True)
class LocatedFinding:
    """A finding with its node in the file."""

    root: Node
    node: Node
    finding: Finding

    @property
    def name(self) -> Quoted | Translatable:
        """What people call this place: its key, or its number in a list."""
        path = self.node.path
        if len(path) > 1 and isinstance(path[-1], int):
            return tr("item {number} of {of}", number=path[-1] + 1, of=Quoted(path_text(path[-2:-1])))
        last = path_text(path[-1:])
        return Quoted(last) if last else tr("this file")

    @property
    def title(self) -> str:
        """What the tables call this place."""
        return str(self.finding.schema.get("title", ""))

    @property
    def expected(self) -> Translatable:
        """What should stand here, in the words of the tables."""
        return Translatable(str(self.finding.schema["expected"]))

    def on_key(self, code: Code, message: Translatable, hint: Translatable | None = None) -> Problem:
        """A problem at the key of this place."""
        return problem_on(key_of(self.root, self.finding.path), code, message, hint)

    def on_value(self, code: Code, message: Translatable, hint: Translatable | None = None) -> Problem:
        """A problem at the value here; at its key, where there is none or a whole block."""
        if isinstance(self.node, Scalar) and self.node.width:
            return problem_on(self.node, code, message, hint)
        return self.on_key(code, message, hint)

    def on_child(
        self, key: str, code: Code, message: Translatable, hint: Translatable | None = None
    ) -> Problem:
        """A problem at one of the keys in this place."""
        return problem_on(self.key_node(key), code, message, hint)

    def key_node(self, key: str) -> Scalar:
        """The node of one of the keys in this place."""
        assert isinstance(self.node, Map)
        return self.node.pairs[key][0]

    @property
    def keys(self) -> list[str]:
        """The keys that are written here."""
        return list(self.node.pairs) if isinstance(self.node, Map) else []

    @property
    def known(self) -> Mapping[str, object]:
        """The keys that the schema has here."""
        known: Mapping[str, object] = self.finding.schema.get("properties", {})
        return known

    @property
    def extras(self) -> list[str]:
        """The keys that the schema does not know here."""
        return [key for key in self.keys if key not in self.known]


def problem_on(node: Node, code: Code, message: Translatable, hint: Translatable | None) -> Problem:
    """A problem at a node."""
    return mistake(place_of(node), code, message, hint=hint, width=node.width)
