"""The rule that is offered for what nobody heard is pasted where it is said, and then takes it."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from itertools import product
from pathlib import Path

import pytest

from bot.engine.decide import decide
from bot.model.decision import Decision, DecisionInputs
from bot.model.event import (
    Event,
    Follow,
    Join,
    News,
    Other,
    OtherMessage,
    PageAnswer,
    Postback,
    ReplyToken,
    Source,
    TextMessage,
    Unfollow,
    What,
)
from bot.model.place import Place
from bot.model.staff_order import StaffActs
from bot.operations.new_playbook.folder import write
from bot.operations.new_playbook.starter import DEFAULTS, files
from bot.playbook.load import Loaded, load
from bot.scenario.given import GivenPerson
from bot.scenario.initial_contact import contact_of
from bot.wording.near_rules import Offered, offered_rule
from tests.cli.oaflow import ROOT
from tests.depth import one_of

NOW = datetime(2026, 9, 1, 4, tzinfo=UTC)  # noon in Taipei
SMALLEST = (ROOT / "tests" / "smallest" / "bot.yaml").read_text("utf-8")
HEAD = SMALLEST[: SMALLEST.index("rules:")]

HEARD: dict[str, What] = {
    "text": TextMessage("停車場在哪裡"),
    "text with signs": TextMessage('a: "b" #1 {x}\n下一行'),
    "number": TextMessage("123"),
    "sticker": OtherMessage("sticker", {"id": "1"}),
    "image": OtherMessage("image", {"id": "1"}),
    "video": OtherMessage("video", {"id": "1"}),
    "audio": OtherMessage("audio", {"id": "1"}),
    "file": OtherMessage("file", {"id": "1"}),
    "location": OtherMessage("location", {"id": "1"}),
    "postback": Postback("buy=1&x", {}),
    "postback with a date": Postback("day", {"date": "2026-09-02"}),
    "follow": Follow(again=False),
    "follow again": Follow(again=True),
    "unfollow": Unfollow(),
    "beacon": Other("beacon", {"beacon": {"type": "enter"}}),
    "unsend": Other("unsend", {}),
}
FOLDERS = (
    "new zh-TW",
    "new en",
    "example",
    "smallest",
    "list at the margin",
    "in brackets",
    "no rules",
    "elsewhere",
)


def folder_of(name: str, tmp_path: Path) -> Path:
    if name.startswith("new "):
        language = name.removeprefix("new ")
        write(tmp_path, files(DEFAULTS[language], language))
    elif name == "example":
        shutil.copy(ROOT / "bot.yaml", tmp_path)
        for part in ("flows", "rules", "cards"):
            shutil.copytree(ROOT / part, tmp_path / part)
    else:
        (tmp_path / "bot.yaml").write_text(WRITTEN[name], "utf-8")
        if name == "elsewhere":
            (tmp_path / "rules").mkdir()
            (tmp_path / "rules" / "outlet.yaml").write_text(OUTLET, "utf-8")
    return tmp_path


WRITTEN = {
    "smallest": SMALLEST,
    "list at the margin": HEAD
    + "rules:   # ours\n\n# first\n-   when: {text: 嗨}\n    reply: 嗨\n- {when: {text: 喂}, reply: 喂}\n",
    "in brackets": HEAD + "rules: [{when: {text: 嗨}, reply: 嗨}]\n",
    "no rules": HEAD,
    "elsewhere": HEAD + "  outlet: {id: '@outlet', channel_id: '2', channel_secret: opaque}\n",
}
OUTLET = "channel: outlet\nrules:\n  - when: {text: 嗨}\n    reply: 嗨\n"


def turn(loaded: Loaded, what: What, group: bool = False) -> tuple[Offered | None, Decision]:
    assert loaded.playbook is not None
    person = GivenPerson("小美", Place("", 1, 1, ""), "main")
    contact = contact_of(person, loaded.playbook, (), None, 0, NOW, friend=True)
    source = Source("group", "G1", "U1") if group else Source("user", "U1")
    event = Event("main:1", "main", source, NOW, what, token=ReplyToken("1", NOW))
    decision = decide(loaded.playbook, contact, event, NOW, DecisionInputs())
    return offered_rule(loaded.playbook, event, decision, NOW, loaded.sources), decision


def read(folder: Path) -> Loaded:
    return load(folder, {}, unset="warning")


def offer(folder: Path, text: str) -> Offered:
    """The rule that is offered for a text that nobody hears."""
    offered, _ = turn(read(folder), TextMessage(text))
    assert offered is not None
    return offered


def pasted(folder: Path, offered: Offered) -> str:
    """Paste it where it is said; the place of the rule."""
    paste = offered.paste
    file = folder / paste.file
    if paste.line is None:
        file.parent.mkdir(exist_ok=True)
        with file.open("x", encoding="utf-8") as new:
            new.write(paste.rule + "\n")
        return f"{paste.file}:2"
    lines = file.read_text("utf-8").splitlines()
    assert lines[paste.line - 1].strip() == paste.below
    lines[paste.line : paste.line] = paste.rule.splitlines()
    file.write_text("\n".join(lines) + "\n", "utf-8")
    return f"{paste.file}:{paste.line + 1}"


@pytest.mark.ring("all", "a playbook for each kind of rule")
@pytest.mark.parametrize(("name", "heard"), one_of(3, product(FOLDERS, HEARD)))
def test_pasted_it_passes_check_and_takes_it(name: str, heard: str, tmp_path: Path) -> None:
    """Everything that LINE sends and a rule can hear, in every way in which a file has its rules."""
    folder = folder_of(name, tmp_path)
    before = read(folder)
    offered, _ = turn(before, HEARD[heard])
    if offered is None:
        assert name == "example" or heard.startswith("follow"), "somebody takes it there"
        return
    place = pasted(folder, offered)
    after = read(folder)
    assert [p for p in after.problems if p.level == "error"] == []
    assert {p.code for p in after.problems} <= {p.code for p in before.problems} | MAY_BE_TOLD
    again, decision = turn(after, HEARD[heard])
    assert again is None
    [matched] = [step for step in decision.trace if step.result == "matched"]
    assert str(matched.place).startswith(f"{place}:")


MAY_BE_TOLD = {"tag-never-used", "quotes-in-text", "text-as-written"}
"""The last of the answer that is yet to be written."""


def test_what_a_rule_for_all_the_rest_took(tmp_path: Path) -> None:
    """It is named, and the new rule goes into its file: where it stands there makes no difference."""
    folder = folder_of("new zh-TW", tmp_path)
    offered, decision = turn(read(folder), TextMessage("停車場"))
    assert offered is not None
    assert offered.instead in {step.place for step in decision.trace if step.result == "matched"}
    assert (offered.paste.file, offered.paste.below) == ("rules/answers.yaml", "rules:")
    assert offered.paste.rule == "  - when: {text: 停車場}\n    reply: …"


def test_below_a_rule_whose_condition_did_not_hold(tmp_path: Path) -> None:
    """Above it, it would hide it from those for whom it is meant."""
    rules = (
        "rules:\n"
        "  - when: {text: 優惠}\n"
        "    if: {tag: VIP}\n"
        "    do:\n"
        "      - add_tags: [看過]\n"
        "      # and then\n"
        "      - reply: 八折\n"
        "\n"
        "  # the others\n"
        "  - when: {text: 加我}\n"
        "    add_tags: [VIP]\n"
    )
    (tmp_path / "bot.yaml").write_text(HEAD + rules, "utf-8")
    offered = offer(tmp_path, "優惠")
    assert offered.paste.below == "- reply: 八折"
    pasted(tmp_path, offered)
    after = read(tmp_path)
    assert {p.code for p in after.problems} == {"env-unset", "text-as-written"}
    assert turn(after, TextMessage("優惠"))[0] is None


@pytest.mark.parametrize(
    "what",
    [
        TextMessage("營業時間"),
        StaffActs(takes_over=True),
        PageAnswer("quiz", "x"),
        OtherMessage("a_kind_of_tomorrow", {}),
        Other("a_kind_of_tomorrow", {}),
        News("tag_added", "VIP"),
    ],
)
def test_nothing_is_offered_where_no_rule_is_missing(what: What, tmp_path: Path) -> None:
    folder = folder_of("smallest", tmp_path)
    assert turn(read(folder), what)[0] is None


def test_nothing_is_offered_in_a_group(tmp_path: Path) -> None:
    folder = folder_of("smallest", tmp_path)
    assert turn(read(folder), Join(), group=True)[0] is None
    assert turn(read(folder), TextMessage("嗨"), group=True)[0] is None


def test_a_file_for_another_account_is_not_the_place(tmp_path: Path) -> None:
    folder = folder_of("elsewhere", tmp_path)
    (folder / "rules" / "new.yaml").write_text("rules: [{when: {text: 喂}, reply: 喂}]\n", "utf-8")
    offered = offer(folder, "停車場")
    assert offered.paste.file == "rules/new2.yaml"


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ("幾公斤免運？", "[幾公斤免運？, 幾公斤免運]"),
        ("有位置嗎?!", '["有位置嗎?!", 有位置嗎]'),
        ("幾公斤免運", "幾公斤免運"),
        ("？？", '"？？"'),
    ],
)
def test_without_the_mark_at_its_end_it_is_heard_as_well(said: str, heard: str, tmp_path: Path) -> None:
    (tmp_path / "bot.yaml").write_text(HEAD + "rules:\n  - {when: {text: 嗨}, reply: 嗨}\n", "utf-8")
    offered = offer(tmp_path, said)
    assert offered.paste.rule.splitlines()[0] == f"  - when: {{text: {heard}}}"
    pasted(tmp_path, offered)
    after = read(tmp_path)
    for text in (said, said.rstrip("？?！!") or said):
        assert turn(after, TextMessage(text))[0] is None
