"""B1, B4, B5, B7: what a binding page gives, and the cards that lead there, as staff are shown them."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.engine.compiled.playbook import Playbook
from bot.model.channel import Channel, Liff
from bot.operations.binding_answers import binding_cards, binding_results
from bot.playbook.load import load
from tests.conftest import NOW

ROOT = Path(__file__).parents[2]
ACCOUNT = Channel("main", "@forest", "1", "x", liff=Liff("5", "5-a"))


@pytest.fixture(scope="module")
def example() -> Playbook:
    """The worked example."""
    found = load(ROOT, {}, stand_in=lambda name: f"value-of-{name}").playbook
    assert found is not None
    return found


@pytest.mark.ring("all", "a bot of its own, and many turns")
def test_each_situation_has_its_trigger_its_tags_and_its_words(example: Playbook) -> None:
    """B4, B5, B7: first bound with its tags, bound already (both states that say so), taken, failed last."""
    found = binding_results(example, ACCOUNT, "phone_binding", NOW)
    assert [(*one.situations, one.trigger, *one.tags) for one in found[:2]] == [
        ("第一次綁定完成", "我已完成手機綁定", "已綁定"),
        ("再次綁定完成", "本來就綁定了", "我已綁定過手機"),
    ]
    assert [one.trigger for one in found[2:]] == [
        "我的手機曾綁定其他帳號",
        "我的手機已綁定其他帳號",
        "我的手機綁定失敗了",
    ]
    assert str(found[-1].situations[0]) == "the shop has no member with this phone"
    assert [message["type"] for one in found for message in one.messages] == [*["text"] * 4, "template"]
    assert all(1 <= len(one.trigger) <= 60 for one in found)


@pytest.mark.ring("all", "a bot of its own, and many turns")
def test_the_cards_that_lead_to_the_page_are_found_by_their_buttons(example: Playbook) -> None:
    """B1: the binding card; the card of a failure, which has such a button, too, is a result."""
    [card] = binding_cards(example, ACCOUNT, "phone_binding", NOW)
    assert card.name == "binding"
    assert card.messages[0]["template"]["title"] == "綁定手機，成為會員"


def test_what_is_not_there_has_no_results_and_no_cards(example: Playbook) -> None:
    assert binding_results(example, ACCOUNT, "gone", NOW) == []
    assert binding_cards(example, ACCOUNT, "gone", NOW) == []
