"""Cards compiled from a few lines of YAML, with pictures beside them, and what LINE gets of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.engine.compiled.card import Card
from bot.engine.rendering.rendering import Filling, rendered
from bot.engine.texts.template import Lookup, Placeholder
from bot.model.problem import Problem
from bot.playbook.load import load
from tests.pictures import jpeg, png

HEAD = """\
bot: 森活選品
channels:
  main:
    {id: forest, channel_id: '1234', channel_secret: opaque, liff: {login_channel_id: '56', liff_id: 56-a}}
"""
FORM = "forms: {customer_data: {title: 資料, fields: [{ask: 您的大名, answer: text}], done: {reply: 謝謝}}}\n"


def put_files(folder: Path) -> Path:
    """Pictures and the like, in `cards/`."""
    (folder / "cards").mkdir()
    files = {
        "wide.png": png(1040, 520),
        "square.png": png(1040, 1040),
        "small.jpg": jpeg(600, 400),
        "small_square.png": png(300, 300),
        "a.mp4": b"video",
        "a.m4a": b"sound",
    }
    for name, data in files.items():
        (folder / "cards" / name).write_bytes(data)
    return folder


def problems_of(folder: Path, text: str) -> tuple[Problem, ...]:
    """What is wrong with a playbook."""
    (folder / "bot.yaml").write_text(HEAD + text, "utf-8")
    return load(folder, {}).problems


def cards_of(folder: Path, text: str) -> dict[str, Card]:
    """The cards of a playbook that is right."""
    (folder / "bot.yaml").write_text(HEAD + text, "utf-8")
    loaded = load(folder, {})
    assert loaded.playbook is not None, loaded.problems
    return dict(loaded.playbook.cards)


def card_of(folder: Path, text: str) -> Card:
    """The card `c`, written in YAML below its name."""
    indented = "".join(f"    {line}\n" for line in text.strip("\n").splitlines())
    return cards_of(folder, f"{FORM}attributes: {{points: number}}\ncards:\n  c:\n{indented}")["c"]


def filling(lookup: Lookup) -> Filling:
    """What is filled into a card, with addresses of pages, files and counted ones."""
    return Filling(
        lookup=lookup,
        zone=ZoneInfo("Asia/Taipei"),
        page_address=lambda page: f"https://liff.line.me/1-a/{page}",
        page_open=lambda page: True,
        file_address=lambda file: f"https://bot.example/media/{file.file}",
        counted_address=lambda key, carried: f"https://bot.example/o/main/{key}",
    )


def sent(card: Card, *, by_group: Mapping[str, Any] | None = None, **values: Any) -> list[Any]:
    """What LINE gets of a card: placeholders stand for the values of their names, or of their groups."""

    def lookup(placeholder: Placeholder) -> Any:
        return values.get(placeholder.name, (by_group or {}).get(placeholder.group))

    return [json.loads(json.dumps(message)) for message in rendered([card], filling(lookup)).messages]
