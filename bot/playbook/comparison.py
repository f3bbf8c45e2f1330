"""How two versions of a playbook differ, entry by entry, in the keys of the playbook language.

Canonical forms are compared, so that another spelling of the same is no difference. Drafts, `oaflow diff` and
the checks of publishing read it.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Any, Literal, TypeAlias

from bot.model.place import Place
from bot.playbook.canonical.document import source_text
from bot.playbook.load import Loaded
from bot.playbook.personal_addresses import flex_files
from bot.playbook.read import read
from bot.playbook.syntax.folder_names import SCENARIOS
from bot.playbook.syntax.nodes import List, Map, Node, Scalar, place_of

HowDiffers: TypeAlias = Literal["added", "removed", "changed", "moved"]
"""`moved`: an item of a list has another position, which matters where the first that fits answers."""
KeyWay: TypeAlias = tuple[str, ...]
"""The keys that lead to a value from the entry that it is in; of lists the number of the item, from 1."""

LABEL = 60
"""Most characters of the label of an item in a list, such as the trigger of a rule without a name."""
FILES = "files"
"""Stands for a section: the files beside the YAML, such as pictures and lists of people."""
SCENARIO_FILES = "scenarios"
"""Stands for a section: those files that are scenarios, which test conversations."""
STATES = "states"
"""Stands for a section, beside being the key of a flow: its states, each as `flow.state`."""


@dataclass(frozen=True, slots=True)
class DifferingValue:
    """A value of an entry that differs."""

    path: KeyWay
    """The keys from the entry to the value."""
    before: str | None
    """The value in one line; `None` where the earlier version has none."""
    after: str | None
    """The value in one line; `None` where the later version has none."""


@dataclass(frozen=True, slots=True)
class TextReply:
    """A rule in short that only answers certain texts with a text."""

    texts: tuple[str, ...]
    """The texts that trigger it."""
    reply: str
    """What it replies; several messages are separated by line breaks."""


@dataclass(frozen=True, slots=True)
class Difference:
    """An entry of a section that was added, removed, changed or moved."""

    section: str
    """The section's key, or `FILES`, `SCENARIO_FILES`, `STATES`."""
    name: str
    """The entry's name; of an item of a list its label; empty where the section is one value."""
    how: HowDiffers
    values: tuple[DifferingValue, ...] = ()
    """What changed in it; empty for an entry that was added, removed or moved."""
    place: Place | None = None
    """In the later version, or in the earlier one where it was removed; `None` for files."""
    says: TextReply | None = None
    """Of an added or changed rule that only replies with a text: that text."""


@dataclass(frozen=True, slots=True)
class ComparedForm:
    """One of two playbooks that are compared."""

    root: Map
    """Its canonical form."""
    files: Mapping[str, str]
    """The sha256 (hexadecimal) of the files beside the YAML, by path."""
    flex: Mapping[str, Node] = field(default_factory=dict)
    """The content of files of Flex messages, by path, as far as it is known."""


def compared_folder(loaded: Loaded) -> ComparedForm:
    """The files of a playbook without mistakes, as they would be stored. Reads files, so it blocks."""
    document, contents = loaded.document, loaded.contents
    assert contents is not None, "they hold no mistake"
    again = read(document.folder / document.first, {}, unset="warning", edits=document.texts)
    beside = {name: one.sha256 for name, one in contents.stored.items()}
    return ComparedForm(again.root, beside, flex_files(again.root, document.folder))


def differences(before: ComparedForm, after: ComparedForm) -> list[Difference]:
    """All differences, by section in the order of the file; files beside the YAML come last."""
    changes: list[Difference] = []
    for section in dict.fromkeys((*before.root.pairs, *after.root.pairs)):
        changes += _of_section(section, before.root.get(section), after.root.get(section))
    beside = sorted({name for name, _ in before.files.items() ^ after.files.items()})
    for section, names in (
        (SCENARIO_FILES, [name for name in beside if _is_scenario(name)]),
        (FILES, [name for name in beside if not _is_scenario(name)]),
    ):
        changes += [
            Difference(section, name, _how(before.files.get(name), after.files.get(name))) for name in names
        ]
    return changes


def _is_scenario(name: str) -> bool:
    return name.startswith(f"{SCENARIOS}/")


def _of_section(section: str, before: Node | None, after: Node | None) -> Iterator[Difference]:
    """The differences of one section, which is a block of names, a list, or a single value."""
    if isinstance(before, Map | None) and isinstance(after, Map | None):
        yield from _named(section, before, after)
    elif isinstance(before, List | None) and isinstance(after, List | None):
        yield from _listed(section, *([] if one is None else one.items for one in (before, after)))
    else:
        yield from _thing(section, "", before, after)


def _named(section: str, before: Map | None, after: Map | None) -> Iterator[Difference]:
    """The differences of a section whose entries have names, such as `flows`."""
    was, now = ({} if one is None else one.pairs for one in (before, after))
    for name in dict.fromkeys((*was, *now)):
        pair = was.get(name, (None, None))[1], now.get(name, (None, None))[1]
        if section == "flows" and isinstance(pair[0], Map) and isinstance(pair[1], Map):
            yield from _flow(name, pair[0], pair[1])
        else:
            yield from _thing(section, name, *pair)


def _flow(name: str, before: Map, after: Map) -> Iterator[Difference]:
    """A flow: itself without its states, then each of those."""
    values = list(_values((), _plain(before, but=STATES), _plain(after, but=STATES)))
    states = [one.get(STATES) for one in (before, after)]
    was, now = (one.pairs if isinstance(one, Map) else {} for one in states)
    firsts = next(iter(was), None), next(iter(now), None)
    if firsts[0] != firsts[1]:
        values.append(DifferingValue((STATES, "1"), *firsts))
    if values:
        yield Difference("flows", name, "changed", tuple(values), place_of(after))
    for state in dict.fromkeys((*was, *now)):
        pair = was.get(state, (None, None))[1], now.get(state, (None, None))[1]
        yield from _thing(STATES, f"{name}.{state}", *pair)


def _thing(section: str, name: str, before: Node | None, after: Node | None) -> Iterator[Difference]:
    """The difference of one entry, if there is any; `None` on the side where it is not present."""
    node = before if after is None else after
    assert node is not None
    if before is None or after is None:
        says = None if after is None else _text_reply(section, after)
        yield Difference(section, name, _how(before, after), (), place_of(node), says)
    elif values := tuple(_values((), _plain(before), _plain(after))):
        yield Difference(section, name, "changed", values, place_of(after), _text_reply(section, after))


def _text_reply(section: str, node: Node) -> TextReply | None:
    """What a rule replies, if its canonical form has texts as triggers and texts as reply, and nothing
    else."""
    match _plain(node) if section == "rules" else None:
        case {"when": [{"text": [*texts], **of_when}], "do": [{"reply": [*sent], **of_step}], **more}:
            if of_when or of_step or more.keys() - {"name"}:
                return None
            replies = [one["text"] for one in sent if isinstance(one, dict) and one.keys() == {"text"}]
            words = [*texts, *replies]
            is_whole = len(replies) == len(sent) and all(isinstance(one, str) for one in words)
            return TextReply(tuple(texts), "\n".join(replies)) if is_whole else None
        case _:
            return None


def _listed(section: str, before: Sequence[Node], after: Sequence[Node]) -> Iterator[Difference]:
    """The differences of a list. Items of both versions are paired by their label; those left over are paired
    where all but trigger, condition, channel and name is the same."""
    was, now = _by_label(before), _by_label(after)
    partner = {label: label for label in now if label in was}
    free = {_does(was[label]): label for label in was if label not in now}
    for label in now:
        if label not in partner and (same := free.pop(_does(now[label]), None)) is not None:
            partner[label] = same
    known = set(partner.values())
    for label, node in was.items():
        if label not in known:
            yield Difference(section, _truncated(label), "removed", (), place_of(node))
    for label, node in now.items():
        yield from _thing(section, _truncated(label), was.get(partner.get(label, "")), node)
    yield from _moved(section, list(was), now, partner)


def _moved(
    section: str, was: Sequence[str], now: Mapping[str, Node], partner: Mapping[str, str]
) -> Iterator[Difference]:
    """The smallest set of items whose move explains the new order."""
    stays = [label for label in was if label in set(partner.values())]
    labels = [label for label in now if label in partner]
    order = [partner[label] for label in labels]
    for tag, _, _, start, end in SequenceMatcher(None, stays, order, autojunk=False).get_opcodes():
        if tag in ("insert", "replace"):
            for label in labels[start:end]:
                yield Difference(section, _truncated(label), "moved", (), place_of(now[label]))


def _by_label(nodes: Sequence[Node]) -> dict[str, Node]:
    """The entries by label; of several with one label the further ones have a number behind it: ` (2)`."""
    seen: Counter[str] = Counter()
    labelled = {}
    for node in nodes:
        label = _label(node)
        seen[label] += 1
        labelled[label if seen[label] == 1 else f"{label} ({seen[label]})"] = node
    return labelled


def _label(node: Node) -> str:
    """The name of a rule or menu; else its trigger and condition."""
    plain = _plain(node)
    if not isinstance(plain, dict):
        return in_short(plain)
    for key in ("name", "menu"):
        if isinstance(plain.get(key), str):
            return str(plain[key])
    bounds = {key: plain[key] for key in ("channel", "if") if key in plain}
    when = " / ".join(in_short(one) for one in plain.get("when") or ())
    label = " ".join((when, *(f"{key} {in_short(value)}" for key, value in bounds.items()))).strip()
    return label or in_short(plain)


def _does(node: Node) -> str:
    """A rule without its trigger, condition and name, as JSON: equal where two rules do the same."""
    plain = _plain(node)
    if isinstance(plain, dict):
        plain = {key: value for key, value in plain.items() if key not in ("when", "if", "channel", "name")}
    return json.dumps(plain, sort_keys=True)


def _truncated(label: str) -> str:
    return label if len(label) <= LABEL else f"{label[: LABEL - 1]}…"


def _how(before: object | None, after: object | None) -> HowDiffers:
    if before is None:
        return "added"
    return "removed" if after is None else "changed"


def _values(path: KeyWay, before: Any, after: Any) -> Iterator[DifferingValue]:
    """The values that differ, each with the keys that lead to it."""
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for key in dict.fromkeys((*before, *after)):
            if key not in before or key not in after:
                yield DifferingValue((*path, key), _text(before, key), _text(after, key))
            else:
                yield from _values((*path, key), before[key], after[key])
    elif isinstance(before, list) and isinstance(after, list):
        yield from _items(path, before, after)
    elif before != after:
        yield DifferingValue(path, in_short(before), in_short(after))


def _items(path: KeyWay, before: Sequence[Any], after: Sequence[Any]) -> Iterator[DifferingValue]:
    """The values of two lists that differ: equal runs are skipped, the items between them are compared in
    pairs."""
    several = len(before) > 1 or len(after) > 1
    was_keys, now_keys = ([json.dumps(item) for item in items] for items in (before, after))
    matched = SequenceMatcher(None, was_keys, now_keys, autojunk=False)
    for tag, first, last, start, end in matched.get_opcodes():
        if tag == "equal":
            continue
        gone, come = before[first:last], after[start:end]
        for number, (was, now) in enumerate(zip_longest(gone, come, fillvalue=_NOTHING), start + 1):
            here = (*path, str(number)) if several else path
            if was is _NOTHING or now is _NOTHING:
                yield DifferingValue(here, _or_none(was), _or_none(now))
            else:
                yield from _values(here, was, now)


_NOTHING = object()
"""Fills the shorter of two lists: no item there."""


def _or_none(value: Any) -> str | None:
    return None if value is _NOTHING else in_short(value)


def _text(block: Mapping[str, Any], key: str) -> str | None:
    return in_short(block[key]) if key in block else None


def in_short(value: Any) -> str:
    """A value as it could be written on one line."""
    match value:
        case None:
            return ""
        case dict():
            inner = ", ".join(f"{key}: {_inner(one)}" for key, one in value.items())
            return inner if len(value) == 1 and "{" not in inner else f"{{{inner}}}"
        case list():
            return f"[{', '.join(map(_inner, value))}]" if len(value) != 1 else _inner(value[0])
        case _:
            return str(value)


def _inner(value: Any) -> str:
    """A value inside another one in one line: a block gets braces."""
    text = in_short(value)
    return f"{{{text}}}" if isinstance(value, dict) and not text.startswith("{") else text


def _plain(node: Node, but: str | None = None) -> Any:
    """A node as dicts, lists and texts, without the key `but` of a block."""
    match node:
        case Scalar():
            return source_text(node)
        case List(items=items):
            return [_plain(item) for item in items]
        case Map(pairs=pairs):
            return {key: _plain(value) for key, (_, value) in pairs.items() if key != but}
