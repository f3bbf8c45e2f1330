"""`oaflow check`: what it prints, in each format, and how it ends."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from bot.model.place import Place
from bot.model.problem import Problem
from bot.model.translatable import Translatable
from bot.playbook.load import load
from bot.playbook.report import as_github, as_json
from tests.cli.commands import Run, Said
from tests.cli.oaflow import ended_process

HEAD = "bot: 森活選品\nchannels: {main: {id: forest, channel_id: '1234', channel_secret: '${SECRET}'}}\n"
SHOPS = "shops: {forest: {platform: cyberbiz, access: app_store, token: T}}\n"
LAST = "timezone: Asia/Taipei\n"
RIGHT = (
    "rules:\n  - {when: {text: 優惠}, reply: 全館 85 折}\n  - {when: {staff: hands_back}, push: 感謝購買}\n"
)
WARNED = "cards:\n  coupon: {text: 全館 85 折}\n"
WRONG = "rules:\n  - {when: {shop: order_paid}, reply: 感謝購買, also: yes}\n" + SHOPS


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET", "opaque")


def check(run: Run, folder: Path, text: str, *options: str, code: int = 0) -> Said:
    head = HEAD.replace("}}", ", shop: forest}}") if SHOPS in text else HEAD
    (folder / "bot.yaml").write_text(head + text + LAST, "utf-8")
    return run("check", str(folder), *options, code=code)


def test_nothing_wrong(tmp_path: Path, run: Run) -> None:
    """The last line says so, and how much there is that costs."""
    out, err = check(run, tmp_path, RIGHT)
    found = "no mistakes in 1 file\n1 note on what costs messages: oaflow check --info\n"
    assert out == f"{found}checked: {tmp_path}\n"
    assert err == ""


def test_what_costs_is_shown_when_asked_for(tmp_path: Path, run: Run) -> None:
    """F8: money is never hidden, and never in the way."""
    out = check(run, tmp_path, RIGHT, "--info").out
    assert out.startswith("bot.yaml:5:33: info: this costs a message")
    assert "[costs-quota]" in out
    assert out.endswith(f"1 note in 1 file\nchecked: {tmp_path}\n")


def test_warnings_are_allowed_but_for_the_strict(tmp_path: Path, run: Run) -> None:
    assert check(run, tmp_path, WARNED).out.endswith(f"1 warning in 1 file\nchecked: {tmp_path}\n")
    check(run, tmp_path, WARNED, "--strict", code=1)
    check(run, tmp_path, RIGHT, "--strict", "--info")


def test_dates_are_compared_with_today(tmp_path: Path, run: Run) -> None:
    """What was to be sent long ago is told; a bot that runs does not look at it."""
    sale = "broadcasts:\n  週年慶: {to: everyone, push: 不想收到？輸入「停止推播」, at: 2020-11-11 10:00}\n"
    assert "[past-date]" in check(run, tmp_path, sale).out
    assert load(tmp_path, {"SECRET": "opaque"}).problems == ()


def test_mistakes_of_all_phases_in_one_run(tmp_path: Path, run: Run) -> None:
    """Each file, sorted, with the phases that could be gone through."""
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "a.yaml").write_text("rules:\n  - {when: {text: 優惠}, reply: coupn}\n", "utf-8")
    said = check(
        run, tmp_path, "rules:\n  - {when: folow, reply: 嗨}\ncards:\n  coupon: {text: 折}\n", code=1
    )
    out = said.out
    assert re.findall(r"^(\S+): error: .* \[(\S+)\]$", out, re.MULTILINE) == [
        ("bot.yaml:4:12", "bad-value"),
        ("rules/a.yaml:2:31", "unknown-card"),
    ]
    assert out.endswith(f"\n2 errors in 2 files\nchecked: {tmp_path}\n")


def test_json(tmp_path: Path, run: Run) -> None:
    wrong = "rules:\n  - {when: {shop: order_paid}, reply: 感謝購買}\n" + SHOPS
    told = json.loads(check(run, tmp_path, wrong, "--format", "json", code=1).out)
    assert (told["errors"], told["warnings"]) == (1, 0)
    [problem] = told["problems"]
    assert problem.pop("message")
    assert problem.pop("hint")
    assert problem.pop("note").endswith("bot.yaml:4:6")
    assert problem == {
        "level": "error",
        "code": "reply-without-token",
        "file": "bot.yaml",
        "line": 4,
        "column": 32,
        "width": 5,
        "path": "rules[0].reply",
        "repair": [],
    }


def test_json_has_the_repair(tmp_path: Path, run: Run) -> None:
    said = check(run, tmp_path, RIGHT.replace("reply: 全館", "replay: 全館"), "--format", "json", code=1)
    [problem] = json.loads(said.out)["problems"]
    assert problem["repair"] == [
        {"line": 4, "column": 28, "end_line": 4, "end_column": 29, "text": ""},
    ]


def test_json_without_a_mistake(tmp_path: Path, run: Run) -> None:
    said = check(run, tmp_path, RIGHT, "--format", "json")
    assert json.loads(said.out) == {"errors": 0, "warnings": 0, "problems": []}


def test_github_sees_the_file_from_the_top_of_the_repository(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    """https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands"""
    (tmp_path / "my shop").mkdir()
    monkeypatch.chdir(tmp_path)
    out = check(run, Path("my shop"), WARNED, "--format", "github").out
    assert out == (
        "::warning file=my shop/bot.yaml,line=4,col=3,endColumn=9,title=card-unused::"
        'nothing says the card "coupon"%0A'
        "hint: write  reply: coupon  where it belongs, or leave it out\n"
    )
    monkeypatch.chdir("my shop")
    assert run("check", "--format", "github").out.startswith("::warning file=bot.yaml,")


def test_nothing_in_a_message_ends_a_command_of_github() -> None:
    place = Place("a,b:c%d.yaml", 1, 2, "x")
    problem = Problem(
        place, "bad-value", Translatable("100% :: ,\r\n::error::x"), note=Translatable("y"), level="info"
    )
    assert as_github([problem], ".") == (
        "::notice file=a%2Cb%3Ac%25d.yaml,line=1,col=2,endColumn=3,title=bad-value::"
        "100%25 :: ,%0D%0A::error::x%0Anote: y\n"
    )
    assert json.loads(as_json([problem]))["problems"][0]["level"] == "info"


def test_the_long_form(tmp_path: Path, run: Run) -> None:
    """Every shorthand written out; reading it again is the same playbook."""
    out, err = check(run, tmp_path, WARNED + "rules:\n  - {when: follow, reply: 嗨}\n", "--long")
    assert "follow: any" in out
    assert "card-unused" in err
    (tmp_path / "bot.yaml").write_text(out, "utf-8")
    assert run("check", str(tmp_path), "--long").out == out


def test_the_long_form_of_what_is_wrong_is_not_printed(tmp_path: Path, run: Run) -> None:
    assert "error:" in check(run, tmp_path, WRONG, "--long", code=1).out


def test_what_the_environment_lacks_is_a_warning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    """Only `run` needs the secrets."""
    monkeypatch.delenv("SECRET")
    assert "[env-unset]" in check(run, tmp_path, RIGHT).out


@pytest.mark.ring("all", "a command from beginning to end")
async def test_the_process_loads_nothing_that_checking_does_not_need(tmp_path: Path) -> None:
    """Start-up counts: people run it all the time."""
    (tmp_path / "bot.yaml").write_text(HEAD + RIGHT + LAST, "utf-8")
    end = await ended_process("check", str(tmp_path), SECRET="opaque", PYTHONPROFILEIMPORTTIME="1")
    assert end.code == 0
    loaded = {line.rsplit("|", 1)[-1].strip() for line in end.err.splitlines()}
    assert "bot.playbook.load" in loaded
    assert loaded.isdisjoint({"asyncio", "aiohttp", "pymongo", "linebot", "uvloop", "PIL"})


def test_the_schema_is_printed(run: Run) -> None:
    schema = json.loads(run("schema").out)
    assert schema["$schema"].endswith("2020-12/schema")
    assert "rules" in schema["properties"]


def test_the_schema_of_scenario_files_is_printed(run: Run) -> None:
    schema = json.loads(run("schema", "--scenarios", "--language", "zh-TW").out)
    assert schema["properties"].keys() == {"scenario", "given", "steps"}
    assert schema["$defs"]["step"]["properties"]["bot"]["title"] == "機器人說"


@pytest.mark.ring("all", "starts a process")
async def test_a_reader_that_has_seen_enough() -> None:
    """`oaflow schema | head`: no traceback."""
    import asyncio
    import sys

    command = f"{sys.executable} -m bot schema | head -c 10"
    process = await asyncio.create_subprocess_shell(
        command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    out, err = await process.communicate()
    assert (len(out), err) == (10, b"")
