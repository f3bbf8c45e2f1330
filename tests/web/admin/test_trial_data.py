"""L8: the database of a trial lies in memory where there is room, and nothing of it is left there."""

from __future__ import annotations

import os
import time
from pathlib import Path

from bot.app.trial_process import NEW, remove_trial_data, trial_data
from bot.store.mongod.embedded import CLIENTS, Clients


def left(memory: Path, name: str, age: float = NEW + 60) -> Path:
    """A folder that a trial has made so many seconds ago."""
    folder = memory / name
    (folder / CLIENTS).mkdir(parents=True)
    then = time.time() - age
    os.utime(folder, (then, then))
    return folder


def test_it_is_for_this_user_alone(tmp_path: Path) -> None:
    found = trial_data(tmp_path, 0)
    assert found is not None
    assert (found.parent, found.stat().st_mode & 0o777) == (tmp_path, 0o700)
    remove_trial_data(found)
    remove_trial_data(tmp_path)
    assert (found.exists(), tmp_path.exists()) == (False, True)


def test_where_there_is_no_room_it_lies_with_the_draft(tmp_path: Path) -> None:
    assert trial_data(tmp_path, 2**62) is None
    assert trial_data(tmp_path / "none", 0) is None


def test_what_was_left_behind_goes_and_what_is_used_stays(tmp_path: Path) -> None:
    """Also what is not ours, and what was made just now, where no database runs yet."""
    gone, used, new = (left(tmp_path, f"oaflow-trial-{name}") for name in ("gone", "used", "new"))
    os.utime(new)
    others = left(tmp_path, "somebody-else")
    link = tmp_path / "oaflow-trial-link"
    link.symlink_to(others)
    client = Clients(used / CLIENTS)
    client.enter()
    try:
        made = trial_data(tmp_path, 0)
        assert set(tmp_path.iterdir()) == {used, new, others, link, made}
    finally:
        client.exit()
    assert not gone.exists()
