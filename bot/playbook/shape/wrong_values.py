"""Problems of values: those of another type, another word, another format than expected."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.model.problem import Problem
from bot.model.translatable import Translatable, row, tr
from bot.playbook.shape.actions import ACTIONS
from bot.playbook.shape.colons import colon_in_text, is_words
from bot.playbook.shape.conditions import CONDITIONS
from bot.playbook.shape.findings_at import LocatedFinding, problem_on
from bot.playbook.shape.suggest_advice import means_member
from bot.playbook.shape.suggest_blocks import (
    listed_texts,
    suggest_block,
    suggest_by_place,
    suggest_instead_of_block,
    suggest_instead_of_list,
    suggest_list,
)
from bot.playbook.shape.suggest_broadcasts import empty_group, groups_in_place, stopped_broadcast
from bot.playbook.shape.suggest_campaigns import is_reported_before, names_as_conditions, taps_of
from bot.playbook.shape.suggest_connections import bare_tag, of_shop, swapped_at
from bot.playbook.shape.suggest_elsewhere import channel_without_name
from bot.playbook.shape.suggest_keys import SIGNS
from bot.playbook.shape.suggest_times import suggest_span
from bot.playbook.shape.suggest_words import hint_for_word, listed, suggest_word
from bot.playbook.shape.times import duration
from bot.playbook.shape.triggers import KINDS as TRIGGERS
from bot.playbook.similar import hint_for, not_one_of, quoted
from bot.playbook.syntax.nodes import List, Map, Path, Scalar, at, key_of

_TRIGGER = "{text: 營業時間}"
_EXAMPLES = {
    "when": _TRIGGER,
    "text": "營業時間",
    "text_contains": "優惠",
    "if": "{tag: VIP}",
    "reply": "您好",
    "push": "您好",
}
"""Examples for keys that are left empty; other actions have those of their words."""

_GLUED = re.compile(r"[a-z_]+:")
"""A key without the space behind its colon, which has a problem of its own."""
_COMPARED = re.compile(r"([a-z][a-z0-9_]*)\s*(>=|<=|==|[<>=≥≤])\s*(\S{1,20})")
"""`points >= 100`, as other languages write it."""


def suggest_comparison(value: str, title: str, usual: str | None) -> Translatable | None:
    """The block that was meant: `points >= 100`, or the value of the usual key of a place of this title."""
    compared = _COMPARED.fullmatch(value)
    if compared is not None:
        name, sign, bound = compared.groups()
        if title == "set" and sign == "=":
            return tr("write  {{key}: {value}}", key=name, value=bound)
        meant = tr("write  {{name}: {{how}: {value}}}", name=name, how=SIGNS[sign], value=bound)
        if title == "condition":
            meant = tr("write  {meant}", meant=f"{{attribute: {{{name}: {{{SIGNS[sign]}: {bound}}}}}}}")
        return meant
    if title == "rule" and not value.isascii() and len(value) < 40:
        return tr("write  {expected}", expected=f"- {{when: {{text: {value}}}, reply: …}}")
    kind, space, of = value.partition(" ")
    if title == "condition" and space and kind in CONDITIONS and len(value) < 40:
        return tr("write  {{key}: {value}}", key=kind, value=of.strip())
    if title == "condition" and means_member(value):
        return tr("write  {meant}", meant="{bound: phone}")
    if title == "condition" and value in CONDITIONS:
        return tr("write  {{key}: {value}}", key=value, value=CONDITIONS[value].example)
    if title == "condition" and len(value) < 40:
        return tr("write  {tag: {value}},  or for hours  {during: {value}}", value=value)
    if usual is None or len(value) >= 40 or _GLUED.match(value):
        return None
    return tr("write  {{key}: {value}}", key=usual, value=value)


def example_of(key: str, otherwise: str) -> str:
    """What may stand behind a key, to paste: it names no card that the playbook may not have."""
    return _EXAMPLES.get(key, otherwise)


def example_for(path: Path) -> Translatable | None:
    """How the action at the end of this path is written with its value."""
    key = str(path[-1]) if path else ""
    word = ACTIONS.get(key)
    example = _EXAMPLES.get(key) or (word.example if word else None)
    return tr("write it such as  {key}: {example}", key=key, example=example) if example else None


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
        hint = _time_and_state(node) or tr("expected {expected}", expected=place.expected)
        yield place.on_child(second, "bad-value", message, hint)
    elif isinstance(node, List) and "oneOrMore" in place.finding.schema:
        message = tr(
            "{number} messages in {place}, LINE takes 5 at once", number=len(node.items), place=place.name
        )
        yield place.on_key("replies-over-5", message, tr("leave some out, or join texts"))
    elif isinstance(node, List):
        yield _wrong_number(place, len(node.items))


def _time_and_state(node: Map) -> Translatable | None:
    """A time-out that has its time and its state below keys of their own."""
    values = [value.value for _, value in node.pairs.values() if isinstance(value, Scalar)]
    times = [value for value in values if duration(suggest_span(value)) is None]
    states = [value for value in values if value not in times]
    if node.path[-1:] != ("give_up_after",) or len(times) != 1 or len(states) != 1:
        return None
    return tr("write  {{key}: {value}}", key=suggest_span(times[0]), value=states[0])


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
    texts = "string" in place.finding.schema["type"]
    match node:
        case Scalar(nothing=True):
            yield place.on_value(
                "wrong-type",
                tr("{place} has no value, expected {expected}", place=place.name, expected=expected),
                empty_group(place.node.path) or example_for(place.node.path),
            )
        case Scalar() if (unnamed := channel_without_name(place)) is not None:
            yield from unnamed
        case Scalar() if (names := names_as_conditions(place)) is not None:
            yield from () if is_reported_before(place) else (names,)
        case Scalar(value=value):
            title = "set" if node.path[-1:] == ("set",) else place.title
            usual = place.finding.schema.get("usual")
            hint = suggest_block(place, node) or suggest_comparison(value, title, usual)
            message = tr("{place} is a text, expected {expected}", place=place.name, expected=expected)
            yield place.on_value("wrong-type", message, hint)
        case List() if place.finding.path[-1:] == ("not",):
            message = tr('"not" takes one condition, here is a list')
            both = tr(
                "say which is meant:  not: {any: […]}  (none of them) or  not: {all: […]}  (not all of them)"
            )
            yield place.on_key("not-of-list", message, both)
        case List():
            yield place.on_value("wrong-type", *_list_in_place(place, node))
        case Map() if (groups := groups_in_place(place)) is not None:
            yield groups
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
    hint = suggest_instead_of_list(place)
    if hint is None and not node.flow and place.finding.schema["type"] == "object":
        hint = tr('leave "- " out: each begins with its name and a colon')
    return message, hint


def _instead_of_block(place: LocatedFinding, node: Map) -> Translatable | None:
    if place.finding.path == ("rich_menus",) and node.pairs:
        return tr("begin each so:  - menu: {name}", name=next(iter(node.pairs)))
    if place.finding.schema["type"] != "array":
        return suggest_instead_of_block(place) or bare_tag(place)
    taps = taps_of(node) if place.finding.path[-1:] in (("quick_replies",), ("taps",)) else None
    if taps is None:
        return tr('begin each item with "- "')
    return tr("write  {key}: {value}", key=str(place.finding.path[-1]), value=taps)


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
            hint = tr("write  {key}: {value}", key=place.node.path[-1], value=allowed[0])
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
        expected = meant or row(allowed, "or")
        if meant is None and node.path[-1:] == ("end",) and not node.value.isascii():
            expected = f"reply: {node.value}, end: true"
        yield place.on_value("bad-value", message, tr("write  {expected}", expected=expected))
    else:
        hint = (
            of_shop(place) or _of_key(node) or suggest_list(place, node) or hint_for_word(node.value, allowed)
        )
        yield place.on_value("bad-value", not_one_of(node.value, allowed), hint)


def _of_key(node: Scalar) -> Translatable | None:
    """What the key of a word says of it: `follow: true`, `staff: 小美`."""
    key = str(node.path[-1]) if node.path else ""
    if (status := stopped_broadcast(node)) is not None:
        return status
    if key == "staff" and node.path[:1] == ("channels",):
        return tr("write where staff answer:  line_chat  (LINE Official Account Manager),  or  none")
    if key in TRIGGERS and (node.value == "true" or suggest_word(node.value, ["true"])):
        return tr("write  {key}: {value}", key="when", value=key)
    return None


_KINDS: dict[str, tuple[str, ...]] = {"trigger": tuple(sorted(TRIGGERS)), "action": tuple(sorted(ACTIONS))}


def _kind_word(place: LocatedFinding, word: str, kinds: tuple[str, ...]) -> Iterator[Problem]:
    """A word that is no trigger, or no action, by itself."""
    if word in kinds:
        words = TRIGGERS if place.title == "trigger" else ACTIONS
        example = example_of(word, words[word].example)
        shape = f"{{{word}: {example}}}" if place.title == "trigger" else f"{word}: {example}"
        yield place.on_value(
            "bad-value", tr('"{word}" needs a value', word=word), tr("write  {shape}", shape=shape)
        )
        return
    texts = listed_texts(place, kinds)
    if len(texts) > 1 and word != texts[0]:  # for a list of texts it is reported once
        return
    is_trigger, near = place.title == "trigger", None if len(texts) > 1 else _near_kind(word, kinds)
    if is_trigger and near is None:
        message = tr("behind  when  {word} cannot stand by itself", word=quoted(word))
    else:
        message = tr("{word} is no {kind}", word=quoted(word), kind=Translatable(place.title))
    yield place.on_value("bad-value", message, near or _suggest_text(word, texts, is_trigger=is_trigger))


def _near_kind(word: str, kinds: tuple[str, ...]) -> Translatable | None:
    """The trigger or action that is meant."""
    meant = suggest_word(word, kinds)
    return hint_for(word, kinds) if meant is None else tr("write  {meant}", meant=meant)


def _suggest_text(word: str, texts: list[str], *, is_trigger: bool) -> Translatable | None:
    """How a text is written as a trigger, or as a reply."""
    if len(texts) > 1 and is_trigger:
        return tr("to hear one of these texts, write  when: {text: {listed}}", listed=listed(texts))
    if len(texts) > 1:
        return tr("to say these texts, write  reply: {listed}", listed=listed(texts))
    if len(word) >= 40:
        return None
    if is_trigger:
        return tr("to hear this text, write  when: {text: {word}}", word=word)
    return tr("to say this text, write  reply: {word}", word=word)


def _has_two_kinds(place: LocatedFinding) -> bool:
    """Whether a block has two keys where one is allowed, whatever they are."""
    return place.node.path[-1:] == ("give_up_after",) and len(place.keys) > 1


def wrong_format(place: LocatedFinding) -> Iterator[Problem]:
    """A text that cannot be read as what is written here."""
    name = place.finding.schema["format"]
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
        (None if key is None else swapped_at(place, key)) or suggest_by_place(place, on, name) or fault.hint,
    )
