"""Variables of the environment: `${NAME}` and `${NAME:-default}`, and the `.env` file beside `bot.yaml`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.model.place import Place
from bot.model.problem import Level, Problem
from bot.model.translatable import Quoted, row, tr
from bot.playbook.codes import mistake
from bot.playbook.hints import of_kind
from bot.playbook.shape.schema import SECTIONS
from bot.playbook.syntax.nodes import Map, Node, Scalar, path_text, place_of
from bot.playbook.syntax.source import SourceFile, decode

_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}")
"""`${NAME}` or `${NAME:-default}`: group 1 is the name, group 2 the default."""
_NAMES = tr("write the text itself; the name of the person is  {{ contact.name }}")
"""The hint for `${name}`: variables of the environment are written in capitals."""
_NEARLY = re.compile(r"\$([A-Z][A-Z0-9_]*)|\$\(([A-Z][A-Z0-9_]*)\)|%([A-Z][A-Z0-9_]*)%|\{([A-Z][A-Z0-9_]*)\}")
"""A variable as shells, Windows and others write it, and nothing else: it would be taken literally."""
WITHIN = re.compile(r"\$([A-Z][A-Z0-9_]+)|\$\(([A-Z][A-Z0-9_]+)\)")
"""`$NAME` or `$(NAME)` within a longer text: it may be meant literally, so it is a warning only."""
_ANYWHERE = frozenset({"channels", "shops", "sms", "hooks"})
"""Sections that may have variables in every file; others only in `bot.yaml`."""
BEHAVIOUR = frozenset(
    {"rules", "cards", "flows", "rich_menus", "broadcasts", "forms", "audiences"}
    | {"tags", "attributes", "splits", "links", "hours", "include", "rule_order", "publish"}
)
"""Sections that are the same on every machine, and hold no secrets: no variable can stand in them."""


def given(name: str, default: str | None, environment: Mapping[str, str]) -> str | None:
    """The value of `${name}` or `${name:-default}`; `None` where there is none (or an empty one)."""
    return environment.get(name) or default


def filled(written: str, environment: Mapping[str, str]) -> str | None:
    """A text with the values of its variables; `None` where one of them has none."""
    values = {match[0]: given(match[1], match[2], environment) for match in _VARIABLE.finditer(written)}
    if any(value is None for value in values.values()):
        return None
    return _VARIABLE.sub(lambda match: values[match[0]] or "", written)


def variables_in(written: str) -> list[str]:
    """The names of the variables in a text, in order."""
    return [match[1] for match in _VARIABLE.finditer(written)]


@dataclass(eq=False, repr=False)
class EnvironmentFilling:
    """Fills the settings of a playbook's files from the environment; an empty variable counts as unset."""

    _environment: Mapping[str, str]
    _stand_in: Callable[[str], str] | None
    """Gives a value for an unset variable, by its name; `None`: unset variables are problems."""
    _unset: Level
    """The level of the problem of an unset variable."""
    filled: dict[str, str] = field(init=False, default_factory=dict)
    """The values that `_stand_in` gave, by variable, in the order of their first use."""
    _problems: list[Problem] = field(init=False, default_factory=list)
    _missing: dict[str, list[Problem]] = field(init=False, default_factory=dict)
    """The problems of unset variables, by variable."""

    @property
    def problems(self) -> list[Problem]:
        """What is wrong with the variables. Where no values are needed, all unset ones are one warning."""
        if self._unset == "warning" and len(self._missing) > 1:
            return [*self._problems, _together(self._missing)]
        return [*self._problems, *(problem for missing in self._missing.values() for problem in missing)]

    def fill(self, source: SourceFile, root: Map, *, first: bool) -> None:
        """Fill the values of all sections that may have variables, and refuse the others.

        `first` says that this is `bot.yaml`, where more of them may.
        """
        for section, (_, node) in root.pairs.items():
            if section in _ANYWHERE or (first and section not in BEHAVIOUR):
                self._each(node, lambda scalar: self._settle(source, scalar))
            elif section in SECTIONS:
                self._each(node, lambda scalar: self._refuse(source, scalar))

    def _each(self, node: Node, act: Callable[[Scalar], None]) -> None:
        match node:
            case Scalar(value=value):
                if "${" in value or _NEARLY.fullmatch(value) or WITHIN.search(value):
                    act(node)
            case Map(pairs=pairs):
                for _, inner in pairs.values():
                    self._each(inner, act)
            case _:
                for item in node.items:
                    self._each(item, act)

    def _refuse(self, source: SourceFile, node: Scalar) -> None:
        match = _VARIABLE.search(node.value)
        if match is None:
            return
        section = str(node.path[0])
        message = tr('${{found}} cannot stand in "{section}"', found=match[1], section=section)
        hint = (
            (_NAMES if match[1].strip("{}").islower() else tr("write the text itself"))
            if section in BEHAVIOUR
            else tr('move "{section}" into bot.yaml', section=section)
        )
        place = _place(source, match, node)
        self._problems.append(mistake(place, "env-not-here", message, hint=hint, width=len(match[0])))

    def _settle(self, source: SourceFile, node: Scalar) -> None:
        """Put the values of its variables into a text; `raw` is then the text of the file."""
        nearly = _NEARLY.fullmatch(node.value)
        if nearly is not None:
            name = next(name for name in nearly.groups() if name)
            message = tr(
                '"{path}" is {text}, and no variable', path=path_text(node.path), text=Quoted(nearly[0])
            )
            hint = of_kind("written", tr("write  ${{name}}", name=name))
            self._problems.append(mistake(place_of(node), "bad-value", message, hint=hint, width=node.width))
            node.raw, node.unset = node.value, True
            return
        self._warn_of_others(source, node)
        names = tuple(variables_in(node.value))
        if "${" in _VARIABLE.sub("", node.value):
            message = tr('"{path}" has a "${" that begins no variable', path=path_text(node.path))
            hint = tr("write ${NAME} or ${NAME:-default}; a name has letters, digits and _")
            self._problems.append(mistake(place_of(node), "bad-value", message, hint=hint, width=node.width))
            node.unset = True
        node.raw, node.names = node.value, names
        node.value = _VARIABLE.sub(lambda match: self._value(source, match, node), node.value)

    def _warn_of_others(self, source: SourceFile, node: Scalar) -> None:
        """Variables without braces in a longer text; it may be a secret, so the message does not show it."""
        match = WITHIN.search(node.value)
        if match is not None:
            message = tr(
                '"{path}" has a "$" without braces, and what follows is not replaced',
                path=path_text(node.path),
            )
            place, width = _place(source, match, node), len(match[0])
            hint = tr("where a variable is meant, write ${NAME}")
            self._problems.append(
                mistake(place, "bad-value", message, hint=hint, width=width, level="warning")
            )

    def _value(self, source: SourceFile, match: re.Match[str], node: Scalar) -> str:
        name, default = match[1], match[2]
        value = given(name, default, self._environment)
        if value is not None:
            node.unset = node.unset or self._unset == "warning"  # a default says nothing of what is run
            return value
        if self._stand_in is not None:
            if name not in self.filled:
                self.filled[name] = self._stand_in(name)
            node.unset = True
            return self.filled[name]
        node.unset = True
        hint = tr("set it in the environment, or in a file .env beside bot.yaml:  {name}=…", name=name)
        if node.path == ("keys",):
            hint = tr(
                "make keys with  oaflow keys new  and keep a copy; set them in the environment, or in a file"
                " .env beside bot.yaml:  {name}=…; where OAFLOW_KEYS_FILE names a file with them, leave this"
                " line out",
                name=name,
            )
        if name in self._environment:
            hint = tr("it is set to nothing; where that is meant, write ${{name}:-}", name=name)
        message = tr("the environment variable {name} is not set", name=name)
        place = _place(source, match, node)
        width = len(match[0])
        unset = mistake(place, "env-unset", message, hint=hint, width=width, level=self._unset)
        self._missing.setdefault(name, []).append(unset)
        return ""


def _together(missing: Mapping[str, list[Problem]]) -> Problem:
    first = next(iter(missing.values()))[0]
    message = tr(
        "{number} environment variables are not set: {missing}", number=len(missing), missing=row(missing)
    )
    hint = tr("only  oaflow run  needs them: set them in the environment, or in a file .env beside bot.yaml")
    return mistake(first.place, "env-unset", message, hint=hint, width=first.width, level="warning")


def _place(source: SourceFile, match: re.Match[str], node: Scalar) -> Place:
    return source.find(match[0], node.start, node.end, path_text(node.path)) or place_of(node)


_LINE = re.compile(r"(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*)")
"""`NAME=value` of a `.env` file: group 1 is the name, group 2 the value as written."""
_BEHIND = re.compile(r"\s+#.*$")
"""A comment behind a value."""


def read_dotenv(folder: Path) -> tuple[dict[str, str], list[Problem]]:
    """The variables of `folder/.env`, and the lines that are none; both empty where there is no such file.

    A value may stand in single or double quotes, which are taken off; without quotes a ` #` begins a comment.
    No problem shows what a line holds: it may be a secret.
    """
    try:
        if (folder / ".env").is_fifo():  # it would keep us waiting
            return {}, [
                mistake(Place(".env", 1, 1, ""), "dotenv-line", tr('".env" cannot be read: it is no file'))
            ]
        raw = (folder / ".env").read_bytes()
    except (FileNotFoundError, IsADirectoryError):
        return {}, []
    except OSError as error:
        message = tr('".env" cannot be read: {reason}', reason=str(error.strerror))
        return {}, [mistake(Place(".env", 1, 1, ""), "dotenv-line", message)]
    source, problems = decode(".env", raw)
    if problems:
        return {}, problems
    values: dict[str, str] = {}
    for number, match in _assignments(source):
        if match is None:
            message = tr("this line is not NAME=value")
            hint = tr('begin it with "#" if it is a comment')
            problems.append(mistake(Place(".env", number, 1, ""), "dotenv-line", message, hint=hint))
        else:
            values[match[1]] = _value(match[2])
    return values, problems


def line_of(folder: Path, name: str) -> int | None:
    """The line of `folder/.env` that gives this variable its value; `None` where none does."""
    try:
        source, problems = decode(".env", (folder / ".env").read_bytes())
    except OSError:
        return None
    given = [number for number, match in _assignments(source) if match is not None and match[1] == name]
    return given[-1] if given and not problems else None


def _assignments(source: SourceFile) -> Iterator[tuple[int, re.Match[str] | None]]:
    """Each line that is neither empty nor a comment, by its number; `None`: it is not NAME=value."""
    for number, line in enumerate(source.lines, 1):
        text = line.strip()
        if text and not text.startswith("#"):
            yield number, _LINE.fullmatch(text)


def _value(text: str) -> str:
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
        return text[1:-1]
    return _BEHIND.sub("", text)
