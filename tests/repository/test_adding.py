"""In how many places a word of the language is known: CONTRIBUTING says it, and this counts them."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from tests.sources import BOT, ROOT, text_of

ROW = re.compile(r"^\| (an? [^|(]+) \(([^)]+)\) \| (.+) \|$", re.MULTILINE)
ROWS = {of: (words, files) for of, words, files in ROW.findall((ROOT / "CONTRIBUTING.md").read_text("utf-8"))}
OWN_FOLDER = {"a kind of promotion": "promotions/referrals/"}
"""What stands in it is known in one place."""
MOST = {
    "an action that changes the person": 2,
    "an action that asks the world": 8,
    "an action that asks the world, and is carried out": 7,
    "a trigger that LINE sends": 3,
    "a condition": 5,
    "a type of messages that the bot sends": 4,
    "a provider of SMS": 3,
    "a type of attributes": 6,
    "a shop platform": 5,
    "a kind of promotion": 1,
    "a screen of the members' pages": 3,
    "a collection": 2,
    "an operation": 1,
    "a command that is none": 3,
    "an act in scenarios": 5,
}
"""More, and knowledge stands twice."""
HAVE_ONE = {
    "a type of attributes": {
        "engine/conditions/values.py",  # since when somebody is a friend
        "model/effects.py",  # when a code may be sent again
        "promotions/appointments/playbook/words.py",  # when an appointment begins
        "promotions/coupons/model.py",  # here and below: until when one is good
        "promotions/stamps/model.py",
        "promotions/draws/model.py",
        "promotions/appointments/model.py",  # when one begins and ends
        "model/promotion_effects.py",  # when an appointment begins and ends
        "playbook/compile/scope/placeholder_names.py",  # when hours begin or end
        "promotions/appointments/scenario/steps.py",  # when an appointment begins, too
        "promotions/appointments/scenario/expected.py",  # the same, where one is expected
        "runtime/shops/shop_events.py",  # when an order was placed
        "connectors/shops/cyberbiz/fields.py",  # when a member was created
        "connectors/shops/shopline/fields.py",
    },
    "a screen of the members' pages": {
        "store/codec/contact_fields.py",  # how the state of a page is stored that shows it
    },
}
"""These modules know the name alone: a field is called so."""


def known_in(words: list[str]) -> set[str]:
    """The modules, of pages too, in which one of these words stands."""
    named = re.compile(rf"(?<!\w)({'|'.join(map(re.escape, words))})(?!\w)")
    return {
        str(path.relative_to(BOT))
        for path in scripts()
        if any(word in text_of(path) for word in words) and named.search(text_of(path))
    }


@cache
def scripts() -> list[Path]:
    return [path for path in BOT.rglob("*") if path.suffix in (".py", ".js")]


def test_the_table_names_what_is_limited() -> None:
    assert ROWS.keys() == MOST.keys()


@pytest.mark.parametrize("of", MOST)
def test_it_is_known_in_the_files_that_contributing_names_and_in_no_other(of: str) -> None:
    words, files = ROWS[of]
    told = set(re.findall(r"`([^`]+)`", files))
    known = known_in(re.findall(r"`([^`]+)`", words)) - HAVE_ONE.get(of, set())
    own = OWN_FOLDER.get(of)
    assert {path for path in known if own is None or not path.startswith(own)} == told
    assert len(told) <= MOST[of]


def test_what_contributing_names_is_there() -> None:
    """Each path in its backquotes, from the root, or below `bot` and `tests`."""
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    named = set(re.findall(r"`((?:[\w-]+/)+[\w-]+\.(?:py|md|js|yaml))`", text))
    places = [ROOT, ROOT / "bot", ROOT / "bot" / "simulator", ROOT / "bot" / "playbook", ROOT / "tests"]
    gone = [one for one in sorted(named) if not any((place / one).exists() for place in places)]
    assert gone == []
