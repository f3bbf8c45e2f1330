"""Turns as the server draws them, in both languages; and which words are neither's."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.engine.compiled.playbook import Playbook
from bot.engine.decide import decide
from bot.model.contact import Contact
from bot.model.decision import Decision, DecisionInputs
from bot.model.event import Event
from bot.runtime.turn_observer import Watched
from bot.scenario import player
from bot.scenario.folder import PlaybookFiles
from bot.scenario.play import play
from bot.simulator.state.feed import Feed
from bot.simulator.workbench.turns import Turns
from bot.wording.titles import titles

WRITTEN_BY_MARKETERS = {"anything_else", "text", "text_contains", "prize"}
"""Words of the language, and of fields of events, that sentences name for whoever has written them."""
GIVEN_BY_HAND = ("settings", "postback", "edit")
"""Below these stand names and values of the playbook's own, whatever they look like."""
LATIN = re.compile(r"[A-Za-z][A-Za-z_]*")
CHINESE = re.compile(r"[\u3400-\u9fff]+")
FILE = re.compile(r"[\w/]+\.yaml")
NAMES_OF_PRODUCTS = {"LINE", "LIFF", "JSON", "CYBERBIZ", "SHOPLINE", "Email", "Beacon", "Flex"}

PARTS = ("answers", "why", "changed")
NOT_TOLD = frozenset({"source", "code-block", "names", "change-shown"})
"""Places in files, YAML to paste, names beside titles; of a change, what is heard of it is all of it."""


@dataclass
class Walked:
    """The turns of all scenarios of a playbook."""

    playbook: Playbook | None
    turns: list[dict[str, Any]] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    """What stands in the playbook: names, texts, values."""


class _Lines(HTMLParser):
    """What people read or hear of a part of a card, a line each; the names beside titles for themselves."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.names: list[str] = []
        self._within: list[tuple[str, bool, list[str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        classes = given.get("class", "").split()
        if tag == "path":
            return
        is_told = not NOT_TOLD & {*classes} and all(told for _, told, _ in self._within)
        if is_told:
            self.lines += [given[name] for name in ("aria-label", "title") if name in given]
        self._within.append((classes[0] if classes else tag, is_told, []))

    def handle_data(self, data: str) -> None:
        if self._within:
            self._within[-1][2].append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "path":
            return
        name, is_told, texts = self._within.pop()
        if text := "".join(texts).strip():
            if is_told:
                self.lines.append(text)
            elif name == "names":
                self.names += text.split()


def read(html: str) -> _Lines:
    """What stands in a part of a card."""
    found = _Lines()
    found.feed(html)
    return found


def lines_of(card: Mapping[str, str]) -> list[str]:
    """All lines of a card in one language."""
    return [card["heard"], *(line for part in PARTS for line in read(card[part]).lines)]


def drawn(turns: Iterable[Mapping[str, Any]]) -> list[dict[str, list[str]]]:
    """The lines of turns in both languages, as the server has drawn them."""
    return [{name: lines_of(card) for name, card in turn["card"].items()} for turn in turns]


def walk(folder: Path) -> Walked:
    """All scenarios of a folder, played: each turn as the simulator's server gives it to the page."""
    files = PlaybookFiles(folder, {})
    loaded = files.load()
    assert loaded.playbook is not None
    walked = Walked(loaded.playbook, words=list(written(folder)))
    turns = Turns(Feed(), dict)

    def watched(
        playbook: Playbook, before: Contact, event: Event, now: Any, world: DecisionInputs
    ) -> Decision:
        decision = decide(playbook, before, event, now, world)
        turns.watched(Watched(playbook, before, event, decision, now))
        return decision

    turns.on_turn = lambda chat, watched: walked.turns.append(turns.of(chat)[-1])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(player, "decide", watched)
        for file in files.scenarios():
            scenario = files.read(file, loaded).scenario
            assert scenario is not None, file
            play(scenario, loaded.playbook)
    return walked


def written(folder: Path) -> Iterator[str]:
    """Names, texts and values of a playbook's files; the language's own words among them are left out."""
    files = [file for part in ("flows", "rules", "cards") for file in (folder / part).rglob("*.yaml")]
    for file in [folder / "bot.yaml", *files]:
        yield from _texts(yaml.safe_load(file.read_text("utf-8")))
    for file in (folder / "tests" / "scenarios").glob("*.yaml"):
        steps = yaml.safe_load(file.read_text("utf-8"))["steps"]
        yield from _texts([{"edit": step["edit"]} for step in steps if "edit" in step])


def _texts(node: Any) -> Iterator[str]:
    match node:
        case dict():
            for key, value in node.items():
                yield from _every(value) if key in GIVEN_BY_HAND else [*_texts(key), *_texts(value)]
        case list():
            for item in node:
                yield from _texts(item)
        case str() if not re.fullmatch("[a-z_]+", node):
            yield node
        case _:
            pass


def _every(node: Any) -> Iterator[str]:
    """Names and values of settings are the playbook's, whatever they look like."""
    match node:
        case dict():
            for key, value in node.items():
                yield from _every(key)
                yield from _every(value)
        case list():
            for item in node:
                yield from _every(item)
        case str():
            yield node
        case _:
            pass


def names(playbook: Playbook | None) -> set[str]:
    """The names of what has no title, also those that look like words of the language."""
    if playbook is None:
        return set()
    known = titles(playbook)
    sections = {
        "flow": playbook.flows,
        "attribute": playbook.attributes,
        "form": playbook.forms,
        "link": playbook.links,
        "channel": playbook.channels,
        "store": playbook.stores,
    }
    found = {
        name
        for kind, section in sections.items()
        for name in section
        if name not in known.things.get(kind, {})
    }
    for flow in playbook.flows.values():
        found |= flow.states.keys() - known.states.get(flow.name, {}).keys()
    unnamed = (
        playbook.hooks,
        playbook.signals,
        playbook.hours,
        playbook.tags,
        playbook.cards,
        playbook.splits,
    )
    found |= {name for section in unnamed for name in section}
    return found | {menu.name for menu in playbook.menus} | {s for g in playbook.splits.values() for s in g}


class Foreign:
    """Words in what was drawn that are neither of its language nor the playbook's, nor the person's."""

    def __init__(self, walked: Walked) -> None:
        self._latin = {token for text in walked.words for token in LATIN.findall(text)}
        self._latin |= names(walked.playbook) | NAMES_OF_PRODUCTS | WRITTEN_BY_MARKETERS
        self._chinese = "\n".join(walked.words)

    def words(self, language: str, line: str, own: str) -> set[str]:
        """Those of one line; `own` is what the person said, was told, and is known for."""
        if language == "en":
            return {run for run in CHINESE.findall(line) if run not in self._chinese and run not in own}
        line = FILE.sub("", line)
        return set(LATIN.findall(line)) - self._latin - set(LATIN.findall(own))


def own_words(given: Mapping[str, Any]) -> str:
    """What changed of the person, and what was said in the turn: neither is the page's."""
    changed = [one for one in given.get("changed", []) if one["what"].startswith("attribute ")]
    values = [value for one in changed for value in (one["before"], one["after"]) if value]
    said = [given["heard"]] if given["heard"] == given["card"]["zh-TW"]["heard"] else []
    pages = given["page"]["texts"] if given.get("page") else []
    return "\n".join(
        [
            *values,
            *said,
            *map(_text_of, given.get("answered", [])),
            *pages,
            *(near["text"] for near in given.get("near", [])),
        ]
    )


def _text_of(line: str) -> str:
    """A message without the word for what it is: that one is the page's."""
    return re.sub(r"^\(\w+\) ", "", line)
