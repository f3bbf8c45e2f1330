"""`oaflow new`: what it writes is a playbook without a mistake, in a folder of its own, in both languages."""

from __future__ import annotations

import asyncio
import os
import re
import shlex
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.cli.main import main
from bot.model.translatable import Refusal
from bot.operations.new_playbook import folder as new_folder
from bot.operations.new_playbook import starter as starter_files
from bot.operations.new_playbook.starter import FILES, Starter, answer_of, files, name_of, questions_of
from bot.operations.new_playbook.writing import sound
from bot.playbook.load import load
from bot.scenario.folder import PlaybookFiles
from bot.scenario.result import played
from bot.simulator.state.account import LIGHT
from tests.cli.commands import Run
from tests.cli.oaflow import ROOT, ended, ended_process, environment, serving
from tests.depth import examples, one_of
from tests.eventually import PATIENCE
from tests.started import Started, started

CHINESE_SIGN = re.compile(r"[\u3400-\u9fff]")
LANGUAGES = ("zh-TW", "en")
CONTROL_C = "\x03"
SIGNS = (CONTROL_C, "\x04")
"""Ctrl-C and Ctrl-D."""
QUESTIONS = {
    "zh-TW": ("商店或官方帳號叫什麼名字？", "客人最常問什麼？", "機器人要怎麼回答？", "要放在哪個資料夾？"),
    "en": ("What is your shop", "What do people ask most?", "what does the bot answer?", "Which folder"),
}


@pytest.mark.ring("all", "starts a process")
@pytest.mark.parametrize("spoken", LANGUAGES)
async def test_what_it_writes_passes_check_and_test(tmp_path: Path, spoken: str) -> None:
    """Without a terminal and without a flag: nothing is asked, and there is not even a warning."""
    folder = tmp_path / "my shop 店"
    end = await ended_process("new", str(folder), "--language", spoken)
    assert (end.code, end.err) == (0, "")
    checked = await ended("check", str(folder), "--language", "en", "--strict")
    assert (checked.code, checked.out) == (0, f"no mistakes in 4 files\nchecked: {folder}\n")
    tested = await ended("test", str(folder), "--language", "en")
    assert tested.code == 0, tested.out
    assert tested.out.startswith("1 scenario, 0 failed")
    there = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert there == set(FILES)
    assert (folder / ".env").stat().st_mode & 0o077 == 0
    commands = [line.strip() for line in end.out.splitlines() if line.startswith("    ")]
    for command, word in zip(commands, ("run", "test"), strict=True):
        words = shlex.split(command)
        assert ("--language" in words) == (spoken == "zh-TW")  # LC_ALL is English here
        assert words[words.index(word) + 1] == str(folder)


@pytest.mark.ring("all", "starts a process")
@pytest.mark.parametrize("spoken", one_of(2, ((spoken,) for spoken in LANGUAGES)))
async def test_the_command_that_it_prints_opens_it(tmp_path: Path, spoken: str) -> None:
    folder = tmp_path / "it's mine"
    end = await ended_process("new", str(folder), "--language", spoken, LC_ALL="C.UTF-8")
    command = next(line for line in end.out.splitlines() if " run " in line)
    words = shlex.split(command)
    assert words[:3] == [sys.executable, "-m", "bot"]
    assert "--language" not in words  # LC_ALL tells none, and the playbook speaks its own
    async with serving(*words[words.index("run") + 1 :]) as served:
        assert not any("fills what is not set" in line for line in served.messages)


@pytest.mark.ring("all", "starts a process")
async def test_its_commands_work_in_a_new_window(tmp_path: Path) -> None:
    """A name that only this window finds is not printed; one that every window finds is."""
    binary = Path(sys.executable).with_name("oaflow")
    for name, more, printed in (
        ("a", {"VIRTUAL_ENV": str(binary.parents[1])}, f"{binary} test"),
        ("b", {}, "oaflow test"),
    ):
        settings = environment({"PATH": f"{binary.parent}:{os.environ['PATH']}", **more})
        if not more:
            settings.pop("VIRTUAL_ENV", None)
        process = await asyncio.create_subprocess_exec(
            *(str(binary), "new", name),
            cwd=tmp_path,
            env=settings,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
        )
        told, _ = await asyncio.wait_for(process.communicate(), PATIENCE)
        assert told.decode().splitlines()[-1] == f"    {printed} {tmp_path / name}"


@pytest.mark.parametrize("spoken", LANGUAGES)
def test_comments_are_in_the_language(tmp_path: Path, spoken: str) -> None:
    """And in English nothing is Chinese, in Chinese every comment is."""
    assert main(["new", str(tmp_path / "shop"), "--language", spoken]) == 0
    for name in FILES:
        text = (tmp_path / "shop" / name).read_text("utf-8")
        for line in text.splitlines():
            if spoken == "en":
                assert not CHINESE_SIGN.search(line), line
            elif "# " in line:
                assert CHINESE_SIGN.search(line), line


def test_what_is_given_stands_in_it(tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    flags = [
        "--name",
        "阿美: 早餐店",
        "--ask",
        "地址, 在哪裡，在哪裡",
        "--answer",
        "ok",
        "--language",
        "zh-TW",
    ]
    assert main(["new", str(folder), *flags]) == 0
    rules = (folder / "rules" / "answers.yaml").read_text("utf-8")
    assert "- when: {text: [地址, 地址？, 在哪裡, 在哪裡？]}\n    reply: {text: ok}\n" in rules
    assert 'bot: "阿美: 早餐店"' in (folder / "bot.yaml").read_text("utf-8")
    holds(folder)


@pytest.mark.parametrize("spoken", LANGUAGES)
def test_prices_are_known(tmp_path: Path, spoken: str) -> None:
    """By the plan that every account begins with, which the simulator counts by where none is written."""
    folder = tmp_path / "shop"
    assert main(["new", str(folder), "--language", spoken]) == 0
    [channel] = PlaybookFiles(folder, {}).load().settings.channels.values()
    assert channel.plan == LIGHT


def test_the_welcome_reads_as_one_sentence(tmp_path: Path) -> None:
    """A Chinese name stands in it without a space around it."""
    assert main(["new", str(tmp_path / "shop"), "--name", "春水茶舖", "--language", "zh-TW"]) == 0
    test = tmp_path / "shop" / "tests" / "scenarios" / "first_words.yaml"
    said = "{contains: 小美，歡迎加入春水茶舖！}"
    test.write_text(test.read_text("utf-8").replace("- bot: welcome", f"- bot: {said}"), "utf-8")
    holds(tmp_path / "shop")


def holds(folder: Path) -> None:
    """The playbook has no problem, and its scenario comes out as written."""
    sources = PlaybookFiles(folder, {})
    loaded = sources.load()
    assert [str(problem) for problem in load(folder, {}).problems] == []
    result = played(sources, "tests/scenarios/first_words.yaml", loaded)
    assert result.holds, (result.problems, result.failure)


@settings(max_examples=examples(60))
@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=200), st.sampled_from(LANGUAGES))
def test_whatever_is_taken_makes_a_sound_playbook(
    tmp_path_factory: pytest.TempPathFactory, name: str, asked: str, answer: str, spoken: str
) -> None:
    try:
        starter = sound(Starter(name_of(name), questions_of(asked, spoken), answer_of(answer)), spoken)
    except Refusal:
        return
    written(tmp_path_factory, starter, spoken)


@pytest.mark.parametrize("spoken", LANGUAGES)
@pytest.mark.parametrize(
    ("name", "asked", "answer"),
    [
        ("no", "yes", "null"),
        ("$", "停止推播", "123"),
        ("100%", "優惠", "- a"),
        ("{a}", "滿意", "a: b # c"),
        ("#1", "follows", "nothing"),
        ("a", "1" * 20, "第一行\n第二行"),
        ("'\"\\", "offer, Happy", "Hi there"),
        ("🍞", "code from sms", "{ a"),
        ("@", "…", "{contains: x}"),
    ],
)
def test_words_that_mean_something_elsewhere(
    tmp_path_factory: pytest.TempPathFactory, name: str, asked: str, answer: str, spoken: str
) -> None:
    starter = Starter(name_of(name), questions_of(asked, spoken), answer_of(answer))
    written(tmp_path_factory, starter, spoken)


def written(tmp_path_factory: pytest.TempPathFactory, starter: Starter, spoken: str) -> None:
    folder = tmp_path_factory.mktemp("new") / "shop"
    new_folder.write(folder, files(starter, spoken))
    holds(folder)


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (["--name", " "], ("nothing is written there", "這裡是空的")),
        (["--name", "x" * 51], ("at most 50 characters", "最多 50 個字")),
        (["--name", "a\x07"], ("nobody can see", "看不見的字元")),
        (["--name", "${HOME}"], ('"${" means something', "「${」在劇本裡有特別的意思")),
        (["--name", "$HOME"], ('"bot" is "$HOME"', "這不能寫在劇本裡")),
        (["--name", "%PATH%"], ('"bot" is "%PATH%"', "這不能寫在劇本裡")),
        (["--ask", "地址"], ("add  --answer TEXT", "加上  --answer 文字")),
        (["--ask", "，、", "--answer", "x"], ("nothing is written there", "這裡是空的")),
        (["--ask", "意見,feedback", "--answer", "x"], ("begins the sample", "範例問卷要用的")),
        (["--ask", ",".join("abcdefghijk"), "--answer", "x"], ("at most 10", "最多 10 種")),
        (["--ask", "code_from_sms", "--answer", "x"], ('"code_from_sms" means', "「code_from_sms」在劇本裡")),
        (["--answer", "Offer"], ("there is a card", "這不能寫在劇本裡")),
        (["--answer", "{{ x }}"], ('"{{" means something', "「{{」在劇本裡有特別的意思")),
    ],
)
@pytest.mark.parametrize("spoken", LANGUAGES)
def test_what_cannot_be_taken(
    flags: Sequence[str], said: tuple[str, str], spoken: str, tmp_path: Path, run: Run
) -> None:
    """One sentence, exit 1, and nothing is made."""
    folder = tmp_path / "shop"
    told = run("new", str(folder), *flags, "--language", spoken, code=1)
    assert (told.out, told.err.count("\n")) == ("", 1)
    assert said[spoken == "zh-TW"] in told.err
    assert not folder.exists()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("full", ("is not empty, and nothing is overwritten", "不會蓋掉")),
        ("file", ("is a file", "是檔案")),
        ("file/shop", ("cannot be written", "不能寫")),
        ("what?", ('cannot have "?" in it', "資料夾的名字不能有「？」".replace("？", "?"))),
        ("a\tb", ("nobody can see", "看不見的字元")),
        (".hidden", ('cannot begin with "."', "不能用「.」開頭")),
        ("shop.", ('cannot end with "."', "不能用「.」結尾")),
        ("full/rules/shop", ("is inside another playbook", "在另一份劇本")),
        ("x" * 300, ("cannot be written", "不能寫")),
    ],
)
@pytest.mark.parametrize("spoken", LANGUAGES)
def test_where_it_cannot_be(name: str, said: tuple[str, str], spoken: str, tmp_path: Path, run: Run) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "bot.yaml").write_text("bot: 我的\n", "utf-8")
    (tmp_path / "file").write_text("", "utf-8")
    before = sorted(tmp_path.rglob("*"))
    told = run("new", str(tmp_path / name), "--language", spoken, code=1)
    assert (told.out, told.err.count("\n")) == ("", 1)
    assert said[spoken == "zh-TW"] in told.err
    assert sorted(tmp_path.rglob("*")) == before
    assert (tmp_path / "full" / "bot.yaml").read_text("utf-8") == "bot: 我的\n"


def test_beside_a_playbook_of_the_same_name_another_name_is_proposed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    """The folder that was proposed was the playbook itself."""
    (tmp_path / "tea").mkdir()
    (tmp_path / "tea" / "bot.yaml").write_text("bot: 茶舖\n", "utf-8")
    monkeypatch.chdir(tmp_path / "tea")
    assert run("new", "tea", "--language", "en", code=1).err.endswith("such as ../tea-2\n")


def test_a_place_that_is_not_ones_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Permissions do not hold the tests' user up where that is root: the system's answer is given instead."""

    def mkdir(path: Path, *rest: object) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "mkdir", mkdir)
    with pytest.raises(Refusal, match="you may not write there"):
        new_folder.write(tmp_path / "shop", {"bot.yaml": ""})


def test_half_written_is_taken_away(tmp_path: Path) -> None:
    """And what somebody else has put there meanwhile stays."""
    (tmp_path / "flows").write_text("mine", "utf-8")
    starter = starter_files.DEFAULTS["en"]
    with pytest.raises(Refusal, match="flows cannot be written"):
        new_folder.write(tmp_path, files(starter, "en"))
    assert [path.name for path in tmp_path.iterdir()] == ["flows"]
    assert (tmp_path / "flows").read_text("utf-8") == "mine"


def test_an_empty_folder_is_filled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path / "empty")
    assert main(["new", "."]) == 0
    assert (tmp_path / "empty" / "bot.yaml").exists()


def test_beside_the_playbook_that_one_stands_in(tmp_path: Path) -> None:
    """In a clone of ours, whose own folder is a playbook."""
    assert new_folder.default_folder(ROOT) == "../my-shop"
    assert new_folder.default_folder(tmp_path) == "my-shop"


def test_a_name_that_is_taken_is_not_offered(tmp_path: Path) -> None:
    """The next number is; whoever writes the taken one is told so, and asked again."""
    (tmp_path / "my-shop").mkdir()
    (tmp_path / "my-shop" / "x").write_text("", "utf-8")
    (tmp_path / "my-shop-2").write_text("", "utf-8")
    told, code = at_a_terminal("2", "", "", "", "my-shop", "", cwd=tmp_path)
    assert code == 0, told
    assert told.count("[my-shop-3]") == 2
    assert "nothing is overwritten" in told
    assert (tmp_path / "my-shop-3" / "bot.yaml").is_file()


@pytest.mark.parametrize("written", ["～／我的店", "～/我的店", "~／我的店"])
def test_a_path_of_a_chinese_keyboard_is_the_one_that_is_meant(
    written: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert new_folder.may_be_made(written) == tmp_path / "我的店"
    assert new_folder.may_be_made(f"{tmp_path}/2026～2027").name == "2026～2027"


@pytest.mark.parametrize("spoken", LANGUAGES)
def test_questions_at_a_terminal(tmp_path: Path, spoken: str) -> None:
    """The language first; what cannot be taken is asked again; Enter takes what is shown."""
    folder = tmp_path / "shop"
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "x").write_text("", "utf-8")
    number = "1" if spoken == "zh-TW" else "2"
    told, code = at_a_terminal(number, "", "地址，在哪裡", "", "台北市", str(tmp_path / "full"), str(folder))
    assert code == 0, told
    for question in QUESTIONS[spoken]:
        assert question in told
    assert told.count(QUESTIONS[spoken][2]) == 2  # another question has no usual answer
    assert told.count(QUESTIONS[spoken][3]) == 2
    assert "[地址, 地址？, 在哪裡, 在哪裡？]" in (folder / "rules" / "answers.yaml").read_text("utf-8")
    holds(folder)


@pytest.mark.parametrize(
    ("written", "understood"),
    [
        ("怎麼預約 可以預約嗎，預約", ("怎麼預約", "可以預約嗎", "預約")),
        ("有車位嗎？　停車", ("有車位嗎？", "停車")),
        ("LINE 優惠，優惠 LINE，2 人套餐", ("LINE 優惠", "優惠 LINE", "2 人套餐")),
        ("opening hours, when are you open", ("opening hours", "when are you open")),
    ],
)
def test_a_space_between_chinese_words_separates_them(written: str, understood: tuple[str, ...]) -> None:
    """In Chinese nobody writes one within a sentence; beside other letters one does."""
    assert questions_of(written, "zh-TW") == understood


def test_what_was_understood_is_said_at_once(tmp_path: Path) -> None:
    told, code = at_a_terminal("1", "", "怎麼預約 可以預約嗎", "打電話", str(tmp_path / "shop"))
    assert code == 0, told
    assert told.index("①怎麼預約 ②可以預約嗎") < told.index(QUESTIONS["zh-TW"][2])
    told, code = at_a_terminal("2", "", "", "", str(tmp_path / "mine"))
    assert code == 0, told
    assert "these are answered: ①opening hours ②when are you open" in told


def test_who_goes_away_leaves_nothing(tmp_path: Path) -> None:
    told, code = at_a_terminal("1", "\x04", cwd=tmp_path)
    assert code == 1
    assert "什麼都沒有寫" in told
    told, code = at_a_terminal("1", "\x03", cwd=tmp_path)
    assert code == 130
    assert "什麼都沒有寫" in told
    assert list(tmp_path.iterdir()) == []


def test_a_language_that_is_named_is_not_asked_for(tmp_path: Path) -> None:
    told, code = at_a_terminal("\x04", cwd=tmp_path, options=["--language", "en"])
    assert code == 1
    assert QUESTIONS["en"][0] in told
    assert "中文" not in told


def at_a_terminal(*answers: str, cwd: Path = ROOT, options: Sequence[str] = ()) -> tuple[str, int]:
    """What `oaflow new` says to somebody who types this, and how it ends."""
    return asyncio.run(_typed(answers, cwd, options))


async def _read(process: Started, again: str) -> bytes:
    """What it says next. A Control-C of the moment before Python reads is heard with the next: `again`."""
    async with asyncio.timeout(PATIENCE):
        while again:
            with suppress(TimeoutError):
                return await asyncio.wait_for(process.stdout.read(4096), 1)
            process.types(again)
        return await process.stdout.read(4096)


async def _typed(answers: Sequence[str], cwd: Path, options: Sequence[str]) -> tuple[str, int]:
    process = await started("new", *options, env=environment({"LC_ALL": "C.UTF-8"}), cwd=cwd, typing=True)
    waiting, told, answer = list(answers), b"", ""
    try:
        while piece := await _read(process, again=answer if answer == CONTROL_C else ""):
            told += piece
            if waiting and told.endswith((b"> ", b"] ")):
                answer = waiting.pop(0)
                process.types(answer if answer in SIGNS else f"{answer}\n")
    except TimeoutError:
        process.kill()
        raise AssertionError(told.decode()) from None
    return told.decode(), await asyncio.wait_for(process.wait(), PATIENCE)
