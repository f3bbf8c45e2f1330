"""docs/checks.md has every code; docs/checks.zh-TW.md has them in Chinese, with examples that are true."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.model.problem import Problem
from bot.playbook.load import load
from bot.playbook.shape.promotions import every_code
from bot.scenario.folder import PlaybookFiles
from tests.documents.checks import GENERATED
from tests.pictures import png
from tests.playbook.test_corpus import OF_PEOPLE

DOCS = Path(__file__).parents[2] / "docs"
ENGLISH, TEXT = ((DOCS / name).read_text("utf-8") for name in ("checks.md", "checks.zh-TW.md"))
HEAD = "".join(f"{line}\n" for line in re.findall(r"^    ((?:bot|channels): .*)", TEXT, re.MULTILINE)[:2])
NOW = datetime(2026, 1, 1, tzinfo=UTC)
SECTION = re.compile(r"^## (\S+)\n(.*?)(?=^#|\Z)", re.MULTILINE | re.DOTALL)
EXAMPLE = re.compile(r"^```diff\n(.*?)^```", re.MULTILINE | re.DOTALL)

SECTIONS = dict(SECTION.findall(TEXT))
CODE = re.compile(r"^## (\S+)\n(.*?)$", re.MULTILINE)
"""A heading and the first line below it."""
EXAMPLES = [(code, text) for code, body in SECTIONS.items() for text in EXAMPLE.findall(body)]
"""Code → a playbook with this mistake, whose lines have `-`, and without, whose lines have `+`."""
WITHOUT = {
    *("alt-too-long", "areas-over-20", "audience-cycle", "audience-too-large", "audience-unused"),
    *("binding-picture-size", "broadcast-says-nothing", "broadcasts-at-once", "card-unused"),
    *("chat-bar-too-long", "choices-twice", "columns-differ", "costs-quota", "coupon-ends-before"),
    *("coupon-never-ends", "coupon-order-unheard", "coupon-unused", "credentials-missing", "data-too-long"),
    *("dotenv-line", "draw-ends-before", "draw-odds", "draw-prize-ends", "draw-prize-never"),
    *("draw-runs-out", "field-not-written", "file-not-read", "file-too-large", "flex-too-large"),
    *("flow-unused", "grid-and-areas", "grid-not-rectangle", "grid-rows-differ", "groups-alike"),
    *("hook-unused", "image-size", "image-too-large", "image-type", "label-too-long", "liff-missing"),
    *("link-needs-liff", "list-empty", "list-line-refused", "list-line-twice", "list-unreadable"),
    *("may-cost-quota", "menu-hides-others", "menu-no-default", "menu-overlap", "menu-ratio"),
    *("menu-unreachable", "menu-unused", "menus-over-1000", "more-mistakes", "nested-too-deep"),
    *("not-https",),
    *("order-by-path", "privacy-missing", "quick-replies-over-13", "referral-ends-before"),
    *("referral-needs-provider", "referral-never-counts", "referral-reward-once", "run-itself"),
    *("sender-name", "shop-login-unknown", "shop-missing", "shop-never-tells"),
    *("shop-not-heard", "shop-unused"),
    *("signal-unused", "sms-cost", "sms-in-log", "sms-missing", "sms-over-one-part", "sms-with-address"),
    *(
        "sms-without-code",
        "split-in-two-flows",
        "stamp-order-unheard",
        "stamp-reward-once",
        "tab-outside-menu",
        "taps-differ",
    ),
    *("text-too-long", "too-many-columns", "too-many-taps", "transient-cycle", "tries-alone"),
    *("trigger-too-long", "unknown-audience", "unknown-channel", "unknown-coupon", "unknown-draw"),
    *("unknown-flow", "unknown-form", "unknown-hook", "unknown-hours", "unknown-link", "unknown-menu"),
    *("unknown-referral", "unknown-shop", "unknown-signal", "unknown-sms", "unknown-split"),
    *("unknown-stamp-card", "unknown-store", "unknown-tab", "unreachable-state", "uri-scheme"),
} | OF_PEOPLE
"""Their sentence says all."""


def test_every_code_has_a_heading() -> None:
    """In both languages, in the same order."""
    headings = [code for code, _ in SECTION.findall(ENGLISH)]
    assert set(headings) == every_code()
    assert len(headings) == len(set(headings))
    assert headings == [code for code, _ in SECTION.findall(TEXT)]


def test_every_code_is_explained_in_chinese() -> None:
    """Where no finding says all."""
    for code, sentence in CODE.findall(GENERATED.sub("", TEXT)):
        assert len(re.findall(r"[\u4e00-\u9fff]", sentence)) > 4, code
        assert sentence.endswith(("。", "）")), code


def test_a_marketer_finds_it() -> None:
    assert "(checks.zh-TW.md" in (DOCS / "language.zh-TW.md").read_text("utf-8")


def test_every_code_has_a_bad_and_a_good_example() -> None:
    assert {code for code, _ in EXAMPLES} | WITHOUT == every_code()
    assert len(EXAMPLES) == len(SECTIONS) - len(WITHOUT)


@pytest.mark.ring("all", "over the whole worked example")
def test_the_examples_are_true(tmp_path: Path) -> None:
    """The bad one has this mistake and no other, the good one none at all."""
    wrong = []
    for code, text in EXAMPLES:
        for sign, wanted in (("-", {code}), ("+", set())):
            found = {problem.code for problem in _problems(tmp_path, _side(text, sign))}
            if found != wanted:
                wrong.append(f"{sign} of {code}: {sorted(found)}")
    assert not wrong, "\n".join(wrong)


def _side(example: str, sign: str) -> str:
    """One of the two playbooks: what both have, and the lines with this sign."""
    return "".join(f"{line[1:]}\n" for line in example.splitlines() if line[:1] in ("", " ", sign))


def _whole(playbook: str) -> str:
    """With a head where it has none; the account of that has the shop of the example."""
    if playbook.startswith("bot:"):
        return playbook
    shop = re.search(r"^shops:\s*{?(\w+):", playbook, re.MULTILINE)
    return (HEAD if shop is None else HEAD.replace("opaque,", f"opaque, shop: {shop[1]},")) + playbook


def _problems(folder: Path, text: str) -> Sequence[Problem]:
    """What is wrong with a playbook, or with a scenario of an empty one."""
    playbook = "" if text.startswith("scenario:") else text
    if not (picture := folder / "cards" / "menu.png").exists():
        picture.parent.mkdir()
        picture.write_bytes(png(2500, 1686))
    (folder / "bot.yaml").write_text(_whole(playbook), "utf-8")
    if playbook:
        return load(folder, {}, now=NOW).problems
    (folder / "one.yaml").write_text(text, "utf-8")
    files = PlaybookFiles(folder, {})
    return files.read("one.yaml", files.load()).problems
