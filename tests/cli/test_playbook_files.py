"""A playbook is read while somebody saves it: what is half there is not told as mistakes."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from pathlib import Path

import pytest

from bot.app import playbook_files
from bot.app.playbook_files import ATTEMPTS, changes, read_at_rest, stamps
from bot.model.translatable import tr
from bot.playbook.load import Loaded, load
from bot.playbook.syntax.folder import PlaybookMissing
from tests.playbooks import BOT, CHANNELS

WHOLE = BOT + CHANNELS + "rules: [{when: follow, reply: 您好}]\n"


class Saving:
    """A reader, and an editor that goes on with each reading: the texts that `bot.yaml` has in turn."""

    def __init__(self, folder: Path, *texts: str) -> None:
        self.file = folder / "bot.yaml"
        self.texts = list(texts)
        self.times = 0
        self._save()

    def _save(self) -> None:
        if self.texts:
            self.file.write_text(self.texts.pop(0), "utf-8")

    def read(self) -> Loaded:
        self.times += 1
        loaded = load(self.file.parent, {})
        self._save()
        return loaded


def test_a_file_that_is_emptied_and_filled_while_it_is_read(tmp_path: Path) -> None:
    saving = Saving(tmp_path, "", WHOLE)
    assert read_at_rest(tmp_path, saving.read).playbook is not None
    assert saving.times == 2


def test_a_file_that_changes_while_it_is_read_is_read_again(tmp_path: Path) -> None:
    saving = Saving(tmp_path, WHOLE.replace("您好", "早安"), WHOLE)
    assert "您好" in read_at_rest(tmp_path, saving.read).sources["bot.yaml"]


def test_a_file_at_rest_is_read_once(tmp_path: Path) -> None:
    saving = Saving(tmp_path, WHOLE)
    assert read_at_rest(tmp_path, saving.read).playbook is not None
    assert saving.times == 1


def test_a_file_that_stays_empty_is_told(tmp_path: Path) -> None:
    saving = Saving(tmp_path, "")
    assert read_at_rest(tmp_path, saving.read).problems
    assert saving.times == ATTEMPTS


@pytest.fixture
def woken(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Scripts what the system tells: before each further look, something is done."""

    def script(*acts: Callable[[], object]) -> None:
        async def told(folders: object) -> AsyncGenerator[None, None]:
            yield
            for act in acts:
                act()
                yield
            raise EOFError  # else one would look on for ever

        monkeypatch.setattr(playbook_files, "_woken", told)

    return script


async def seen(folder: Path, before: playbook_files.Stamps) -> list[str]:
    """What `bot.yaml` holds whenever its folder is said to have changed, as long as somebody looks."""
    found: list[str] = []

    def note() -> None:
        found.append((folder / "bot.yaml").read_text("utf-8"))

    async def look() -> None:
        async for _ in changes(folder, lambda: ["bot.yaml"], before):
            note()

    with pytest.raises(EOFError):
        await look()
    return found


async def test_what_has_not_changed_since_it_was_read_is_not_read_again(
    tmp_path: Path, woken: Callable[..., None]
) -> None:
    """Reading the playbook is most of what a start costs."""
    file = tmp_path / "bot.yaml"
    file.write_text("as it was read", "utf-8")
    woken(lambda: None, lambda: file.write_text("edited", "utf-8"), lambda: None)
    assert await seen(tmp_path, stamps(tmp_path)) == ["edited"]


@pytest.mark.parametrize("name", ["bot.yaml", ".env", "rules/new.yaml"])
async def test_what_has_changed_between_the_reading_and_the_first_look_is_seen(
    tmp_path: Path, woken: Callable[..., None], name: str
) -> None:
    (tmp_path / "bot.yaml").write_text("as it was read", "utf-8")
    (tmp_path / "rules").mkdir()
    before = stamps(tmp_path)
    (tmp_path / name).write_text("edited later", "utf-8")
    woken()
    assert len(await seen(tmp_path, before)) == 1


async def test_files_that_could_not_be_read_are_read_again_though_none_has_changed(
    tmp_path: Path, woken: Callable[..., None]
) -> None:
    """H6: once at each look, until they could."""
    (tmp_path / "bot.yaml").write_text("as it is", "utf-8")
    woken(*(lambda: None,) * 4)
    fails = [True, True, True]  # of the readings that are to come

    async def look() -> None:
        async for _ in changes(tmp_path, lambda: ["bot.yaml"], stamps(tmp_path), lambda: bool(fails)):
            fails.pop()
            times.append(1)

    times: list[int] = []
    with pytest.raises(EOFError):
        await look()
    assert (len(times), fails) == (3, [])


def test_a_file_that_is_gone_between_two_looks_is_read_again(tmp_path: Path) -> None:
    """An editor saves by a new file under the old name: for a moment there is none."""
    saving = Saving(tmp_path, WHOLE)
    (tmp_path / "rules").mkdir()
    moved = tmp_path / "rules" / "a.yaml"
    moved.write_text("rules: []\n", "utf-8")
    tries = 0

    def read() -> Loaded:
        nonlocal tries
        tries += 1
        if tries == 1:
            moved.unlink()
            raise PlaybookMissing(tr("{path} is gone", path="rules/a.yaml"))
        return saving.read()

    assert read_at_rest(tmp_path, read).playbook is not None

    def missing() -> Loaded:
        raise PlaybookMissing(tr("{path} is gone", path="rules/a.yaml"))

    with pytest.raises(PlaybookMissing):
        read_at_rest(tmp_path, missing)
