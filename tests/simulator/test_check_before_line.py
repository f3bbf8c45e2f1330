"""What LINE refuses, `check` has told before: what it accepts the simulator's LINE takes. L1, L4."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from typing import Any

import pytest

from bot.engine.compiled.card import Card
from bot.engine.rendering.rendering import rendered
from bot.line.objects.flex import look_of
from bot.line.objects.flex_places import ACTIONS, HEROES, IN_LAYOUT, IN_PLACE_OF_VIDEO
from bot.line.objects.flex_table import KINDS, PROPERTIES
from bot.playbook.load import load
from tests.depth import one_of
from tests.engine.random_playbooks import Shape
from tests.playbook.test_corpus import OK_ENVIRONMENT, RIGHT
from tests.playbook.test_message_limits import ACCENTED, DARK_FAMILY, FAMILY, HEAD, put_files
from tests.playbook.test_messages_by_sdk import FILLING
from tests.simulator.test_message_shape import cards_in, refusal_of

OF_THE_PLAYBOOK = {"card-unused", "tap-unheard", "postback-unheard"}
"""Not about what LINE takes."""
TOGETHER = 50
"""Cards in one playbook: read together, each judged alone."""

LOOKS = (
    *("none", "xxs", "xs", "md", "xxl", "3xl", "full", "12px", "1.5px", "-4px", "5%", "101%", "-5%", "12"),
    *("#06c755", "#06c75580", "#fff", "red", "20:13", "1:3", "1:3.1", "0:1", "1:100001", "90deg", "360deg"),
    *("359.9deg", "90", "light", "semi-bold", "normal", "{", "１２px"),
)
ADDRESSES = (
    "https://a.b",
    "https://a.b/字",
    "https://a.b/a b",
    "https://a.b/%20?x=1#y",
    "http://a.b",
    "tel:0912345678",
    "line://nv/camera",
    "https://",
    "https:///x",
    "https://a.b:99999",
    "https://[::1",
    "https://user@",
    "HTTPS://A.B/<c>",
    "a.b/c",
    "javascript:alert(1)",
    "https://a.b/" + "a" * 987,
    "https://a.b/" + "a" * 1_988,
    "{{ attribute.nickname or https://a.b }}",
)
MOMENTS = ("2026-02-28", "2026-02-29", "2100-12-31", "2026-13-01", "09:30", "24:00", "2026-02-28T09:30", "")
LENGTHS = (1, 12, 20, 21, 40, 60, 61, 79, 100, 120, 121, 137, 160, 161, 240, 241, 300, 301, 400)
SIGNS = ("字", "😀", FAMILY, DARK_FAMILY, ACCENTED)


class Dice:
    """Draws cards: mostly such as LINE takes, with an odd value here and there."""

    def __init__(self, seed: int) -> None:
        self.dice = Random(seed)

    def odd(self, chance: float = 0.02) -> bool:
        return self.dice.random() < chance

    def words(self, most: int = 20) -> str:
        if self.odd(0.03):
            return "{{ contact.name or 您 }}" + self.dice.choice(SIGNS) * self.dice.choice((0, 10, most))
        lengths = LENGTHS if self.odd(0.03) else [number for number in LENGTHS if number <= most]
        return self.dice.choice(SIGNS) * self.dice.choice(lengths)

    def address(self) -> str:
        return self.dice.choice(ADDRESSES) if self.odd(0.1) else "https://a.b/c.png"

    # -- Flex, from LINE's table

    def flex(self) -> dict[str, Any]:
        contents = self.thing(self.dice.choice(("FlexBubble", "FlexBubble", "FlexCarousel")), 0)
        return {"flex": {"alt": self.words(), "contents": contents}}

    def thing(self, name: str, depth: int) -> Any:
        kind = next((kind for kinds in KINDS.values() for kind, of in kinds.items() if of == name), None)
        made: dict[str, Any] = {} if kind is None else {"type": kind}
        layout = self.dice.choice(tuple(IN_LAYOUT))
        for key, of in PROPERTIES[name].items():
            if self.dice.random() < (0.99 if key in NEEDED else 0.08):
                made[key] = layout if key == "layout" else self.value(name, key, of, depth, layout)
        return made

    def value(self, name: str, key: str, kind: str, depth: int, layout: str) -> Any:
        if self.odd(0.004):
            return self.dice.choice(("", "x", None, 5, True, [], {}))
        if kind.startswith("["):
            number = 0 if depth > 2 else self.dice.choice((0, 1, 1, 2))
            inner = kind[1:-1]
            if self.odd(0.02):
                number = 13
            return [self.inner(inner, depth, IN_LAYOUT[layout]) for _ in range(number)]
        if kind in KINDS:
            return self.inner(kind, depth, USUAL.get(key, tuple(KINDS[kind])))
        if kind in PROPERTIES:
            return self.thing(kind, depth + 1)
        if kind == "whole":
            return self.dice.choice((0, 1, 7, -1, 1.5) if self.odd() else (0, 1, 2))
        if kind == "switch":
            return self.dice.choice(("true", 1)) if self.odd() else self.odd(0.5)
        if kind == "text":
            return self.text_of(name, key)
        return "odd" if self.odd() else self.dice.choice(kind.split("|"))

    def inner(self, kind: str, depth: int, usual: Sequence[str]) -> Any:
        if kind not in KINDS:
            return self.thing(kind, depth + 1)
        wanted = tuple(KINDS[kind]) if self.odd() else tuple(word for word in usual if word in KINDS[kind])
        return self.thing(KINDS[kind][self.dice.choice(wanted or tuple(KINDS[kind]))], depth + 1)

    def text_of(self, name: str, key: str) -> str:
        if key in ("uri", "desktop", "url", "previewUrl"):
            return self.address()
        if key == "data":
            return "d" * (301 if self.odd() else 300)
        if key in ("initial", "min", "max"):
            return self.dice.choice(MOMENTS if self.odd(0.5) else MOMENTS[:1])
        if key in ("text", "label", "displayText", "fillInText", "clipboardText"):
            return self.words(40)
        look = look_of(name, key)
        usual = [text for text in LOOKS if look is not None and look.fits(text)]
        return self.dice.choice(LOOKS if self.odd(0.02) else usual or LOOKS)

    # -- cards of our own words

    def card(self) -> dict[str, Any]:
        kinds: list[Callable[[], dict[str, Any]]] = [
            lambda: {"text": self.words(300)},
            lambda: {"buttons": self.column(4)},
            lambda: {"confirm": {"text": self.words(240), "taps": self.taps(2, 2)}},
            self.carousel,
            lambda: {"image": self.address()},
            lambda: {"video": {"file": self.address(), "preview": self.address()}},
            lambda: {"audio": {"file": self.address(), "length": self.dice.choice(("1s", "3m", "2d"))}},
            self.place,
            self.imagemap,
            self.flex,
        ]
        made = self.dice.choice(kinds)()
        if self.odd(0.3):
            made["quick_replies"] = self.taps(1, 13, quick=True)
        if self.odd(0.2):
            made["sender"] = {"name": self.dice.choice(("小森", "LINE", "字" * 21, "😀" * 10, "Airline"))}
        if self.odd(0.2) and {"buttons", "confirm", "carousel"} & made.keys():
            made["alt"] = self.words(100)
        return made

    def column(self, most: int) -> dict[str, Any]:
        column: dict[str, Any] = {"text": self.words(60), "taps": self.taps(1, most)}
        if self.odd(0.4):
            column["title"] = self.words(40)
        if self.odd(0.3):
            column["image"] = self.dice.choice(("small.jpg", "wide.png", self.address()))
        return column

    def carousel(self) -> dict[str, Any]:
        first = self.column(3)
        number = 11 if self.odd() else self.dice.randint(1, 4)
        like_first = [{**first, "text": self.words(60)} for _ in range(number - 1)]
        return {"carousel": [first, *like_first, *([self.column(3)] if self.odd() else [])]}

    def taps(self, least: int, most: int, *, quick: bool = False) -> list[Any]:
        number = self.dice.choice((0, most + 1)) if self.odd() else self.dice.randint(least, most)
        return [self.tap(quick=quick) for _ in range(number)]

    def tap(self, *, quick: bool) -> Any:
        if self.odd(0.3):
            return self.words()
        to = self.dice.choice(
            (
                {"send": self.words(300)},
                {"open": self.address()},
                {"type": self.words(300)},
                {"copy": self.words(1_000)},
                {"pick": self.dice.choice(("date", "time", "date_time"))},
                {"note": "按了"},
                {"camera": True} if quick or self.odd() else {"send": "好"},
            )
        )
        return {"label": self.words(), **to}

    def place(self) -> dict[str, Any]:
        at = self.dice.choice(([25, 121.5], [-90, 180], [91, 0], [0, 181]))
        return {"location": {"title": self.words(100), "address": self.words(100), "at": at}}

    def imagemap(self) -> dict[str, Any]:
        box = self.dice.choice(([0, 0, 1040, 1040], [1, 0, 1040, 1], [0, 0, 0, 1], [0, 0, 1, 1]))
        area = self.dice.choice(({"send": self.words(400)}, {"open": self.address()}, {"copy": self.words()}))
        return {
            "imagemap": {
                "image": "square.png",
                "alt": self.words(),
                "areas": {"一": {"label": self.words(100), "box": box, **area}},
            }
        }


NEEDED = frozenset(
    (
        *("contents", "layout", "url", "previewUrl", "altContent", "action", "body", "text", "label", "uri"),
        *("data", "mode", "clipboardText", "angle", "startColor", "endColor"),
    )
)
"""Properties that are nearly always drawn: LINE asks for them somewhere."""
USUAL: dict[str, Sequence[str]] = {"hero": HEROES, "altContent": IN_PLACE_OF_VIDEO, "action": ACTIONS}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return put_files(tmp_path_factory.mktemp("playbook"))


def accepted(folder: Path, drawn: Sequence[dict[str, Any]]) -> dict[str, Card]:
    """Those of these cards of which `check` says nothing, compiled."""
    cards = {f"c{number}": card for number, card in enumerate(drawn)}
    path = folder / "bot.yaml"
    path.write_text(HEAD + "cards: " + json.dumps(cards, ensure_ascii=False, indent=1), "utf-8")
    told = {
        problem.place.path.split(".")[1]
        for problem in load(folder, {}).problems
        if problem.code not in OF_THE_PLAYBOOK
    }
    right = {name: card for name, card in cards.items() if name not in told}
    path.write_text(HEAD + "cards: " + json.dumps(right, ensure_ascii=False, indent=1), "utf-8")
    playbook = load(folder, {}).playbook
    assert playbook is not None
    return dict(playbook.cards)


@pytest.mark.parametrize("seed", one_of(3, zip(range(12))))
@pytest.mark.parametrize("sort", ["card", "flex"])
def test_what_check_accepts_line_takes(folder: Path, sort: str, seed: int) -> None:
    dice = Dice(seed)
    drawn = [getattr(dice, sort)() for _ in range(TOGETHER)]
    right = accepted(folder, drawn)
    assert TOGETHER / 6 < len(right) < TOGETHER, "both kinds are drawn"
    for name, card in right.items():
        for message in rendered([card], FILLING).messages:
            assert refusal_of(message) is None, (drawn[int(name[1:])], message, refusal_of(message))


@pytest.mark.parametrize("path", RIGHT, ids=lambda path: path.stem)
def test_the_cards_of_right_playbooks_are_taken(path: Path) -> None:
    for card in cards_in(load(path, OK_ENVIRONMENT).playbook, set()):
        for message in rendered([card], FILLING).messages:
            assert refusal_of(message) is None, message


@pytest.mark.parametrize("seed", one_of(3, zip(range(20))))
def test_the_cards_of_random_playbooks_are_taken(tmp_path: Path, seed: int) -> None:
    (tmp_path / "bot.yaml").write_text(Shape(seed).text(), "utf-8")
    for card in cards_in(load(tmp_path, {}).playbook, set()):
        for message in rendered([card], FILLING).messages:
            assert refusal_of(message) is None, message
