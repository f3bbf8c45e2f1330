"""A new file has its name once it is whole; of two who write one, one has it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.store.backup.new_file import new_file


def test_of_two_who_write_one_name_the_first_to_end_has_it(tmp_path: Path) -> None:
    path = tmp_path / "all"

    def both() -> None:
        with new_file(path) as second:
            second.write(b"second")
            with new_file(path) as first:
                first.write(b"first")

    with pytest.raises(FileExistsError):
        both()
    assert path.read_bytes() == b"first"
    assert list(tmp_path.iterdir()) == [path]
    assert path.stat().st_mode & 0o777 == 0o600


def test_what_breaks_off_leaves_nothing(tmp_path: Path) -> None:
    def half() -> None:
        with new_file(tmp_path / "all") as file:
            file.write(b"half")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half()
    assert not list(tmp_path.iterdir())
