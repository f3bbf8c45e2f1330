"""What editors are given for scenario files takes every one that there is, and underlines what is wrong."""

from __future__ import annotations

import re

import pytest

from bot.operations.new_playbook.starter import Starter, files
from bot.playbook.shape.triggers import MESSAGES
from bot.scenario.read import STEPS as READ
from bot.scenario.shape.acts import DEFINITIONS
from bot.scenario.shape.scenario import STEPS
from bot.scenario.steps import PHOTOS
from tests.scenario.playing import ROOT
from tests.scenario.underlined import underlined

YAML = re.compile(r"^```yaml\n(scenario:.*?)^```", re.MULTILINE | re.DOTALL)


@pytest.mark.ring("all", "over the whole worked example")
def test_every_scenario_of_the_repository_is_right() -> None:
    texts = {path.name: path.read_text("utf-8") for path in (ROOT / "tests" / "scenarios").glob("*.yaml")}
    written = len(texts)
    of_mistakes = {*(ROOT / "docs").glob("checks*.md")}
    for path in {*(ROOT / "docs").rglob("*.md")} - of_mistakes:
        texts |= {f"{path.name}:{n}": text for n, text in enumerate(YAML.findall(path.read_text("utf-8")))}
    assert written > 70
    assert len(texts) > written + 25
    assert {name: found for name, text in texts.items() if (found := underlined(text))} == {}


@pytest.mark.parametrize("language", ["en", "zh-TW"])
def test_the_scenario_that_a_new_playbook_begins_with_is_right(language: str) -> None:
    made = files(Starter("春水茶舖", ("營業時間",), "每天 11:00"), language)
    assert underlined(made["tests/scenarios/first_words.yaml"]) == []


@pytest.mark.parametrize(
    "wrong",
    [
        "steps: [{usr: 你好}]",
        "steps: [你好]",
        "steps: [{user: {say: 你好}}]",
        "steps: [{user: {sends: pictures}}]",
        "steps: [{user: {sends: {picture: {}}}}]",
        "steps: [{bot: {contain: x}}]",
        "steps: [{bot: {any_of: [{contain: x}]}}]",
        "steps: [{bot: []}]",
        "steps: [{contact: {tag: VIP}}]",
        "steps: [{contact: {bound: fone}}]",
        "steps: [{flow: {quiz: 問, held: night}}]",
        "steps: [{cost: viel}]",
        "steps: [{staff: sleeps}]",
        "steps: [{staff: {unbinds: shop}}]",
        "steps: [{shop: order_pad}]",
        "steps: [{shop: {order_pad: {}}}]",
        "steps: [{fails: line}]",
        "steps: [{explain: {}}]",
        "given: {nwo: 1}\nsteps: [{cost: 0}]",
        "given: {contact: {bound: fone}}\nsteps: [{cost: 0}]",
        "given: {people: {小美: {tag: A}}}\nsteps: [{cost: 0}]",
        "given: {shop: [{tier: 金}]}\nsteps: [{cost: 0}]",
        "given: {clerks: [{code: A, name: B}]}\nsteps: [{cost: 0}]",
        "given: {now: 2026-09-01 14:00}",
    ],
)
def test_what_is_wrong_is_underlined(wrong: str) -> None:
    assert underlined(f"scenario: 試\n{wrong}\n") != []


def test_a_file_without_a_title_is_underlined() -> None:
    assert underlined("steps: [{user: 你好}]\n") != []


def test_every_step_of_the_tables_is_read() -> None:
    assert {*READ, "edit"} == STEPS.keys()


def test_messages_from_people_are_those_that_rules_hear() -> None:
    sent = DEFINITIONS["message from a person"]["properties"]
    assert sent.keys() - {PHOTOS} < MESSAGES.keys()
    assert {"image", "location", "sticker"} <= sent.keys()
