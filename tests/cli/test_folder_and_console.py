"""L8: a folder under git and the console do not overwrite each other."""

from __future__ import annotations

import shutil
import subprocess
import uuid
from pathlib import Path

import pytest

from bot.app.database import open_database
from bot.model.settings import Settings
from bot.operations.publishing import Despite, publish
from bot.playbook.load import load
from bot.playbook.valid import valid_playbook
from tests.cli.oaflow import LINE_SETTINGS, Ended, ended

RULES = "rules:\n  - when: {text: 地址}\n    reply: 信義路\n\n  - when: {text: 謝謝}\n    reply: 不客氣\n"
TEN = ("信義路", "忠孝路")


@pytest.fixture
async def folder(shop: Path) -> Path:
    """A shop under git whose first version the folder has published."""
    (shop / "rules").mkdir(exist_ok=True)
    (shop / "rules" / "more.yaml").write_text(RULES, "utf-8")
    git(shop, "init", "-q")
    git(shop, "add", ".")
    git(shop, "-c", "user.name=a", "-c", "user.email=a@b.example", "commit", "-qm", "a")
    assert (await publishes(shop)).code == 0
    return shop


def git(folder: Path, *words: str, given: str = "") -> None:
    done = subprocess.run(
        ["git", *words], cwd=folder, input=given.encode(), capture_output=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr.decode()


def edit(folder: Path, before: str, after: str) -> None:
    path = folder / "rules" / "more.yaml"
    path.write_text(path.read_text("utf-8").replace(before, after), "utf-8")


async def publishes(folder: Path, *options: str) -> Ended:
    return await ended("publish", str(folder), "--untested", *options, **LINE_SETTINGS)


async def published_in_the_console(folder: Path, aside: Path, before: str, after: str) -> None:
    """Somebody else changes what is live, in files of their own."""
    shutil.copytree(folder, aside, ignore=shutil.ignore_patterns(".git", ".oaflow", ".env"))
    edit(aside, before, after)
    opened = await open_database(Settings({}), folder, {}, uuid.uuid4().hex)

    async def played() -> bool:
        return True

    try:
        found = valid_playbook(load(aside, LINE_SETTINGS))
        await publish(
            *(opened.stores, found, Despite(unserved=True), "console:mei"),
            rehearse=played,
            tell=lambda problems, sources: None,
        )
    finally:
        await opened.close()


async def test_the_folder_overwrites_nothing_and_takes_it_as_a_patch(folder: Path, tmp_path: Path) -> None:
    await published_in_the_console(folder, tmp_path / "aside", *TEN)
    edit(folder, "不客氣", "別客氣")
    end = await publishes(folder)
    assert (end.code, end.out) == (1, "")
    assert "lack what was published in the console meanwhile, number 2 (" in end.err
    assert "rules/more.yaml" in end.err
    assert ") by mei, 20" in end.err
    assert "oaflow publish --over 2" in end.err
    patch = await ended("diff", str(folder), "--patch", **LINE_SETTINGS)
    assert patch.code == 0
    git(folder, "add", ".")
    git(folder, "apply", "--3way", given=patch.out)
    text = (folder / "rules" / "more.yaml").read_text("utf-8")
    assert "忠孝路" in text
    assert "別客氣" in text
    end = await publishes(folder)
    assert end.code == 0, end.err
    assert "number 3 (" in end.out
    end = await ended("diff", str(folder), "--patch", **LINE_SETTINGS)
    assert (end.out, "nothing was published in the console since" in end.err) == ("", True)
    assert (await ended("diff", str(folder), "1", "2", "--patch", **LINE_SETTINGS)).out == patch.out


async def test_the_same_file_as_it_is_live_is_no_overwriting(folder: Path, tmp_path: Path) -> None:
    """Another file is changed beside it."""
    await published_in_the_console(folder, tmp_path / "aside", *TEN)
    edit(folder, *TEN)
    (folder / "rules" / "new.yaml").write_text("rules: [{when: {text: 你好}, reply: 您好}]\n", "utf-8")
    assert (await publishes(folder)).code == 0


async def test_on_purpose_over_the_number_that_was_named(folder: Path, tmp_path: Path) -> None:
    await published_in_the_console(folder, tmp_path / "aside", *TEN)
    await published_in_the_console(folder, tmp_path / "again", "不客氣", "不會")
    edit(folder, "不客氣", "別客氣")
    assert (await publishes(folder, "--over", "2")).code == 1
    end = await publishes(folder, "--over", "3")
    assert end.code == 0, end.err
    edit(folder, "別客氣", "哪裡")
    assert (await publishes(folder)).code == 0


async def test_a_version_of_the_console_that_was_brought_back_is_not_overwritten(
    folder: Path, tmp_path: Path
) -> None:
    await published_in_the_console(folder, tmp_path / "aside", *TEN)
    await published_in_the_console(folder, tmp_path / "again", "不客氣", "不會")
    back = await ended("rollback", str(folder), "2", **LINE_SETTINGS)
    assert back.code == 0, back.err
    edit(folder, "不客氣", "別客氣")
    end = await publishes(folder)
    assert end.code == 1
    assert "lack what was published in the console meanwhile, number 4 (" in end.err
    assert (await ended("rollback", str(folder), "1", **LINE_SETTINGS)).code == 0
    assert (await publishes(folder)).code == 0, "the folder's own was brought back"
