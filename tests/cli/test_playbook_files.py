"""A playbook is read while somebody saves it: what is half there is not told as mistakes."""

from __future__ import annotations

from pathlib import Path

from bot.app.playbook_files import ATTEMPTS, read_at_rest
from bot.playbook.load import Loaded, load
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
