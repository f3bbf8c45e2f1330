"""`oaflow check --fix`: the repairs that are known, as lines, written with a yes. L1"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.commands import Run, Said
from tests.cli.oaflow import Terminal

HEAD = "bot: 森活選品\nchannels: {main: {id: forest, channel_id: '1234', channel_secret: '${SECRET}'}}\n"
LINE = "  - {when: {txt: 優惠}, replay: 85 折}  # 週年慶"
WRONG = "\ufeff" + HEAD.replace("\n", "\r\n") + "rules:\r\n" + LINE + "\r\n"
SO = WRONG.replace("txt", "text").replace("replay", "reply")


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET", "opaque")


def fix(run: Run, folder: Path, text: str, *options: str, code: int = 0) -> Said:
    (folder / "bot.yaml").write_bytes(text.encode())
    return run("check", str(folder), "--fix", "--language", "en", *options, code=code)


def left(folder: Path) -> str:
    return (folder / "bot.yaml").read_bytes().decode()


def test_it_shows_the_lines_and_writes_them(tmp_path: Path, run: Run) -> None:
    """Two repairs on one line, one after the other; byte order mark, line breaks and comment stay."""
    (tmp_path / "bot.yaml").touch(mode=0o640)
    out, err = fix(run, tmp_path, WRONG, "--yes")
    assert "-  - {when: {txt: 優惠}, replay: 85 折}  # 週年慶\n" in out
    assert "+  - {when: {text: 優惠}, reply: 85 折}  # 週年慶\n" in out
    assert "no mistakes in 1 file" in out
    assert err == "oaflow: written: 1 file\n"
    assert left(tmp_path) == SO
    assert (tmp_path / "bot.yaml").stat().st_mode & 0o777 == 0o640
    assert [one.name for one in tmp_path.iterdir()] == ["bot.yaml"]


def test_nothing_is_written_without_a_yes(tmp_path: Path, run: Run) -> None:
    """Nobody can be asked in a pipe."""
    assert "add  --yes" in fix(run, tmp_path, WRONG, code=1).err
    assert left(tmp_path) == WRONG


@pytest.mark.parametrize(("answer", "text"), [("y\n", SO), ("n\n", WRONG), ("", WRONG)])
def test_it_asks(answer: str, text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run) -> None:
    monkeypatch.setattr("sys.stdin", Terminal(answer))
    fix(run, tmp_path, WRONG, code=0 if text == SO else 1)
    assert left(tmp_path) == text


def test_nothing_is_written_where_a_file_was_changed_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    def edited_meanwhile(*_: object) -> bool:
        (tmp_path / "bot.yaml").write_text(HEAD, "utf-8")
        return True

    monkeypatch.setattr("sys.stdin", Terminal())
    monkeypatch.setattr("bot.cli.playbook.fix.agreed", edited_meanwhile)
    assert "bot.yaml was changed meanwhile: nothing was written" in fix(run, tmp_path, WRONG, code=1).err
    assert left(tmp_path) == HEAD


def test_what_is_left_is_told(tmp_path: Path, run: Run) -> None:
    text = WRONG + "  - {when: {text: 二}, reply: 好, push: {tag: x}}\r\n"
    assert "bot.yaml:5:" in fix(run, tmp_path, text, "--yes", code=1).out
    assert left(tmp_path).startswith(SO)


def test_without_a_repair_nothing_is_asked(tmp_path: Path, run: Run) -> None:
    said = fix(run, tmp_path, HEAD + "rules: [{when: {text: 二}, reply: 好}]\n")
    assert said.err == "oaflow: no repair is known\n"


def test_secrets_are_starred_in_what_is_shown(tmp_path: Path, run: Run) -> None:
    text = WRONG.replace("'${SECRET}'", "s3cr3ts3cr3t")
    assert "s3cr3t" not in fix(run, tmp_path, text, "--yes").out
    assert "s3cr3t" in left(tmp_path)


def test_other_forms_are_refused(tmp_path: Path, run: Run) -> None:
    assert "--fix shows lines" in fix(run, tmp_path, WRONG, "--format", "json", code=2).err
    assert left(tmp_path) == WRONG
