"""Filling `${NAME}` and `${NAME:-default}` in the places that may have it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from bot.model.decision import Place
from bot.model.problem import Problem
from bot.playbook.codes import mistake
from bot.playbook.syntax.nodes import Map, Node, Path, Scalar, path_text, place_of
from bot.playbook.syntax.source import Source

_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}")
_PLACES = frozenset({"bot", "database", "keys", "channels"})
_MESSAGES = "rules"


class Filling:
    """Fills the settings of one file from the environment; set to nothing counts as unset.

    `stand_in` gives a value for what is unset; `filled` names what it was asked for, in file order.
    """

    def __init__(
        self, source: Source, environment: Mapping[str, str], stand_in: Callable[[str], str] | None
    ) -> None:
        self.filled: dict[str, str] = {}
        self.problems: list[Problem] = []
        self._source = source
        self._environment = environment
        self._stand_in = stand_in

    def fill(self, root: Map) -> None:
        """Fill the values of all sections that may have variables, and refuse those in messages."""
        for section, (_, node) in root.pairs.items():
            if section in _PLACES:
                self._each(node, (section,), self._settle)
            elif section == _MESSAGES:
                self._each(node, (section,), self._refuse)

    def _each(self, node: Node, path: Path, act: Callable[[Scalar, Path], None]) -> None:
        match node:
            case Scalar(value=value):
                if "${" in value:
                    act(node, path)
            case Map(pairs=pairs):
                for key, (_, inner) in pairs.items():
                    self._each(inner, (*path, key), act)
            case _:
                for number, item in enumerate(node.items):
                    self._each(item, (*path, number), act)

    def _refuse(self, node: Scalar, path: Path) -> None:
        found = _VARIABLE.search(node.value)
        if found is None:
            return
        message = f"${{{found[1]}}} cannot stand in a rule: only settings are filled from the environment"
        place = self._place(found, node, path)
        hint = "write the text itself"
        self.problems.append(mistake(place, "env-not-here", message, hint=hint, width=len(found[0])))

    def _settle(self, node: Scalar, path: Path) -> None:
        names = tuple(found[1] for found in _VARIABLE.finditer(node.value))
        if "${" in _VARIABLE.sub("", node.value):
            message = f'"{path_text(path)}" has a "${{" that begins no variable'
            hint = "write ${NAME} or ${NAME:-default}; a name has letters, digits and _"
            place = place_of(self._source.file, node, path)
            self.problems.append(mistake(place, "bad-value", message, hint=hint, width=node.width))
            node.unset = True
        node.raw, node.names = node.value, names
        node.value = _VARIABLE.sub(lambda found: self._value(found, node, path), node.value)

    def _value(self, found: re.Match[str], node: Scalar, path: Path) -> str:
        name, default = found[1], found[2]
        value = self._environment.get(name) or default
        if value is not None:
            return value
        if self._stand_in is not None:
            if name not in self.filled:
                self.filled[name] = self._stand_in(name)
            return self.filled[name]
        node.unset = True
        hint = f"set it in the environment, or in a file .env beside {self._source.file}:  {name}=…"
        if name in self._environment:
            hint = f"it is set to nothing; where that is meant, write ${{{name}:-}}"
        self.problems.append(
            mistake(
                self._place(found, node, path),
                "env-unset",
                f"the environment variable {name} is not set",
                hint=hint,
                width=len(found[0]),
            )
        )
        return ""

    def _place(self, found: re.Match[str], node: Scalar, path: Path) -> Place:
        place = self._source.find(found[0], node.start, node.end, path_text(path))
        return place or place_of(self._source.file, node, path)
