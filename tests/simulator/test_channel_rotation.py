"""A11: a secret or token that was issued anew is tried at LINE, and takes the old one's line in `.env`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from bot.model.settings import EnvironmentValue, Settings
from bot.operations.channels.holding import ChannelRefused
from bot.operations.channels.rotate import EnvironmentHere, IssuedAnew, rotate_channel
from bot.operations.doctor.examine import Surroundings
from bot.playbook.settings_refresh import renewed
from bot.playbook.syntax.dotenv_file import DotenvNotWritten, write_dotenv
from bot.playbook.syntax.environment import read_dotenv
from bot.store.stores import Stores
from tests.simulator.account_window import AT, stores
from tests.simulator.conftest import MAIN, World

__all__ = ["stores"]

OLD = replace(MAIN, channel_secret="the-old-secret", access_token="the-old-token")
BEFORE = """\
# 森活選品
LINE_CHANNEL_ID=1001
export LINE_CHANNEL_SECRET='the-old-secret'   # of May
LINE_CHANNEL_ACCESS_TOKEN = the-old-token\r
MITAKE=1
"""
NEW = IssuedAnew(MAIN.channel_secret, MAIN.access_token or "")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / ".env").write_bytes(BEFORE.encode())
    (tmp_path / ".env").chmod(0o640)
    return tmp_path


def names_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def around(world: World, stores: Stores, *, literal: bool = False) -> Surroundings:
    secret = "the-old-secret" if literal else "${LINE_CHANNEL_SECRET}"
    written: dict[tuple[str, ...], EnvironmentValue] = {
        ("channels", "main", "channel_secret"): EnvironmentValue(secret, "the-old-secret"),
        ("channels", "main", "access_token"): EnvironmentValue(
            "${LINE_CHANNEL_ACCESS_TOKEN}", "the-old-token"
        ),
    }
    return Surroundings(Settings({"main": OLD}, written=written), None, world.line, world.url, AT, stores)


async def rotated(
    world: World,
    stores: Stores,
    folder: Path,
    new: IssuedAnew = NEW,
    environment: Mapping[str, str] | None = None,
) -> list[str]:
    here = EnvironmentHere(folder, environment or {})
    return [*await rotate_channel(around(world, stores), "main", new, here, "command:amy")]


async def test_their_lines_are_replaced_and_what_runs_takes_them_over(
    world: World, stores: Stores, folder: Path
) -> None:
    """The rest of the file, its rights, and the ends of its lines stay; the audit log has the names alone."""
    assert await rotated(world, stores, folder) == ["LINE_CHANNEL_SECRET", "LINE_CHANNEL_ACCESS_TOKEN"]
    after = (folder / ".env").read_bytes().decode()
    assert after == (
        "# 森活選品\nLINE_CHANNEL_ID=1001\nexport LINE_CHANNEL_SECRET=secret-of-main\n"
        "LINE_CHANNEL_ACCESS_TOKEN =token-of-main\r\nMITAKE=1\n"
    )
    assert (folder / ".env").stat().st_mode & 0o777 == 0o640
    assert names_in(folder) == [".env"]
    found = renewed(around(world, stores).settings, read_dotenv(folder)[0]).settings.channels["main"]
    assert (found.channel_secret, found.access_token) == (MAIN.channel_secret, MAIN.access_token)
    [deed] = await stores.audit.entries(["channel_rotated"], 10)
    assert (deed.by, deed.state) == ("command:amy", "done")
    assert deed.after == "LINE_CHANNEL_SECRET, LINE_CHANNEL_ACCESS_TOKEN"
    assert "secret-of" not in f"{deed}"


async def test_a_link_to_the_file_stays_one(world: World, stores: Stores, folder: Path) -> None:
    """Deployments keep it elsewhere."""
    beside = folder / "shop"
    beside.mkdir()
    (beside / ".env").symlink_to(folder / ".env")
    await rotated(
        world, stores, beside, IssuedAnew(token=MAIN.access_token or "", secret=MAIN.channel_secret)
    )
    assert (beside / ".env").is_symlink()
    assert "secret-of-main" in (folder / ".env").read_text("utf-8")


WRONG: Mapping[str, tuple[IssuedAnew, Mapping[str, str], str]] = {
    "the secret of another channel": (
        replace(NEW, secret="secret-of-other"),
        {},
        "LINE does not know this pair",
    ),
    "a token that LINE does not take": (replace(NEW, token="token-of-nobody"), {}, "Channel access token"),
    "a space in it": (replace(NEW, secret="secret-of- main"), {}, "a space or a line break"),
    "only one of two that are old": (replace(NEW, token=""), {}, "Channel access token"),
    "nothing": (IssuedAnew(), {}, "nothing new was given"),
    "the same": (IssuedAnew("the-old-secret", "the-old-token"), {}, "nothing new was given"),
    "in the environment": (NEW, {"LINE_CHANNEL_SECRET": "the-old-secret"}, "is set in the environment"),
}


@pytest.mark.parametrize("name", WRONG)
async def test_what_line_does_not_take_is_not_written(
    world: World, stores: Stores, folder: Path, name: str
) -> None:
    new, environment, says = WRONG[name]
    with pytest.raises(ChannelRefused) as refused:
        await rotated(world, stores, folder, new, environment)
    message = str(refused.value.message)
    assert says in message
    assert not [one for one in (new.secret, new.token, "the-old") if one and one in message]
    assert (folder / ".env").read_bytes().decode() == BEFORE


async def test_what_stands_in_the_playbook_itself_is_not_replaced(
    world: World, stores: Stores, folder: Path
) -> None:
    here = EnvironmentHere(folder, {})
    with pytest.raises(ChannelRefused, match="takes channel_secret of main from no variable"):
        await rotate_channel(around(world, stores, literal=True), "main", NEW, here, "command:amy")


async def test_without_a_line_of_theirs_nothing_is_written(
    world: World, stores: Stores, tmp_path: Path
) -> None:
    with pytest.raises(ChannelRefused, match="LINE_CHANNEL_SECRET has no line"):
        await rotated(world, stores, tmp_path)
    assert names_in(tmp_path) == []


async def test_a_simulators_line_issues_nothing(world: World, stores: Stores, folder: Path) -> None:
    simulated = replace(around(world, stores), is_simulated=True)
    with pytest.raises(ChannelRefused, match="simulator"):
        await rotate_channel(simulated, "main", NEW, EnvironmentHere(folder, {}), "command:amy")


@pytest.mark.parametrize("value", ["a\nMITAKE=2", "'a'", "a #b", " a"])
def test_what_would_be_read_as_another_value_is_not_written(folder: Path, value: str) -> None:
    """Nor does a value bring lines of its own."""
    with pytest.raises(DotenvNotWritten):
        write_dotenv(folder, {"LINE_CHANNEL_SECRET": value})
    assert (folder / ".env").read_bytes().decode() == BEFORE
    assert names_in(folder) == [".env"]


def test_a_folder_that_may_not_be_written_is_said(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuses(path: Path, target: Path) -> Path:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "replace", refuses)
    with pytest.raises(DotenvNotWritten, match="Permission denied"):
        write_dotenv(folder, {"LINE_CHANNEL_SECRET": "a"})
    assert (folder / ".env").read_bytes().decode() == BEFORE
