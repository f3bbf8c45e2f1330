"""H5: `live/X.yaml`, made live while people stand as in `live/X.people.yaml`, gives exactly `live/X.out`.

A new case needs no code. Each phase-6 code of language, section 15, has its pair, in both languages.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.cli.language import language
from bot.engine.broadcasts.content import fingerprint
from bot.model.flow_occupancy import CountedUsage, FollowedLink, Standing
from bot.model.problem import Problem
from bot.playbook.broadcast_impact import SentBroadcast, changed_after_sending, over_quota
from bot.playbook.contact_impact import forgotten, people_to_erase
from bot.playbook.flow_impact import let_go, stranded
from bot.playbook.load import Loaded, in_order, load
from bot.playbook.promotions import promotions_at_stake
from bot.playbook.report import render
from bot.promotions.appointments.model import Appointment
from bot.promotions.coupons.model import CouponCounts
from bot.promotions.draws.model import DrawUsage, TriedDraw
from tests.playbook.corpus import NOW
from tests.playbook.test_corpus import OF_PEOPLE
from tests.playbooks import compiled

LIVE = Path(__file__).parent / "live"
CASES = sorted(path for path in LIVE.glob("*.yaml") if not path.name.endswith(".people.yaml"))
REFUSED = {"people-in-removed-state", "people-in-removed-flow", "broadcast-already-sent"}
"""What would lose people, or send them something twice; all else is told as a warning."""


def read(path: Path) -> tuple[Loaded, Sequence[Problem]]:
    """The edited playbook, which has no mistake of its own, and what it would do to these people."""
    loaded = load(path, {}, now=NOW)
    assert loaded.playbook is not None, render(loaded.problems, loaded.sources)
    people = yaml.safe_load(path.with_suffix(".people.yaml").read_text("utf-8"))
    standing = [
        Standing(
            **{**one, "armed": frozenset(one.get("armed", ())), "fired": frozenset(one.get("fired", ()))}
        )
        for one in people.get("in_flows", ())
    ]
    links = {code: FollowedLink(**one) for code, one in people.get("links", {}).items()}
    known = CountedUsage(people.get("tags", {}), people.get("slots", {}), people.get("uses", {}), links)
    problems = [
        *stranded(loaded.playbook, standing, loaded.sources),
        *let_go(loaded.playbook, people.get("stopped", ())),
        *forgotten(loaded.playbook, known),
        *promotions_at_stake(loaded.playbook, promotions(people), besides(people), loaded.sources),
        *changed_after_sending(loaded.playbook, sent(loaded, people), loaded.sources),
        *over_quota(loaded.playbook, people.get("sizes", {}), people.get("left", {}), loaded.sources),
        *(line for one in people.get("to_erase", ()) for line in people_to_erase(**one)),
    ]
    return loaded, in_order(problems)


def promotions(people: Mapping[str, Any]) -> Mapping[str, Any]:
    cards = people.get("stamps", {})
    return {
        "coupons": people.get("coupons", {}),
        "stamp_cards": {(card, count): n for card, rows in cards.items() for count, n in rows.items()},
        "draws": DrawUsage(
            {name: TriedDraw(**one) for name, one in people.get("draws", {}).items()},
            {(draw, prize): n for draw, won in people.get("prizes", {}).items() for prize, n in won.items()},
        ),
        "referrals": people.get("friends", {}),
        "appointments": None,
    }


def besides(people: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"coupons": given(people), "appointments": booked(people)}


def booked(people: Mapping[str, Any]) -> list[Appointment]:
    """Each service's, by place the moments."""
    return [
        Appointment(f"{name} {place} {at}", name, name, "main:U1", place, at, at + timedelta(hours=1))
        for name, places in people.get("booked", {}).items()
        for place, moments in places.items()
        for at in moments
    ]


def given(people: Mapping[str, Any]) -> Mapping[str, CouponCounts]:
    return {name: CouponCounts(number) for name, number in people.get("given", {}).items()}


def sent(loaded: Loaded, people: Mapping[str, Any]) -> list[SentBroadcast]:
    """What was sent; as the playbook has it where `content` is `as now`."""
    assert loaded.playbook is not None
    found = []
    for one in people.get("sent", ()):
        same = fingerprint(loaded.playbook.broadcasts[one["name"]])
        content = same if one["content"] == "as now" else one["content"]
        found.append(SentBroadcast(one["name"], one["moment"], content, one["moment"]))
    return found


@pytest.mark.parametrize("spoken", ["en", "zh-TW"])
@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_s31_what_an_edit_does_to_people_is_told_word_for_word(path: Path, spoken: str) -> None:
    loaded, problems = read(path)
    told = path.with_suffix(".out" if spoken == "en" else ".zh-TW.out")
    assert render(problems, loaded.sources, language(spoken, {})) == told.read_text("utf-8")


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_only_what_would_lose_people_refuses_an_edit(path: Path) -> None:
    _, problems = read(path)
    assert {problem.code for problem in problems} == {path.stem}
    wanted = "error" if path.stem in REFUSED else "warning"
    assert {problem.level for problem in problems} == {wanted}


def test_every_code_has_its_pair() -> None:
    assert {path.stem for path in CASES} == OF_PEOPLE


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_where_nobody_stands_nothing_is_in_the_way(path: Path) -> None:
    loaded, _ = read(path)
    assert loaded.playbook is not None
    assert stranded(loaded.playbook, (), loaded.sources) == []
    assert forgotten(loaded.playbook, CountedUsage({}, {}, {})) == []
    assert let_go(loaded.playbook, ()) == []
    assert promotions_at_stake(loaded.playbook, promotions({}), besides({}), loaded.sources) == []


def test_a_state_with_a_new_name_is_where_its_people_are_sent() -> None:
    """Not into one that is left at once, or in which others stand, however alike the names are."""
    text = """
flows:
  welcome:
    states:
      問系列: {ask: 喜歡哪個系列？, answer: [保養, 彩妝], give_up_after: {3d: 走完}, next: 依喜好}
      依喜好: {branch: [{to: 問喜歡, if: {tag: VIP}}, {to: 走完}]}
      問喜歡: {wait: 1d, next: 走完}
      走完: {end: true}
rules: [{when: {text: 開始}, start: welcome}, {when: {text: V}, add_tags: [VIP]}]
"""
    people = [Standing("welcome", "main", "問喜好", 2), Standing("welcome", "main", "問喜歡", 1)]
    [problem] = [one for one in stranded(compiled(text), people, {}) if one.level == "error"]
    assert str(problem.hint) == "say where they go:  moved: {問喜好: 問系列}"


DAYS = """
flows:
  welcome:
    states:
      第一天: {wait: 1d, next: 第三天}
      第三天: {wait: 1d, next: 走完}
      走完: {end: true}
rules: [{when: {text: 開始}, start: welcome}]
"""


@pytest.mark.parametrize("others", [("第一天",), ("第三天",), ("第一天", "第三天"), ()])
def test_nobody_is_sent_into_a_state_that_was_there_before(others: Sequence[str]) -> None:
    """Whether somebody stands in it or nobody does: 第一天 is like 第二天, and not its new name."""
    people = [Standing("welcome", "main", state, 5) for state in ("第二天", *others)]
    [problem] = [one for one in stranded(compiled(DAYS), people, {}) if one.level == "error"]
    assert str(problem.hint) == "say where they go, into 第一天, 第三天 or exit:  moved: {第二天: …}"


def test_two_states_that_are_gone_are_not_proposed_for_each_other() -> None:
    people = [Standing("welcome", "main", state, 5) for state in ("問膚質", "問膚色")]
    found = [one for one in stranded(compiled(DAYS), people, {}) if one.level == "error"]
    assert {str(one.hint).partition(":  ")[0] for one in found} == {
        "say where they go, into 第一天, 第三天 or exit"
    }
