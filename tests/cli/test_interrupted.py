"""Ctrl-C while a command begins, and just after: an exit code, and not a word of Python or of LINE."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bot.cli.exit_codes import INTERRUPTED
from tests.cli.oaflow import ROOT, environment, serving
from tests.depth import one_of

pytestmark = pytest.mark.ring("all", "a command from beginning to end")

MODULES = (
    "argparse",
    "bot.cli.arguments",
    "bot.model.translatable",
    "bot.cli.run.serving",
    "aiohttp",
    "uvloop",
)


@pytest.mark.parametrize("module", one_of(2, ((module,) for module in MODULES)))
def test_while_modules_are_imported(module: str, tmp_path: Path) -> None:
    code = f"""
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # also where who runs the tests is deaf to it
class Interrupts:
    def find_spec(self, name, *rest):
        if name == {module!r}:
            signal.raise_signal(signal.SIGINT)
sys.meta_path.insert(0, Interrupts())
sys.argv[1:] = ["run", {str(ROOT)!r}, "--simulator", "--port", "0"]
from bot.cli.main import entry
entry()
"""
    settings = environment({"OAFLOW_DATA": str(tmp_path)})
    end = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=settings, capture_output=True, text=True, timeout=60
    )
    assert (end.returncode, end.stdout, end.stderr) == (INTERRUPTED, "", "")


@pytest.mark.parametrize("again", one_of(3, ((again,) for again in range(3))))
async def test_as_soon_as_it_is_ready(bare_shop: Path, again: int) -> None:
    """The simulator's LINE answers as long as something is asked of it: no trouble is told."""
    async with serving(str(bare_shop), "--simulator") as served:
        end = await served.stop(signal.SIGINT)
    assert end.code == 0
    assert "LINE does not answer" not in end.err
    assert "stopped in the trouble" not in end.err
