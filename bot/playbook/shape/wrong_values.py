"""Problems of values: those of another type, another word, another format than expected."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from bot.model.problem import Problem
from bot.model.screen import BUILT_IN
from bot.model.translatable import Translatable, row, tr
from bot.playbook.hints import of_kind, write
from bot.playbook.shape.actions import ACTIONS
from bot.playbook.shape.colons import colon_in_text, is_words
from bot.playbook.shape.declared import example_at, resolved, section_at
from bot.playbook.shape.declaring import called_by_title
from bot.playbook.shape.findings_at import LocatedFinding, problem_on
from bot.playbook.shape.names import NAME
from bot.playbook.shape.suggest_advice import hint_on_value
from bot.playbook.shape.suggest_keys import SIGNS
from bot.playbook.shape.suggest_words import hint_for_word, listed, split_values, suggest_word
from bot.playbook.shape.triggers import KINDS as TRIGGERS
from bot.playbook.shape.words import SCALARS
from bot.playbook.similar import hint_for, not_one_of, quoted
from bot.playbook.syntax.nodes import List, Map, Path, Scalar, at, key_of

_LONGEST = 40
"""Characters of a text that a hint repeats, below that."""
_GLUED = re.compile(r"[a-z_]+:")
"""A key without the space behind its colon, which has a problem of its own."""
_SAID = frozenset(("reply", "push"))
"""Keys of messages, which have the name of a card as their example."""
_COMPARED = re.compile(r"([a-z][a-z0-9_]*)\s*(>=|<=|==|[<>=≥≤])\s*(\S{1,20})")
"""`points >= 100`, as other languages write it."""


def _instead_of_text(place: LocatedFinding, text: Scalar) -> Translatable | None:
    """The block or list that was meant by a text."""
    return (
        _comparison(place, text.value)
        or _with_key(place, text.value)
        or hint_on_value(place)
        or _list_of(place, text)
        or example_for(place.finding.path)
    )


def _comparison(place: LocatedFinding, text: str) -> Translatable | None:
    """`points >= 100` as a test of an attribute."""
    compared = _COMPARED.fullmatch(text)
    if compared is None:
        return None
    name, sign, bound = compared.groups()
    if place.finding.path[-1:] == ("set",) and sign == "=":
        return of_kind("written", tr("write  {{key}: {value}}", key=name, value=bound))
    if place.title == "condition":
        meant = f"{{attribute: {{{name}: {{{SIGNS[sign]}: {bound}}}}}}}"
        return write(meant)
    return tr("write  {{name}: {{how}: {value}}}", name=name, how=SIGNS[sign], value=bound)


def _with_key(place: LocatedFinding, text: str) -> Translatable | None:
    """A block with one key: that which begins the text (`tag VIP`), or the usual one of the place."""
    if len(text) >= _LONGEST or _GLUED.match(text):
        return None
    first, _, behind = text.partition(" ")
    known, usual = place.known.get(first), place.finding.schema.get("usual")
    if isinstance(known, Mapping):
        return of_kind(
            "written", tr("write  {{key}: {value}}", key=first, value=behind.strip() or known["example"])
        )
    return None if usual is None else of_kind("written", tr("write  {{key}: {value}}", key=usual, value=text))


def _list_of(place: LocatedFinding, text: Scalar) -> Translatable | None:
    """The list that was meant by several values in a text, where a list of texts may stand."""
    schema, key = place.finding.schema, place.finding.path[-1:]
    if "array" not in schema.get("type", ()) or not key or not isinstance(key[0], str):
        return None
    if not set(SCALARS) <= set(resolved(schema.get("items", {})).get("type", ())):
        return None
    values = split_values(text.value)
    if not values and "string" in schema["type"]:
        values = tuple(text.value.split()) if text.plain and not text.value.isascii() else ()
        if len(values) < 2:
            return None
    return of_kind("written", tr("write  {key}: {value}", key=key[0], value=listed(values or [text.value])))


def example_for(path: Path) -> Translatable | None:
    """How the word at this path, or the nearest above it that has an example, is written with its value."""
    key, example = example_at(path) or ("", "")
    if not key:
        return None
    return of_kind(
        "general", tr("write it such as  {key}: {example}", key=key, example=_example(key, example))
    )


def _example(key: str, declared: str) -> str:
    """What may stand behind a key, to paste: no card, which the playbook may not have."""
    return "您好" if key in _SAID and re.fullmatch(NAME, declared) else declared


def too_few(place: LocatedFinding) -> Iterator[Problem]:
    """A list or block with too little in it, or nothing."""
    if isinstance(place.node, List):
        if place.node.items:
            yield _wrong_number(place, len(place.node.items))
        else:
            yield place.on_key(
                "empty-list",
                tr("{place} is an empty list", place=place.name),
                place.finding.schema.get("empty")
                or _nothing_to_do(place)
                or tr("write something into it, or leave it out"),
            )
    else:
        yield place.on_key(
            "missing-key",
            tr("{place} holds nothing, expected {expected}", place=place.name, expected=place.expected),
        )


def _nothing_to_do(place: LocatedFinding) -> Translatable | None:
    """How a rule does nothing."""
    rule = at(place.root, place.finding.path[:-1])
    if place.finding.path[-1:] != ("do",) or not isinstance(rule, Map):
        return None
    if "when" not in rule.pairs or "to" in rule.pairs:  # what goes on needs to do nothing
        return None
    return tr("to hear it and do nothing, write  note: not answered  in its stead")


def too_many(place: LocatedFinding) -> Iterator[Problem]:
    """More items or keys than may stand here."""
    node = place.node
    if isinstance(node, Map):
        second = list(node.pairs)[1]
        message = tr("{place} takes one, here are {number}", place=place.name, number=len(node.pairs))
        hint = tr("expected {expected}", expected=place.expected)
        yield place.on_child(second, "bad-value", message, hint)
    elif isinstance(node, List) and "oneOrMore" in place.finding.schema:
        message = tr(
            "{number} messages in {place}, LINE takes 5 at once", number=len(node.items), place=place.name
        )
        yield place.on_key("replies-over-5", message, tr("leave some out, or join texts"))
    elif isinstance(node, List):
        yield _wrong_number(place, len(node.items))


def _wrong_number(place: LocatedFinding, number: int) -> Problem:
    return place.on_key(
        "bad-value",
        tr(
            "{place} is a list of {number}, expected {expected}",
            place=place.name,
            number=number,
            expected=place.expected,
        ),
    )


def wrong_type(place: LocatedFinding) -> Iterator[Problem]:
    """A text, a list or a block of keys where another of them is expected."""
    node, expected = place.node, place.expected
    texts = "string" in place.finding.schema["type"] and "section" not in place.finding.schema
    match node:
        case Scalar(nothing=True):
            yield place.on_value(
                "wrong-type",
                tr("{place} has no value, expected {expected}", place=place.name, expected=expected),
                hint_on_value(place) or example_for(place.node.path),
            )
        case Scalar():
            message = tr("{place} is a text, expected {expected}", place=place.name, expected=expected)
            yield place.on_value("wrong-type", message, _instead_of_text(place, node))
        case List() if place.finding.path[-1:] == ("not",):
            message = tr('"not" takes one condition, here is a list')
            both = tr(
                "say which is meant:  not: {any: […]}  (none of them) or  not: {all: […]}  (not all of them)"
            )
            yield place.on_key("not-of-list", message, both)
        case List():
            yield place.on_value("wrong-type", *_list_in_place(place, node))
        case Map(pairs=pairs) if texts and any(is_words(key) for key, _ in pairs.values()):
            yield colon_in_text(place)
        case Map():
            message = tr(
                "{place} is a block of keys, expected {expected}", place=place.name, expected=expected
            )
            yield place.on_value("wrong-type", message, _instead_of_block(place, node))


def _list_in_place(place: LocatedFinding, node: List) -> tuple[Translatable, Translatable | None]:
    """What is said of a list where none may stand."""
    message = tr("{place} is a list, expected {expected}", place=place.name, expected=place.expected)
    if not node.flow and not place.finding.path:
        if isinstance(rule := node.items[0], Map) and "when" in rule.pairs:
            message = tr("this rule stands outside  rules:")
        such = tr("write the name of its section above it, such as  rules:")
        return message, such if "rules" in place.known else None
    if not node.flow and place.finding.schema["type"] == "object":
        return message, tr('leave "- " out: each begins with its name and a colon')
    return message, hint_on_value(place) or example_for(place.finding.path)


def _instead_of_block(place: LocatedFinding, node: Map) -> Translatable | None:
    if place.finding.path == ("rich_menus",) and node.pairs:
        return tr("begin each so:  - menu: {name}", name=next(iter(node.pairs)))
    if place.finding.schema["type"] != "array" or _is_flow(node):
        return example_for(place.finding.path)
    return tr('begin each item with "- "')


def _is_flow(node: Map) -> bool:
    """Whether a block is written between braces: then its first key is behind one."""
    first = next((key for key, _ in node.pairs.values()), None)
    return first is None or (first.line, first.column) != (node.line, node.column)


def wrong_word(place: LocatedFinding) -> Iterator[Problem]:
    """None of the words that may stand here."""
    allowed: list[str] = place.finding.schema["words"]
    node = place.node
    if not isinstance(node, Scalar) or node.nothing:
        either = row(allowed, "or")
        message = tr("{place} is no word, expected {expected}", place=place.name, expected=either)
        if isinstance(node, Scalar):
            message = tr("{place} has no value, expected {expected}", place=place.name, expected=either)
        hint = None
        if len(allowed) == 1 and place.node.path and isinstance(place.node.path[-1], str):
            hint = of_kind("written", tr("write  {key}: {value}", key=place.node.path[-1], value=allowed[0]))
        yield place.on_value("wrong-type", message, hint)
    elif place.title in _KINDS:
        yield from _kind_word(place, node.value, _KINDS[place.title])
    elif allowed in (["true"], ["true", "false"]):
        message = tr(
            "{place} is {text}, expected {expected}",
            place=place.name,
            text=quoted(node.value),
            expected=row(allowed, "or"),
        )
        meant = suggest_word(node.value, allowed)
        hint = of_kind("written", tr("write  {expected}", expected=meant or row(allowed, "or")))
        yield place.on_value("bad-value", message, (hint_on_value(place) if meant is None else None) or hint)
    else:
        hint = hint_on_value(place) or _list_of(place, node) or hint_for_word(node.value, allowed)
        yield place.on_value("bad-value", not_one_of(node.value, allowed), hint)


_KINDS: dict[str, tuple[str, ...]] = {"trigger": tuple(sorted(TRIGGERS)), "action": tuple(sorted(ACTIONS))}


def _kind_word(place: LocatedFinding, word: str, kinds: tuple[str, ...]) -> Iterator[Problem]:
    """A word that is no trigger, or no action, by itself."""
    if word in kinds:
        words = TRIGGERS if place.title == "trigger" else ACTIONS
        shape = f"{word}: {_example(word, words[word].example)}"
        shape = f"{{{shape}}}" if place.title == "trigger" else shape
        yield place.on_value(
            "bad-value", tr('"{word}" needs a value', word=word), tr("write  {shape}", shape=shape)
        )
        return
    is_trigger, near = place.title == "trigger", _near_kind(word, kinds)
    if is_trigger and near is None:
        message = tr("behind  when  {word} cannot stand by itself", word=quoted(word))
    else:
        message = tr("{word} is no {kind}", word=quoted(word), kind=Translatable(place.title))
    yield place.on_value("bad-value", message, near or _suggest_text(word, is_trigger=is_trigger))


def _near_kind(word: str, kinds: tuple[str, ...]) -> Translatable | None:
    """The trigger or action that is meant."""
    meant = suggest_word(word, kinds)
    return hint_for(word, kinds) if meant is None else write(meant)


def _suggest_text(word: str, *, is_trigger: bool) -> Translatable | None:
    """How a text is written as a trigger, or as a reply."""
    if len(word) >= _LONGEST:
        return None
    if is_trigger:
        return tr("to hear this text, write  when: {text: {word}}", word=word)
    return tr("to say this text, write  reply: {word}", word=word)


def _has_two_kinds(place: LocatedFinding) -> bool:
    """Whether a block has two keys where one is allowed, whatever they are."""
    return place.node.path[-1:] == ("give_up_after",) and len(place.keys) > 1


def wrong_format(place: LocatedFinding) -> Iterator[Problem]:
    """A text that cannot be read as what is written here."""
    key = place.finding.key
    on = place.node if key is None else place.key_node(key)
    assert isinstance(on, Scalar)
    text = on.value
    fault = None if place.finding.format is None else place.finding.format(text)
    if fault is None or _has_two_kinds(place):
        return
    whose = place.name if fault.of_place else quoted(text)
    if on.names:
        whose = tr("{place} (from the environment: {names})", place=place.name, names=row(on.names))
    if place.finding.key is not None:
        whose = quoted(text)
    yield problem_on(
        on if on.width else key_of(place.root, place.finding.path),
        fault.code,
        tr("{whose} {says}", whose=whose, says=fault.says),
        _format_hint(place, on) or fault.hint,
    )


def _format_hint(place: LocatedFinding, text: Scalar) -> Translatable | None:
    """What was meant by a text of a wrong format, where the place says more than the text."""
    finding = place.finding
    if finding.key is None and (hint := hint_on_value(place)) is not None:
        return hint
    if finding.schema["format"] not in ("name", "word name", "new name"):
        return None
    section = section_at(finding.path, of_keys=finding.key is not None)
    page = suggest_word(text.value, BUILT_IN) if section == "pages" else None
    if page is not None:
        return write(page)
    return called_by_title(place.root, section, text.value, is_new=finding.key is not None)
