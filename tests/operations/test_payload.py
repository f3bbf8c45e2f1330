"""What operations answer becomes JSON in one way. J1"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import NamedTuple

import pytest

from bot.model.translatable import Translatable, tr
from bot.operations.payload import as_json, pick, pick_or_none
from bot.translations.chinese import CHINESE
from tests.conftest import NOW


class Here(NamedTuple):
    state: str
    number: int


@dataclass(frozen=True)
class Answer:
    why: Translatable
    at: object
    here: tuple[Here, ...]


ANSWER = Answer(tr("it is paused"), NOW, (Here("ask", 2),))


def test_by_fields_with_moments_and_sentences() -> None:
    shown = {"why": "it is paused", "at": NOW.isoformat(), "here": [{"state": "ask", "number": 2}]}
    assert as_json([{"one": ANSWER}]) == [{"one": shown}]
    assert list(as_json(ANSWER)) == ["why", "at", "here"]
    assert json.loads(json.dumps(as_json(ANSWER))) == shown


def test_sentences_in_the_language_asked_for() -> None:
    assert as_json(ANSWER, CHINESE)["why"] == CHINESE.text(ANSWER.why) != "it is paused"


def test_what_has_no_form_in_json() -> None:
    with pytest.raises(TypeError, match="object has no form in JSON"):
        as_json({"at": object()})


def test_fields_by_name_and_of_nothing() -> None:
    assert pick(ANSWER, "at", "why") == {"at": NOW, "why": ANSWER.why}
    assert pick(None, "at") is None
    assert pick_or_none(None, "at", "why") == {"at": None, "why": None}
