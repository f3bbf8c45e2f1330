"""R3: whoever starts a bot hears that its secrets are open to others."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.cli.run.warnings import env_warning
from bot.model.translatable import ENGLISH


@pytest.fixture
def env(tmp_path: Path) -> Path:
    """A `.env` in a folder whose name a shell has to have quoted."""
    path = tmp_path / "my shop" / ".env"
    path.parent.mkdir()
    path.write_text("A=1\n", "utf-8")
    return path


@pytest.mark.parametrize("mode", [0o640, 0o644, 0o604, 0o620, 0o666])
def test_what_others_may_do_is_told_with_what_to_do(env: Path, mode: int) -> None:
    env.chmod(mode)
    said = env_warning(env.parent)
    assert said is not None
    told = ENGLISH.text(said)
    assert told.startswith(
        f"{env}, which holds secrets, is open to others on this machine (its mode is {mode:o})"
    )
    assert told.endswith(f"chmod go= '{env}'")


@pytest.mark.parametrize("mode", [0o600, 0o400])
def test_its_owners_alone_is_as_it_should_be(env: Path, mode: int) -> None:
    env.chmod(mode)
    assert env_warning(env.parent) is None


def test_where_there_is_none_there_is_nothing_to_say(tmp_path: Path) -> None:
    assert env_warning(tmp_path) is None


def test_of_somebody_elses_the_group_is_how_it_is_read(env: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    another = os.geteuid() + 1
    monkeypatch.setattr(os, "geteuid", lambda: another)
    env.chmod(0o640)
    assert env_warning(env.parent) is None
    env.chmod(0o644)
    said = env_warning(env.parent)
    assert said is not None
    assert ENGLISH.text(said).endswith(f"chmod o= '{env}'")
