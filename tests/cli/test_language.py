"""In which language commands speak, and what stays the same in each."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.cli.main import main
from tests.cli.commands import Run

WRONG = """
bot: 森活選品
channels: {main: {id: forest, channel_id: "1234", channel_secret: opaque}}
rules:
  - when: folow
    reply: 歡迎
"""
ENGLISH = """bot.yaml:5:11: error: "folow" is no trigger [bad-value]
  |
5 |   - when: folow
  |           ^^^^^
  = hint: a similar name exists: "follow"
1 error in 1 file
"""
CHINESE = """bot.yaml:5:11: 錯誤：沒有「folow」這種觸發條件 [bad-value]
  |
5 |   - when: folow
  |           ^^^^^
  = 建議：有一個很像的：「follow」
1 個檔案，共 1 個錯誤
"""


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "en_US.UTF-8")


@pytest.fixture
def wrong(tmp_path: Path) -> str:
    (tmp_path / "bot.yaml").write_text(WRONG, "utf-8")
    return str(tmp_path)


def test_check_speaks_the_language_that_is_asked_for(
    wrong: str, monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    assert run("check", wrong, code=1).out == f"{ENGLISH}checked: {wrong}\n"
    assert run("check", wrong, "--language", "zh-TW", code=1).out == f"{CHINESE}檢查的資料夾：{wrong}\n"
    monkeypatch.setenv("LANG", "zh_TW.UTF-8")
    assert run("check", wrong, code=1).out == f"{CHINESE}檢查的資料夾：{wrong}\n"
    assert run("check", wrong, "--language", "en", code=1).out == f"{ENGLISH}checked: {wrong}\n"


@pytest.mark.parametrize("locale", ["", "C", "POSIX", "C.UTF-8"])
def test_a_locale_without_a_language_leaves_it_to_the_playbook(
    locale: str, wrong: str, monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    monkeypatch.setenv("LANG", locale)
    assert run("check", wrong, code=1).out == f"{CHINESE}檢查的資料夾：{wrong}\n"
    assert run("check", wrong, "--language", "en", code=1).out == f"{ENGLISH}checked: {wrong}\n"
    file = Path(wrong) / "bot.yaml"
    file.write_text(f'language: "en"{WRONG}', "utf-8")
    assert run("check", str(file), code=1).out == f"{ENGLISH}checked: {wrong}\n"
    monkeypatch.chdir(file.parent)
    assert run("check", "nowhere", code=2).err.startswith("oaflow: there is no playbook here")


@pytest.mark.ring("all", "a command from beginning to end")
@pytest.mark.parametrize(
    "words",
    [
        ["check", "{}"],
        ["explain", "{}", "--text", "嗨"],
        ["explain", "{}", "--event", "01ABC"],
        ["link", "{}", "member_card"],
        ["graph", "{}", "none"],
        ["journey", "status", "{}", "none"],
        ["contact", "find", "{}", "M1"],
        ["deadletters", "list", "{}"],
        ["publish", "{}"],
    ],
)
def test_whichever_command_names_the_playbook(
    words: list[str], wrong: str, monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    """Mistakes are no answer, but of `check`; and where none is named and none is here."""
    monkeypatch.setenv("LANG", "C.UTF-8")
    out, err = run(*(word.format(wrong) for word in words), code=1)
    told, other = (out, err) if words[0] == "check" else (err, out)
    assert ("錯誤：沒有「folow」這種觸發條件" in told, other) == (True, "")
    (Path(wrong) / "bot.yaml").unlink()
    monkeypatch.chdir(wrong)
    said = run(*(word for word in words if word != "{}"), code=2)
    assert (said.out, "there is no playbook here" in said.err) == ("", True)


def test_json_is_the_same_but_for_its_words(wrong: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = {}
    for name in ("en", "zh-TW"):
        main(["check", wrong, "--format", "json", "--language", name])
        found[name] = json.loads(capsys.readouterr().out)
    english, chinese = found["en"]["problems"][0], found["zh-TW"]["problems"][0]
    assert (chinese["message"], chinese["hint"]) == ("沒有「folow」這種觸發條件", "有一個很像的：「follow」")
    assert {**chinese, "message": english["message"], "hint": english["hint"]} == english
    assert found["en"] | {"problems": []} == found["zh-TW"] | {"problems": []}


def test_github_is_told_in_the_language_too(wrong: str, capsys: pytest.CaptureFixture[str]) -> None:
    main(["check", wrong, "--format", "github", "--language", "zh-TW"])
    place, _, words = capsys.readouterr().out.rpartition("::")
    assert place.startswith("::error file=")
    assert place.endswith(",line=5,col=11,endColumn=16,title=bad-value")
    assert words == "沒有「folow」這種觸發條件%0A建議：有一個很像的：「follow」\n"


def test_what_is_right_is_said_in_the_language(tmp_path: Path, run: Run) -> None:
    (tmp_path / "bot.yaml").write_text(WRONG.replace("folow", "follow"), "utf-8")
    said = run("check", str(tmp_path), "--language", "zh-TW")
    assert said.out == f"1 個檔案，沒有錯誤\n檢查的資料夾：{tmp_path}\n"
    said = run("check", str(tmp_path / "nowhere"), "--language", "zh-TW", code=2)
    assert said.err.startswith("oaflow: 這裡沒有劇本：找不到 ")


def test_the_schema_speaks_one_language(run: Run) -> None:
    titles = {}
    for name in ("en", "zh-TW"):
        titles[name] = json.loads(run("schema", "--language", name).out)["properties"]["rules"]["title"]
    assert titles == {"en": "rules", "zh-TW": "規則"}


def test_a_language_that_is_not_there_is_refused(wrong: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["check", wrong, "--language", "ja"])
    assert "zh-TW" in capsys.readouterr().err


def test_a_scenario_fails_in_the_language(tmp_path: Path, run: Run) -> None:
    (tmp_path / "bot.yaml").write_text(WRONG.replace("folow", "{text: 嗨}"), "utf-8")
    (tmp_path / "tests" / "scenarios").mkdir(parents=True)
    scenario = "scenario: 加好友\nsteps:\n  - user: 嗨\n  - bot: 您好\n"
    (tmp_path / "tests" / "scenarios" / "hello.yaml").write_text(scenario, "utf-8")
    out = run("test", str(tmp_path), "--language", "zh-TW", code=1).out
    assert out.startswith("tests/scenarios/hello.yaml:4:10: 失敗：機器人的回答變了\n")
    assert "（- 原本的回答、+ 現在的回答）" in out
    assert "1 段測試對話，1 段失敗，" in out
    said = run("test", str(tmp_path), "none", "--language", "zh-TW", code=2)
    assert said.err == "oaflow: 沒有叫做「none」的測試對話\n"


def test_explain_speaks_the_language(tmp_path: Path, run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "bot.yaml").write_text(WRONG.replace("folow", "{text: 嗨}"), "utf-8")
    out = run("explain", str(tmp_path), "--text", "嗨", "--language", "zh-TW").out
    assert "\n為什麼：\n" in out
    assert "bot.yaml:5:5  由它回答" in out
    main(["explain", str(tmp_path), "--text", "嗨", "--channel", "man", "--language", "zh-TW"])
    assert capsys.readouterr().err == "oaflow: 沒有叫做「man」的官方帳號；有一個很像的：「main」\n"
