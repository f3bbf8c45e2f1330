"""The simulator has no sign-in: it must not be reachable from elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.oaflow import ended_run


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "shop.example"])
def test_the_simulator_listens_on_this_machine_only(bare_shop: Path, host: str) -> None:
    end = ended_run(str(bare_shop), "--simulator", "--host", host, "--port", "0")
    assert end.code == 2
    assert "listens on this machine only" in end.err
    assert not (bare_shop / ".oaflow").exists()
