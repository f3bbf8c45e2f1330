"""The simulator has no sign-in: it must not be reachable from elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.oaflow import ended


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "shop.example"])
async def test_the_simulator_listens_on_this_machine_only(tmp_path: Path, host: str) -> None:
    (tmp_path / "bot.yaml").write_text((Path(__file__).parents[2] / "bot.yaml").read_text("utf-8"), "utf-8")
    end = await ended("run", str(tmp_path), "--simulator", "--host", host, "--port", "0")
    assert end.code == 2
    assert "listens on this machine only" in end.err
    assert not (tmp_path / ".oaflow").exists()
