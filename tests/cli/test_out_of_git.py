"""Keys, data and `.env` are for no repository: who would have them there is told."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from bot.cli.run.warnings import in_git
from bot.store.database.mongo import initiate
from bot.store.mongod.embedded import EmbeddedDatabase
from tests.cli.oaflow import LINE_SETTINGS, serving


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", "-C", str(folder), *arguments], check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with a playbook's folder in it, which has a `.env`, and data with keys."""
    folder = tmp_path / "shop"
    (folder / "data").mkdir(parents=True)
    (folder / ".env").write_text("A=1\n", "utf-8")
    (folder / "data" / "keys").write_text("k\n", "utf-8")
    git(tmp_path, "init", "--quiet")
    return folder


def test_what_git_would_take(repository: Path) -> None:
    env, keys = in_git(repository, repository / "data" / "keys")
    assert env == (
        f'git would take {repository}/.env, which holds secrets: write ".env" into {repository}/.gitignore'
    )
    assert keys.startswith(
        f"git would take {repository}/data/keys, which holds the keys of all that is sealed"
    )


def test_what_git_has(repository: Path) -> None:
    """Whatever is ignored by now."""
    git(repository, "add", "-f", ".env")
    (repository / ".gitignore").write_text(".env\ndata\n", "utf-8")
    [told] = in_git(repository, repository / "data" / "keys")
    assert told.startswith(
        f"git has {repository}/.env, which holds secrets: take it out with  git rm --cached .env"
    )


def test_what_is_kept_out(repository: Path) -> None:
    """By a rule of any folder above; or because it is not there."""
    (repository.parent / ".gitignore").write_text("*.env\n", "utf-8")
    (repository / "data" / ".gitignore").write_text("*\n", "utf-8")
    assert list(in_git(repository, repository / "data" / "keys")) == []
    assert list(in_git(repository, None)) == []


def test_where_there_is_no_repository_and_where_there_is_no_git(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    (repository / ".env").rename(tmp_path / ".env")
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    assert list(in_git(tmp_path, repository / "data" / "keys")) == []


def test_the_data_folder_keeps_itself_out(tmp_path: Path) -> None:
    """Where we make it, and where it has our own name; never in a folder of somebody else's."""
    (tmp_path / "theirs").mkdir(mode=0o700)
    for name in ("new", "theirs", ".oaflow"):
        EmbeddedDatabase(tmp_path / name, initiate)
    found = {path.parent.name: path.read_text("utf-8") for path in tmp_path.glob("*/.gitignore")}
    assert found == {"new": "*\n", ".oaflow": "*\n"}
    (tmp_path / ".oaflow" / ".gitignore").write_text("# mine\n", "utf-8")
    EmbeddedDatabase(tmp_path / ".oaflow", initiate)
    assert (tmp_path / ".oaflow" / ".gitignore").read_text("utf-8") == "# mine\n"


WARNED = """\
  - {when: {text: 問}, start: survey}
flows:
  survey: {states: {問膚質: {ask: 您的膚質是？, answer: text, next: 結束}, 結束: {end: true}}}
"""


async def test_at_a_start_it_is_said_and_so_is_what_check_says(shop: Path) -> None:
    """All of it as lines of the log, which `serving` reads as such."""
    git(shop, "init", "--quiet")
    (shop / ".env").write_text("A=1\n", "utf-8")
    with (shop / "bot.yaml").open("a", encoding="utf-8") as file:
        file.write(WARNED)
    async with serving(str(shop), **LINE_SETTINGS) as served:
        warnings = [line for line in served.log if line["level"] == "warning"]
    assert [line["message"] for line in warnings if "git would take" in line["message"]]
    [one] = [line for line in warnings if line.get("code") == "question-without-timeout"]
    assert (one["file"], one["logger"]) == ("bot.yaml", "oaflow.playbook")
    assert one["message"].startswith(f"bot.yaml:{one['line']}: ")
