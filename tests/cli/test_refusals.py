"""`oaflow run` refuses: the exit codes of its commands, one clear message each, and no traceback."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest

from tests.cli.oaflow import LINE_SETTINGS, Ended, ended_here, ended_run

WRONG, UNAVAILABLE = 1, 2


def refused(end: Ended, code: int, *words: str) -> None:
    """It ended with this code and said these words, in lines of the log only, without a traceback."""
    assert end.code == code, end.err
    assert end.out == ""
    told = [json.loads(line) for line in end.err.splitlines()]
    assert not any("traceback" in line for line in told)
    for word in words:
        assert any(word in str(value) for line in told for value in line.values()), word


@pytest.mark.parametrize("there", ["nowhere", "empty"])
def test_a_playbook_that_is_missing(tmp_path: Path, there: str) -> None:
    (tmp_path / "empty").mkdir()
    end = ended_run(str(tmp_path / there))
    refused(end, UNAVAILABLE, "there is no playbook here", there)
    assert end.err.count("\n") == 1


def test_broken_yaml(shop: Path) -> None:
    (shop / "bot.yaml").write_text("rules: [", "utf-8")
    refused(ended_run(str(shop)), WRONG, "bot.yaml:", "yaml-syntax")


def test_what_the_environment_does_not_have(shop: Path) -> None:
    """Each unset variable with file and line."""
    end = ended_run(str(shop))
    refused(end, WRONG, "bot.yaml:6:", "bot.yaml:7:", "bot.yaml:8:", *LINE_SETTINGS)


def test_a_port_that_is_taken(shop: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        end = ended_run(str(shop), "--port", port, **LINE_SETTINGS)
    refused(end, UNAVAILABLE, f"127.0.0.1:{port}", "in use")
    assert end.err.count("\n") == 1


def test_a_data_folder_that_cannot_be_used(shop: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    data = str(tmp_path / "file" / "data")
    end = ended_run(str(shop), "--port", "0", OAFLOW_DATA=data, **LINE_SETTINGS)
    refused(end, UNAVAILABLE, data)
    assert end.err.count("\n") == 1


@pytest.mark.parametrize("arguments", [[], ["fly"], ["run", "--port", "many"], ["run", "a", "b"], ["keys"]])
def test_a_command_that_is_none(arguments: list[str]) -> None:
    end = ended_here(*arguments)
    assert (end.code, end.out) == (2, "")
    assert "usage: oaflow" in end.err
