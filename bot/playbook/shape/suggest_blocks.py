"""The list or block that was meant by a text in its place, by the place."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from bot.model.screen import BUILT_IN
from bot.model.translatable import Quoted, Translatable, tr
from bot.playbook.shape.declaring import declared_in, english_name
from bot.playbook.shape.findings_at import LocatedFinding
from bot.playbook.shape.schema import DEFINITIONS
from bot.playbook.shape.suggest_advice import on_attribute_change
from bot.playbook.shape.suggest_broadcasts import one_for_all, several_times, suggest_goal, whole_as_text
from bot.playbook.shape.suggest_campaigns import of_name
from bot.playbook.shape.suggest_connections import suggest_entry, suggest_fields
from bot.playbook.shape.suggest_times import GuessedYear, suggest_dates, suggest_end, suggest_span, with_year
from bot.playbook.shape.suggest_words import listed, split_values, suggest_word
from bot.playbook.shape.times import DURATION
from bot.playbook.shape.words import SCALARS
from bot.playbook.syntax.nodes import List, Map, Node, Scalar, at, text_at

_LONGEST = 60
"""Characters of a text that a hint repeats, at most."""
_SOME_STATE = "放棄"
_SOME_TIME = "30m"


def suggest_block(place: LocatedFinding, node: Scalar) -> Translatable | None:
    """The list or block that was meant by a text, to paste."""
    if (whole := one_for_all(place) or whole_as_text(place, node)) is not None:
        return whole
    if len(node.value) > _LONGEST or not node.path:
        return None
    if node.path[-2:-1] == ("fields",):
        return tr("write  {expected}", expected=f"{{ask: {node.value}, answer: text}}")
    if (fields := suggest_fields(node.path, [node.value])) is not None:
        return tr("write  {key}: {value}", key=str(node.path[-1]), value=fields)
    if (entry := suggest_entry(node.path, node.value)) is not None:
        return tr("write  {key}: {value}", key=str(node.path[-1]), value=entry)
    needed = place.finding.schema.get("required", ())
    if len(needed) == 1 and node.value.startswith("{{"):
        return tr("write  {key}: {value}", key=str(node.path[-1]), value=f'{{{needed[0]}: "{node.value}"}}')
    if (suggest := _OF_KEYS.get(node.path[-1])) is not None:
        return suggest(place, node)
    return suggest_list(place, node)


def suggest_list(place: LocatedFinding, node: Scalar) -> Translatable | None:
    """The list that was meant where a list of texts may stand."""
    schema = place.finding.schema
    if "array" not in schema.get("type", ()) or not _of_texts(schema) or not isinstance(node.path[-1], str):
        return None
    values = split_values(node.value)
    if not values and "string" in schema["type"]:
        values = tuple(node.value.split()) if node.plain and not node.value.isascii() else ()
        if len(values) < 2:
            return None
    return tr("write  {key}: {value}", key=node.path[-1], value=listed(values or [node.value]))


def _of_texts(schema: Mapping[str, Any]) -> bool:
    """Whether each item of a list may be a text."""
    item = schema.get("items", {})
    item = DEFINITIONS.get(str(item.get("$ref", "")).removeprefix("#/$defs/"), item)
    return set(SCALARS) <= set(item.get("type", ()))


def _rows(place: LocatedFinding, node: Scalar) -> Translatable:
    """The grid of a menu: a row is a text in which spaces stand between the names."""
    rows = [" ".join(split_values(row) or [row]) for row in node.value.strip().splitlines()]
    return tr("write  {key}: {value}", key="grid", value=listed(rows))


def _time_and_state(place: LocatedFinding, node: Scalar) -> Translatable:
    """A time-out: how long, and the state that follows."""
    ends = _end_states(place.root, node)
    span, state = suggest_span(node.value), ends[-1] if ends else _SOME_STATE
    if not DURATION.fullmatch(span):
        span, state = _SOME_TIME, node.value
    return tr(
        "after the time stands the state that follows:  give_up_after: {{span}: {state}}",
        span=span,
        state=state,
    )


def _end_states(root: Node, node: Scalar) -> list[str]:
    try:
        states = at(root, node.path[:3])
    except (KeyError, IndexError):
        return []
    pairs = states.pairs if isinstance(states, Map) else {}
    return [name for name, (_, state) in pairs.items() if isinstance(state, Map) and "end" in state.pairs]


def _within(key: str, inner: str) -> Callable[[LocatedFinding, Scalar], Translatable]:
    """A block with one usual key: `max_pushes: {person: 4}`."""
    return lambda _, node: tr("write  {key}: {value}", key=key, value=f"{{{inner}: {node.value}}}")


_OF_KEYS: Mapping[str | int, Callable[[LocatedFinding, Scalar], Translatable]] = {
    "grid": _rows,
    "goal": lambda _, node: suggest_goal(node),
    "give_up_after": _time_and_state,
    "max_pushes": _within("max_pushes", "person"),
    "done": _within("done", "reply"),
    "limits": _within("limits", "pushes_per_person"),
    "increase": lambda _, node: tr("write  {key}: {value}", key="increase", value=f"{{{node.value}: 1}}"),
    "include": lambda _, node: tr(
        "write  {key}: {value}",
        key="include",
        value=f"[{node.value if '.' in node.value else node.value.rstrip('/') + '/*.yaml'}]",
    ),
    "active": _within("active", "until"),
    "plan": lambda _, node: tr(
        "write  {key}: {value}", key="plan", value="{monthly_fee: 1200, included: 6000, extra: 0.2}"
    ),
}


def suggest_instead_of_list(place: LocatedFinding) -> Translatable | None:
    """The text or block that was meant by a list in its place."""
    node = place.node
    if not isinstance(node, List) or not node.path:
        return None
    if (whole := one_for_all(place) or several_times(place)) is not None:
        return whole
    texts = [item.value for item in node.items if isinstance(item, Scalar)]
    key = node.path[-1]
    if isinstance(key, int) and node.path[-2:-1] == ("grid",) and texts:
        return tr("write  {expected}", expected=f"- {' '.join(texts)}")
    if key == "areas":
        labels = [text_at(item, "label") or "…" for item in node.items if isinstance(item, Map)]
        return tr(
            "write  {key}: {value}", key="areas", value=f"{{{', '.join(f'{n}: {{…}}' for n in labels)}}}"
        )
    if len(texts) != len(node.items) or not texts:
        return None
    if key == "buttons":
        return tr("write  {key}: {value}", key="buttons", value=f"{{text: 您好, taps: {listed(texts)}}}")
    if key == "next":
        return _ways(place, texts)
    if (fields := suggest_fields(node.path, texts)) is not None:
        return tr("write  {key}: {value}", key=str(key), value=fields)
    pasted = _NAMED.get(str(key)) if len(node.path) == 1 else None
    if pasted is None:
        return None
    names = ", ".join(f"{name}: {pasted.replace('NAME', name)}" for name in texts)
    return tr("write  {key}: {value}", key=str(key), value=f"{{{names}}}")


_NAMED: Mapping[str, str] = {
    "tags": "{}",
    "attributes": "text",
    "stores": "{title: NAME}",
    "hours": "09:00-18:00",
}
"""The value to write behind each name of a section that is written as a list of names."""


def _ways(place: LocatedFinding, states: Sequence[str]) -> Translatable | None:
    """`next` with a state for each choice of the question, in their order."""
    state = at(place.root, place.finding.path[:-1])
    answer = state.get("answer") if isinstance(state, Map) else None
    choices = (
        [item.value for item in answer.items if isinstance(item, Scalar)] if isinstance(answer, List) else []
    )
    if len(choices) != len(states):
        return None
    ways = ", ".join(f"{choice}: {to}" for choice, to in zip(choices, states, strict=True))
    return tr("write  {key}: {value}", key="next", value=f"{{{ways}}}")


def suggest_instead_of_block(place: LocatedFinding) -> Translatable | None:
    """The list that was meant by a block where names or texts stand: `add_tags: {name: VIP}`."""
    node = place.node
    values = [value for _, value in node.pairs.values()] if isinstance(node, Map) else []
    texts = [value.value for value in values if isinstance(value, Scalar)]
    key = node.path[-1] if node.path else ""
    if key not in _OF_NAMES or not texts or len(texts) < len(values):
        return None
    return tr("write  {key}: {value}", key=str(key), value=listed(texts))


_OF_NAMES = frozenset({"add_tags", "remove_tags", "tag_added", "tag_removed"})


def listed_texts(place: LocatedFinding, kinds: Collection[str]) -> list[str]:
    """The texts of a list without a trigger or action; none where it holds anything else."""
    path = place.finding.path
    if not path or not isinstance(path[-1], int):
        return []
    parent = at(place.root, path[:-1])
    items = parent.items if isinstance(parent, List) else []
    texts = [item.value for item in items if isinstance(item, Scalar) and item.value not in kinds]
    return texts if len(texts) == len(items) and not any(text.isascii() for text in texts) else []


def suggest_by_place(place: LocatedFinding, node: Scalar, format_: str) -> Translatable | None:
    """What was meant by a text of a wrong format, where the place says more than the text."""
    if format_ == "moment":
        return _moment(place, node.value)
    if format_ not in ("name", "new name"):
        return None
    return of_name(place, node) or _titled(place, node) or _attribute(place, node)


def _titled(place: LocatedFinding, node: Scalar) -> Translatable | None:
    """The name of a flow that is called by its title; or a page that every playbook has."""
    key = next((one for one in reversed(place.finding.path) if isinstance(one, str)), "")
    if key == "page" and (page := suggest_word(node.value, BUILT_IN)) is not None:
        return tr("write  {meant}", meant=page)
    flows = place.root.get("flows") if isinstance(place.root, Map) and key in _FLOWS else None
    for name, (_, flow) in flows.pairs.items() if isinstance(flows, Map) else ():
        if isinstance(flow, Map) and text_at(flow, "title") == node.value:
            return tr("here it is called {name}", name=Quoted(name))
        states = flow.get("states") if isinstance(flow, Map) else None
        if isinstance(states, Map) and node.value in states.pairs:
            return tr(
                "{text} is a state of a flow: write the flow,  {name}", text=Quoted(node.value), name=name
            )
    return None


_FLOWS = frozenset({"start", "flow", "run", "exit", "in_flow", "flow_ended", "page"})


def _attribute(place: LocatedFinding, node: Scalar) -> Translatable | None:
    if _OF_ATTRIBUTES.isdisjoint(place.finding.path):
        return None
    declared = place.root.get("attributes") if isinstance(place.root, Map) else None
    made = declared.pairs if isinstance(declared, Map) else {}
    if place.finding.path[-1] in ("anniversary", "date"):
        dates = [name for name, (_, of) in made.items() if _type_of(of) == "date"]
        if len(dates) == 1:
            return tr("here it is called {name}", name=Quoted(dates[0]))
    return attribute_called(node.value, place.root)


def _type_of(attribute: Node) -> str:
    return text_at(attribute, "type") if isinstance(attribute, Map) else _plain(attribute)


def _plain(node: Node) -> str:
    return node.value if isinstance(node, Scalar) else ""


_OF_ATTRIBUTES = frozenset(
    {
        "attributes",
        "attribute",
        "set",
        "increase",
        "clear",
        "save",
        "attribute_changed",
        "anniversary",
        "date",
    }
)


def attribute_called(title: str, root: Node) -> Translatable | None:
    """The name of an attribute that is called by its title, `None` where no name helps."""
    if title.isascii() or len(title) > _LONGEST:
        return None
    section = root.get("attributes") if isinstance(root, Map) else None
    declared = section.pairs if isinstance(section, Map) else {}
    for name, (_, made) in declared.items():
        if isinstance(made, Map) and text_at(made, "title") == title:
            return tr("here it is called {name}", name=Quoted(name))
    name = english_name(title, declared, "my_answer")
    if title in declared:
        kind = _type_of(declared[title][1]) or "text"
        where = tr("write  {meant}", meant=f"{name}: {{type: {kind}, title: {title}}}")
    else:
        where = declared_in(root, "attributes", name, f"{{type: text, title: {title}}}")
    return tr(
        "an attribute has a name of small English letters, digits and _, and the Chinese one as its title:"
        " {where}",
        where=where,
    )


_RANGE = re.compile(r"(\d{1,2}[/月]\d{1,2}日?)\s*[-~～〜到至–—]\s*(\d{1,2}[/月]\d{1,2}日?)")
"""Two days without a year: `11/1~11/11`."""
_WITH_SLASHES = r"[0-9]{4}/[0-9]{1,2}/[0-9]{1,2} [0-9]{2}:[0-9]{2}"
"""A moment that is wrong by its slashes alone."""
_ENDS = {"from": "00:00", "until": "24:00"}
"""The time of day that is meant by a day alone."""


def _moment(place: LocatedFinding, text: str) -> Translatable | None:
    """The moment that was meant by a day alone: its beginning, or for `until` its end."""
    key = place.finding.path[-1] if place.finding.path else ""
    if key == "from" and on_attribute_change(at(place.root, place.finding.path[:-1])):
        return tr("write  when: {attribute_changed: …, {key}: …}", key=key)
    if key in _ENDS and (both := _RANGE.fullmatch(text)) and (first := with_year(both[1])):
        last = with_year(both[2]) or first
        since, until = GuessedYear(f"from: {first} 00:00"), GuessedYear(f"until: {last} 24:00")
        return tr("write  {since}  and below it  {until}", since=since, until=until)
    dated = with_year(text)
    if dated is not None and key in _ENDS:
        return tr("write the year as well, such as  {meant}", meant=GuessedYear(f"{dated} {_ENDS[key]}"))
    if key in _ENDS and "/" in text and re.fullmatch(_WITH_SLASHES, text):
        return tr("a date has  -  between its numbers: write  {meant}", meant=suggest_dates(text))
    end = suggest_end(text)
    if key == "until" and end is not None:
        meant = f"{end} 24:00"
        return tr("until names the moment when it is over: for all of that day write  {meant}", meant=meant)
    if key == "from" and end is not None and " " not in suggest_dates(text):
        return tr("write  {meant}", meant=f"{end} 00:00")
    return None
