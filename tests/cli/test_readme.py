"""What the README shows is what one sees: its playbooks are right, its outputs are real."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.playbook.load import load
from tests.cli.oaflow import LINE_SETTINGS, ROOT, ended

READMES = ["README.md", "README.zh-TW.md"]
YAML = re.compile(r"^```yaml\n(.*?)^```", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"^```\n\$ oaflow (\w+)([^\n]*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
SECONDS = re.compile(r"(?: in |，)\d+\.\d+ (?:s|秒)$", re.MULTILINE)
SCENARIO = "tests/scenarios/welcome_bought_at_night.yaml"


def secrets() -> dict[str, str]:
    """A value for every variable that the top-level playbook names."""
    named: set[str] = set()
    for file in (ROOT / "bot.yaml", ROOT / "rules" / "data.yaml"):
        named |= set(re.findall(r"\$\{(\w+)\}", file.read_text("utf-8")))
    return {name: f"https://{name}.example/" if name.endswith("_URL") else "1234567890" for name in named}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The top-level playbook, to be spoilt."""
    shutil.copy(ROOT / "bot.yaml", tmp_path)
    for part in ("flows", "rules", "cards", "tests/scenarios"):
        shutil.copytree(ROOT / part, tmp_path / part)
    return tmp_path


def step_renamed(folder: Path) -> None:
    change(folder, "      會員卡:\n", "      打開會員卡:\n")


def quiet_hours_gone(folder: Path) -> None:
    text = (folder / "flows" / "journeys.yaml").read_text("utf-8")
    line = next(line for line in text.splitlines(keepends=True) if line.startswith("    quiet_hours:"))
    (folder / "flows" / "journeys.yaml").write_text(text.replace(line, "", 1), "utf-8")


def nothing(folder: Path) -> None:
    assert (folder / "bot.yaml").exists()


def change(folder: Path, before: str, after: str) -> None:
    text = (folder / "flows" / "journeys.yaml").read_text("utf-8")
    assert text.count(before) == 1
    (folder / "flows" / "journeys.yaml").write_text(text.replace(before, after), "utf-8")


SPOILT: dict[str, Callable[[Path], None]] = {
    "check": step_renamed,
    "test": quiet_hours_gone,
    "explain": nothing,
}
"""Command → how the playbook is spoilt before."""


@pytest.mark.parametrize("name", READMES)
def test_the_journey_is_right(name: str, tmp_path: Path) -> None:
    smallest, journey, _ = YAML.findall((ROOT / name).read_text("utf-8"))[:3]
    tag = "rules:\n  - when: {text: 綁定好了}\n    add_tags: [已綁定]\n"
    shop = "shops: {forest: {platform: cyberbiz, access: app_store}}\n"
    (tmp_path / "bot.yaml").write_text(smallest[: smallest.index("rules:")] + journey + tag + shop, "utf-8")
    problems = load(tmp_path, LINE_SETTINGS).problems
    assert [f"{p.place} {p.message}" for p in problems if p.level == "error"] == []


@pytest.mark.parametrize("name", READMES)
def test_the_scenario_is_one_of_the_example(name: str) -> None:
    assert YAML.findall((ROOT / name).read_text("utf-8"))[2] == (ROOT / SCENARIO).read_text("utf-8")


@pytest.mark.ring("all", "starts a process")
@pytest.mark.parametrize("command", SPOILT)
async def test_the_output_is_real(command: str, copy: Path) -> None:
    SPOILT[command](copy)
    for name in READMES:
        commands = COMMAND.findall((ROOT / name).read_text("utf-8"))
        said, shown = next((said.split(), shown) for word, said, shown in commands if word == command)
        end = await ended(command, str(copy), *said[said[:1] == ["."] :], **secrets())
        told = (end.out + end.err).replace(str(copy), "/home/mei/oaflow")
        assert SECONDS.sub("", told).rstrip() == SECONDS.sub("", shown).rstrip()


@pytest.mark.parametrize(
    ("page", "spoken", "rest"),
    [("first-bot.md", "en", "1 error"), ("first-bot.zh-TW.md", "zh-TW", "1 個檔案")],
)
async def test_the_mistake_of_the_first_bot_is_real(shop: Path, page: str, spoken: str, rest: str) -> None:
    guide = (ROOT / "docs" / page).read_text("utf-8")
    shown = re.findall(r"^```\n(bot\.yaml:.*?)^```", guide, re.MULTILINE | re.DOTALL)
    text = (shop / "bot.yaml").read_text("utf-8")
    (shop / "bot.yaml").write_text(text.replace("when: follow", "when: folow"), "utf-8")
    end = await ended("check", str(shop), "--language", spoken, **LINE_SETTINGS)
    assert [end.out.partition(rest)[0]] == shown
