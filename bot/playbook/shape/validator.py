"""jsonschema with our own keywords (`words.py`), run once for each definition and each shape of data.

Nodes that differ only in what the schema cannot see (texts of the same signature) become the same piece of
plain data; the findings of a piece for one definition are the same in any place. So a
playbook of 10,000 rules costs as much as the few kinds of rules in it, and one that is read again after an
edit what is new in it.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias, cast

from jsonschema import Draft202012Validator, ValidationError
from jsonschema.validators import extend

from bot.playbook.shape.messages import DESTINATIONS
from bot.playbook.shape.schema import ACTIONS
from bot.playbook.shape.vocabulary import FormatCheck, Vocabulary
from bot.playbook.shape.words import Schema, kinds_among
from bot.playbook.syntax.nodes import List, Map, Node, Path, Scalar

REMEMBERED = 50_000
"""Pieces that are cached from file to file, about 20 MB; the worked example has a thousand."""

SETTING: dict[str, Any] = {"setting": ""}
"""The piece for `{setting: NAME}` within a flow: what is put there is looked at when it is known."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One error of the schema."""

    keyword: str
    """The keyword that failed: `type`, `required`, `format`."""
    schema: Mapping[str, Any]
    """The schema of the place."""
    path: Path
    """The place, from the node that was checked."""
    key: str | None = None
    """The key of the block that is wrong by itself (`propertyNames`); `None`: the value is."""
    format: FormatCheck | None = None
    """The check of the format that the schema names."""


class Pieces:
    """Nodes as plain data, the same object for the same shape."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._words, self._signature = vocabulary.words, vocabulary.signature
        self._known: dict[Hashable, Any] = {}

    def __len__(self) -> int:
        """How many there are."""
        return len(self._known)

    def of(self, node: Node, in_flow: bool = False) -> Any:
        """The plain data of a node. `in_flow`: `{setting: NAME}` may stand for any value."""
        match node:
            case Scalar(value=value):
                if node.nothing:
                    return None
                alike = value if value in self._words else self._signature(value)
                return self._known.setdefault(alike, value)
            case List(items=items):
                plain = [self.of(item, in_flow) for item in items]
                return self._known.setdefault(("list", *map(id, plain)), plain)
            case Map(pairs=pairs):
                if in_flow and is_setting(node):
                    return SETTING
                inner = {k: self.of(v, _settable(node, k, in_flow)) for k, (_, v) in pairs.items()}
                return self._known.setdefault(tuple((k, id(v)) for k, v in inner.items()), inner)


def _settable(block: Map, key: str, in_flow: bool) -> bool:
    """Whether `{setting: NAME}` may stand below this key: in flows, but not in their settings."""
    if len(block.path) == 2 and key == "settings":
        return False
    return in_flow or block.path == ("flows",)


def is_setting(node: Node) -> bool:
    """Whether this is `{setting: NAME}`, and not the condition `{setting: {NAME: …}}`."""
    return isinstance(node, Map) and len(node.pairs) == 1 and isinstance(node.get("setting"), Scalar)


class Validator:
    """Finds what is wrong with nodes, and caches it for equal ones. Several threads may use one at once."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._definitions, self._formats = vocabulary.definitions, vocabulary.formats
        self._pieces = Pieces(vocabulary)
        self._found: dict[tuple[int, int], tuple[Finding, ...]] = {}
        # jsonschema hands this on to each validator that it makes, and asks it nothing: `format` is our own
        self._validator = _CLASS({}, format_checker=self)

    @property
    def is_full(self) -> bool:
        """Whether it has cached more than `REMEMBERED` pieces."""
        return len(self._pieces) > REMEMBERED

    def findings(self, node: Node, schema: Schema) -> tuple[Finding, ...]:
        """What is wrong with the node, with paths from it."""
        return self._of_piece(self._pieces.of(node), schema)

    def _of_piece(self, piece: Any, schema: Schema) -> tuple[Finding, ...]:
        key = (id(piece), id(schema))
        findings = self._found.get(key)
        if findings is None:
            errors = self._validator.descend(piece, schema)
            findings = self._found[key] = tuple(
                Finding(
                    e.validator,
                    e.schema,
                    tuple(e.relative_path),
                    _name_in(e),
                    self._formats.get(e.schema.get("format", "")),
                )
                for e in errors
                if not _within_setting(piece, e.relative_path)
            )
        return findings

    def ref(self, name: str, instance: Any, schema: Schema) -> Iterator[ValidationError]:
        """The keyword `$ref`, with the cache."""
        return _errors(self._of_piece(instance, self._definitions[name.removeprefix("#/$defs/")]))

    def one_or_more(self, name: str, instance: Any, schema: Schema) -> Iterator[ValidationError]:
        """The keyword `oneOrMore`: one thing of a definition, or a list of them that is not empty."""
        inner = self._definitions[name]
        if isinstance(instance, list):
            if not instance:
                yield ValidationError("", validator="minItems")
            for number, item in enumerate(instance):
                for error in _errors(self._of_piece(item, inner)):
                    error.path.appendleft(number)
                    yield error
            return
        for error in _errors(self._of_piece(instance, inner)):
            if error.validator == "type" and not error.path:
                error.schema = {**inner, "expected": schema["expected"]}
            yield error

    def format(self, name: str, instance: Any, schema: Schema) -> Iterator[ValidationError]:
        """The keyword `format`: the check of that name finds no fault with a text."""
        if isinstance(instance, str) and self._formats[name](instance) is not None:
            yield ValidationError("")


def _within_setting(piece: Any, path: Iterable[str | int]) -> bool:
    """Whether an error is in a piece that replaces a setting's value."""
    for key in path:
        if piece is SETTING:
            return True
        piece = piece[key]
    return piece is SETTING


class _Again(ValidationError):
    """What was found in an equal piece before."""

    def __init__(self, finding: Finding) -> None:
        super().__init__("", validator=finding.keyword, schema=finding.schema, path=finding.path)
        self.key = finding.key


def _errors(findings: tuple[Finding, ...]) -> Iterator[ValidationError]:
    return map(_Again, findings)


def _name_in(error: Any) -> str | None:
    """The name that the error is about, where it is about one."""
    if isinstance(error, _Again):
        return error.key
    return str(error.instance) if "propertyNames" in error.schema_path else None


def _words(validator: Any, words: list[str], instance: Any, schema: Schema) -> Iterator[ValidationError]:
    if (isinstance(instance, str) and instance not in words) or (
        not isinstance(instance, str) and "type" not in schema
    ):
        yield ValidationError("")


def _kinds(
    validator: Any, kinds: Mapping[str, Any], instance: Any, schema: Schema
) -> Iterator[ValidationError]:
    """The keyword `kinds`: exactly one of its keys, and beside it only keys that go with it."""
    if not isinstance(instance, dict):
        return
    here = kinds_among(kinds, instance)
    unknown = instance.keys() - schema["properties"].keys()
    beside = [key for key, of in kinds["with"].items() if key in instance and not set(of) & set(here)]
    if (len(here) != 1 and not (unknown and not here)) or (here and beside):
        yield ValidationError("")


def _acts(validator: Any, how: str, instance: Any, schema: Schema) -> Iterator[ValidationError]:
    """The keyword `acts`: one action or `do`; none where that is `optional`, or `to` is instead (`or to`)."""
    if not isinstance(instance, dict):
        return
    number = sum(1 for key in ACTIONS if key in instance) + ("do" in instance)
    if number > 1 or (number == 0 and how != "optional" and not (how == "or to" and "to" in instance)):
        yield ValidationError("")


def _tap(validator: Any, _: bool, instance: Any, schema: Schema) -> Iterator[ValidationError]:
    """The keyword `tap`: one destination at most, and no action beside `send`."""
    if isinstance(instance, dict):
        leads = [key for key in DESTINATIONS if key in instance]
        acts = any(key in instance for key in (*ACTIONS, "do"))
        if len(leads) > 1 or ("send" in leads and acts):
            yield ValidationError("")


def _needs(validator: Any, keys: list[str], instance: Any, schema: Schema) -> Iterator[ValidationError]:
    if isinstance(instance, dict) and not any(key in instance for key in keys):
        yield ValidationError("")


_Keyword: TypeAlias = Callable[[Validator, str, Any, Schema], Iterator[ValidationError]]


def _by_our_own(keyword: _Keyword) -> Callable[[Any, str, Any, Schema], Iterator[ValidationError]]:
    return lambda validator, name, instance, schema: keyword(validator.format_checker, name, instance, schema)


# made once: it takes as long as a quarter of a small playbook
_CLASS = cast("Any", extend)(
    Draft202012Validator,
    {
        "$ref": _by_our_own(Validator.ref),
        "oneOrMore": _by_our_own(Validator.one_or_more),
        "format": _by_our_own(Validator.format),
        "words": _words,
        "kinds": _kinds,
        "acts": _acts,
        "tap": _tap,
        "needs": _needs,
    },
)

_of_all: dict[Vocabulary, Validator] = {}


def validator_of(vocabulary: Vocabulary) -> Validator:
    """The validator of this process for files of one kind, with what it has cached of files read before.

    A full one is replaced as a whole: findings are cached by `id()` of a piece, so no piece is freed alone.
    """
    validator = _of_all.get(vocabulary)
    if validator is None or validator.is_full:
        validator = _of_all[vocabulary] = Validator(vocabulary)
    return validator
