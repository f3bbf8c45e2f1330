"""The commands that print something and end, and `--help`."""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

import pytest

from bot.cli.main import main, parser
from bot.store.keyring import parse
from tests.cli.oaflow import ROOT, ended


def commands() -> dict[str, argparse.ArgumentParser]:
    """Every command's own parser."""
    [found] = [a for a in parser()._actions if isinstance(a, argparse._SubParsersAction)]
    return dict(found.choices)


async def test_a_new_key_ring() -> None:
    """What it prints is what OAFLOW_KEYS takes, and never the same."""
    first, second = await ended("keys", "new"), await ended("keys", "new")
    assert (first.code, first.err) == (0, "")
    assert first.out.count("\n") == 1
    ring = parse(first.out)
    assert len(ring.seal) == 1
    assert ring.fingerprints() != parse(second.out).fingerprints()


@pytest.mark.parametrize("command", commands())
def test_help_has_an_example_that_works(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended_with:
        main([command, "--help"])
    assert ended_with.value.code == 0
    shown = capsys.readouterr().out
    example = re.search(r"example: .*?oaflow ([^)\"\n]+)", shown)
    assert example is not None
    assert parser().parse_args(example[1].split()).command == command


def test_every_option_is_explained() -> None:
    for name, command in commands().items():
        for action in command._actions:
            assert action.help, f"{name} {action.dest}"


async def test_the_entry_point_is_the_same() -> None:
    """`oaflow` and `python -m bot`."""
    import asyncio

    script = Path(sys.executable).parent / "oaflow"
    process = await asyncio.create_subprocess_exec(
        script, "--help", stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE, cwd=ROOT
    )
    out, _ = await process.communicate()
    same = await ended("--help")
    assert (process.returncode, out.decode()) == (same.code, same.out)
    for command in commands():
        assert command in same.out
