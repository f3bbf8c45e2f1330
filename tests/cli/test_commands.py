"""The commands that print something and end, and `--help`."""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
from functools import cache
from importlib.metadata import version
from pathlib import Path

import pytest

from bot.cli.command_line import parser
from bot.cli.dates import chosen_moment
from bot.cli.main import main
from bot.store.sealing.keyring import parse
from tests.cli.oaflow import ROOT, ended_process


@cache
def commands(within: argparse.ArgumentParser | None = None) -> dict[str, argparse.ArgumentParser]:
    """Every command's own parser, those of commands of several words included: `contact show`."""
    found: dict[str, argparse.ArgumentParser] = {}
    for action in (within or parser())._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, command in action.choices.items():
                found[name] = command
                found |= {f"{name} {inner}": one for inner, one in commands(command).items()}
    return found


@cache
def parser_of(command: str) -> argparse.ArgumentParser:
    """What `oaflow` makes where this command stands first."""
    first = (command.split()[0],)
    return parser(first, first)


@pytest.mark.ring("all", "a command from beginning to end")
async def test_a_new_key_ring() -> None:
    """What it prints is what OAFLOW_KEYS takes, and never the same."""
    first, second = await ended_process("keys", "new"), await ended_process("keys", "new")
    assert (first.code, first.err) == (0, "")
    assert first.out.count("\n") == 1
    ring = parse(first.out)
    assert len(ring.seal) == 1
    assert ring.fingerprints() != parse(second.out).fingerprints()


@pytest.mark.parametrize("command", commands())
def test_help_has_an_example_that_works(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended_with:
        main([*command.split(), "--help"])
    assert ended_with.value.code == 0
    shown = capsys.readouterr().out
    example = re.search(r"(?:example: |例如：).*?oaflow ([^)\"\n]+)", shown)
    assert example is not None
    assert f"{example[1]} ".startswith(f"{command} ")
    assert parser_of(command).parse_args(example[1].split()).command == command.split()[0]


NEEDED = {"sms cap": "900", "sms free": "0912345678", "explain": "--text=嗨"}


def required_option(option: argparse.Action) -> list[str]:
    """As it is written, with a value where it takes one."""
    value = "2026-12-01T10:00" if option.type is chosen_moment else next(iter(option.choices or "x"))
    return [option.option_strings[0], *([] if option.nargs == 0 else [value])]


def test_every_command_takes_a_language_and_its_playbook_at_any_place(tmp_path: Path) -> None:
    """Also behind options, as `oaflow sms cap 900 --today FOLDER`."""
    (tmp_path / "bot.yaml").touch()
    folder = str(tmp_path)
    for name, command in commands().items():
        if command._subparsers is not None:
            continue
        example = re.search(r"example: .*?oaflow ([^)\"\n]+)", command.epilog or "")
        assert example is not None, name
        top = parser_of(name)
        wanted = top.parse_args([*example[1].split(), "--language", "en"])
        assert wanted.language == "en", name
        if name in ("new", "keys new"):  # they have no playbook yet
            continue
        required: list[list[str]] = [
            *([[word]] if (word := NEEDED.get(name)) else []),
            *(required_option(one) for one in command._actions if one.required and one.option_strings),
        ]
        flat = [word for words in required for word in words]
        ways = ([*flat, "--language", "en", folder], [*flat, folder, "--language=en"])
        begun = len(required[0]) if required else 0
        for words in (*ways, [*flat[:begun], folder, "--language", "en", *flat[begun:]]):
            wanted = top.parse_args([*name.split(), *words])
            read = wanted.playbook if "playbook" in vars(wanted) else wanted.words[0]
            assert (str(read), wanted.language) == (folder, "en"), f"{name} {words}"


def test_the_version_is_that_of_the_package(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        main(["--version"])
    assert capsys.readouterr().out == f"oaflow {version('oaflow')}\n"


@pytest.mark.parametrize(
    ("command", "words"),
    [
        *(
            ("contact show", ["M1001"]),
            ("contact tag", ["M1001", "VIP"]),
            ("sms cap", ["400", "--today"]),
        ),
        *(("graph", ["welcome"]), ("channel link", ["nobody"])),
    ],
)
def test_a_playbook_behind_other_words_is_the_playbook(
    command: str, words: list[str], tmp_path: Path
) -> None:
    """J1: not one of those words; it is told from them by its bot.yaml."""
    (tmp_path / "bot.yaml").touch()
    folder, name = str(tmp_path), command.split()
    first, last = (
        parser_of(command).parse_args([*name, *given]) for given in ([folder, *words], [*words, folder])
    )
    assert vars(first) == vars(last)


def test_every_option_is_explained() -> None:
    for name, command in commands().items():
        for action in command._actions:
            assert action.help, f"{name} {action.dest}"


@pytest.mark.ring("all", "a command from beginning to end")
def test_no_command_waits_for_the_imports_of_another() -> None:
    """`--help` reads none of them; what can do without a database does not read that either."""
    code = """
import json, sys
from bot.cli.command_line import COMMANDS, parser
def read(*names):
    parser(names)
    return sorted(name for name, (module, _) in COMMANDS.items() if module in sys.modules)
light = ["keys", "schema", "run"], ["check"], ["graph"], ["link"], ["new"], ["explain"]
told = [read(), *(read(*names) for names in light)]
print(json.dumps([told, sorted({"pymongo", "aiohttp", "PIL", "segno"} & sys.modules.keys())]))
"""
    end = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    told, heavy = json.loads(end.stdout)
    assert told[:3] == [[], ["keys", "run", "schema"], ["check", "keys", "run", "schema"]]
    assert told[-1] == ["check", "explain", "graph", "keys", "link", "new", "run", "schema"]
    assert heavy == []


@pytest.mark.ring("all", "plays the worked example in a process")
def test_scenarios_are_played_without_a_driver_of_a_database() -> None:
    """What a shop runs is played over memory."""
    code = """
import sys
from bot.cli.main import main
print(main(["test"]), {"bson", "pymongo"} & sys.modules.keys())
"""
    end = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert end.stdout.splitlines()[-1] == "0 set()"


@pytest.mark.ring("all", "starts a process")
async def test_the_entry_point_is_the_same() -> None:
    """`oaflow` and `python -m bot`."""
    import asyncio

    script = Path(sys.executable).parent / "oaflow"
    process = await asyncio.create_subprocess_exec(
        script, "--help", stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE, cwd=ROOT
    )
    out, _ = await process.communicate()
    same = await ended_process("--help")
    assert (process.returncode, out.decode()) == (same.code, same.out)
    for command in commands():
        assert command.split()[0] in same.out
