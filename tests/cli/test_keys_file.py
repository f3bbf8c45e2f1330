"""R3: keys may lie outside the data folder, in a file that OAFLOW_KEYS_FILE names."""

from __future__ import annotations

import asyncio
import uuid
from pathlib import Path

import pytest

from bot.app.database import open_database
from bot.app.environment import SettingsWrong
from bot.model.settings import Settings
from bot.store.sealing.keyring import generate, load_or_generate, parse
from tests.cli.commands import Running
from tests.cli.oaflow import ended_here

pytestmark = pytest.mark.ring("all", "a command from beginning to end")

EMBEDDED = Settings({})


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    """A ring of one's own, where only its owner can read it."""
    file = tmp_path / "elsewhere" / "oaflow.keys"
    file.parent.mkdir()
    file.touch(mode=0o600)
    file.write_text(generate() + "\n")
    return file


async def opened_with(folder: Path, keys: Path, settings: Settings) -> frozenset[str]:
    """The ids of the sealing keys that a database of this folder is opened with."""
    environment = {"OAFLOW_KEYS_FILE": str(keys)}
    opened = await open_database(settings, folder, environment, uuid.uuid4().hex)
    try:
        assert opened.keys_file == keys
        assert opened.read_ring() == opened.seal.ring
        return frozenset(opened.seal.ring.seal)
    finally:
        await opened.close()


def opens(folder: Path, keys: Path, settings: Settings = EMBEDDED) -> frozenset[str]:
    """The same where no event loop runs."""
    return asyncio.run(opened_with(folder, keys, settings))


def test_the_ring_is_that_of_the_file(bare_shop: Path, keys: Path) -> None:
    """Nothing secret lies beside the data then, and it is opened again with it."""
    assert opens(bare_shop, keys) == frozenset(parse(keys.read_text()).seal)
    assert not (bare_shop / ".oaflow" / "keys").exists()
    assert opens(bare_shop, keys) == frozenset(parse(keys.read_text()).seal)


def test_a_database_of_its_own_has_them_too(bare_shop: Path, keys: Path, running: Running) -> None:
    keys.write_text(load_or_generate(running.folder / "keys").text())
    settings = Settings({}, database=running.uri)
    assert opens(bare_shop, keys, settings) == frozenset(parse(keys.read_text()).seal)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_file_that_others_may_read_is_refused(bare_shop: Path, keys: Path, mode: int) -> None:
    """It is not changed: whose rights these are is not for us to say."""
    keys.chmod(mode)
    with pytest.raises(SettingsWrong, match=r"others may read it.*chmod 600"):
        opens(bare_shop, keys)
    assert keys.stat().st_mode & 0o777 == mode


def test_a_missing_file_is_not_made(bare_shop: Path, keys: Path) -> None:
    """A folder that is not mounted must not lead to new keys."""
    keys.unlink()
    with pytest.raises(SettingsWrong, match="No such file"):
        opens(bare_shop, keys)
    assert not keys.exists()


@pytest.mark.parametrize("content", ["", "seal=a:b index=c", "\udcff"])
def test_a_damaged_file_is_named(bare_shop: Path, keys: Path, content: str) -> None:
    keys.write_text(content, errors="surrogateescape")
    with pytest.raises(SettingsWrong, match=r"oaflow\.keys"):
        opens(bare_shop, keys)


def test_keys_in_two_places_are_refused(bare_shop: Path, keys: Path) -> None:
    with pytest.raises(SettingsWrong, match="OAFLOW_KEYS_FILE is set, and so are keys elsewhere"):
        opens(bare_shop, keys, Settings({}, keys=generate()))


def test_a_rotation_writes_that_file(bare_shop: Path, keys: Path) -> None:
    """It stays its owner's alone."""
    before = parse(keys.read_text())
    end = ended_here("keys", "rotate", str(bare_shop), OAFLOW_KEYS_FILE=str(keys))
    assert end.code == 0, end.err
    assert set(parse(keys.read_text()).seal) > set(before.seal)
    assert keys.stat().st_mode & 0o777 == 0o600
