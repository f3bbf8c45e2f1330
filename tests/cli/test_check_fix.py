"""`oaflow check --fix`: the repairs that are known, as lines, written with a yes. L1"""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.cli.main import main
from tests.cli.oaflow import Terminal

HEAD = "bot: 森活選品\nchannels: {main: {id: forest, channel_id: '1234', channel_secret: '${SECRET}'}}\n"
LINE = "  - {when: {txt: 優惠}, replay: 85 折}  # 週年慶"
WRONG = "\ufeff" + HEAD.replace("\n", "\r\n") + "rules:\r\n" + LINE + "\r\n"
SO = WRONG.replace("txt", "text").replace("replay", "reply")


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET", "opaque")


def fix(folder: Path, text: str, *options: str) -> int:
    (folder / "bot.yaml").write_bytes(text.encode())
    return main(["check", str(folder), "--fix", "--language", "en", *options])


def left(folder: Path) -> str:
    return (folder / "bot.yaml").read_bytes().decode()


def test_it_shows_the_lines_and_writes_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Two repairs on one line, one after the other; byte order mark, line breaks and comment stay."""
    (tmp_path / "bot.yaml").touch(mode=0o640)
    assert fix(tmp_path, WRONG, "--yes") == 0
    out, err = capsys.readouterr()
    assert "-  - {when: {txt: 優惠}, replay: 85 折}  # 週年慶\n" in out
    assert "+  - {when: {text: 優惠}, reply: 85 折}  # 週年慶\n" in out
    assert "no mistakes in 1 file" in out
    assert err == "oaflow: written: 1 file\n"
    assert left(tmp_path) == SO
    assert (tmp_path / "bot.yaml").stat().st_mode & 0o777 == 0o640
    assert [one.name for one in tmp_path.iterdir()] == ["bot.yaml"]


def test_nothing_is_written_without_a_yes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nobody can be asked in a pipe."""
    assert fix(tmp_path, WRONG) == 1
    assert "add  --yes" in capsys.readouterr().err
    assert left(tmp_path) == WRONG


@pytest.mark.parametrize(("answer", "text"), [("y\n", SO), ("n\n", WRONG), ("", WRONG)])
def test_it_asks(answer: str, text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", Terminal(answer))
    assert fix(tmp_path, WRONG) == (0 if text == SO else 1)
    assert left(tmp_path) == text


def test_nothing_is_written_where_a_file_was_changed_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def edited_meanwhile(*_: object) -> bool:
        (tmp_path / "bot.yaml").write_text(HEAD, "utf-8")
        return True

    monkeypatch.setattr("sys.stdin", Terminal())
    monkeypatch.setattr("bot.cli.playbook.fix.agreed", edited_meanwhile)
    assert fix(tmp_path, WRONG) == 1
    assert "bot.yaml was changed meanwhile: nothing was written" in capsys.readouterr().err
    assert left(tmp_path) == HEAD


def test_what_is_left_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert fix(tmp_path, WRONG + "  - {when: {text: 二}, reply: 好, push: {tag: x}}\r\n", "--yes") == 1
    assert left(tmp_path).startswith(SO)
    assert "bot.yaml:5:" in capsys.readouterr().out


def test_without_a_repair_nothing_is_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert fix(tmp_path, HEAD + "rules: [{when: {text: 二}, reply: 好}]\n") == 0
    assert capsys.readouterr().err == "oaflow: no repair is known\n"


def test_secrets_are_starred_in_what_is_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = WRONG.replace("'${SECRET}'", "s3cr3ts3cr3t")
    assert fix(tmp_path, text, "--yes") == 0
    assert "s3cr3t" not in capsys.readouterr().out
    assert "s3cr3t" in left(tmp_path)


def test_other_forms_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert fix(tmp_path, WRONG, "--format", "json") == 2
    assert "--fix shows lines" in capsys.readouterr().err
    assert left(tmp_path) == WRONG
