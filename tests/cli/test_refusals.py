"""`oaflow run` refuses: the exit codes of its commands, one clear message each, and no traceback."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest

from bot.store.sealing.keyring import generate
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


def with_database(shop: Path, database: str) -> None:
    text = (shop / "bot.yaml").read_text("utf-8")
    (shop / "bot.yaml").write_text(f"{text}database: {database}\n", "utf-8")


@pytest.mark.parametrize("there", ["nowhere", "empty"])
def test_a_playbook_that_is_missing(tmp_path: Path, there: str) -> None:
    (tmp_path / "empty").mkdir()
    end = ended_run(str(tmp_path / there))
    refused(end, UNAVAILABLE, "there is no playbook here", there)
    assert end.err.count("\n") == 1


def test_a_playbook_that_is_wrong(shop: Path) -> None:
    """Every mistake with file, line, column and hint."""
    text = (shop / "bot.yaml").read_text("utf-8")
    (shop / "bot.yaml").write_text(text.replace("when: follow", "when: folow"), "utf-8")
    end = ended_run(str(shop), **LINE_SETTINGS)
    refused(end, WRONG, "bot.yaml:10: ", 'similar name exists: "follow"')
    assert json.loads(end.err.splitlines()[0])["column"] == 11


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


def test_a_port_that_is_none(shop: Path) -> None:
    refused(ended_run(str(shop), "--port", "70000", **LINE_SETTINGS), UNAVAILABLE, "70000")


def test_a_host_that_is_not_ours(shop: Path) -> None:
    end = ended_run(str(shop), "--host", "no-such-host.invalid", "--port", "0", **LINE_SETTINGS)
    refused(end, UNAVAILABLE, "no-such-host.invalid")


def test_a_database_of_ones_own_without_keys(shop: Path) -> None:
    """Refused, with the command that makes one."""
    with_database(shop, "mongodb://127.0.0.1:1/oaflow")
    refused(ended_run(str(shop), "--port", "0", **LINE_SETTINGS), WRONG, "oaflow keys new")


def test_keys_that_are_none(shop: Path) -> None:
    """The message shows nothing of them."""
    with_database(shop, "mongodb://127.0.0.1:1/oaflow")
    end = ended_run(str(shop), "--port", "0", OAFLOW_KEYS="seal=k1:hunter2", **LINE_SETTINGS)
    refused(end, WRONG, "keys")
    assert "hunter2" not in end.err


def test_a_database_that_cannot_be_reached(shop: Path) -> None:
    """Exit 2 within 30 s, one line, no traceback, and no password."""
    with_database(shop, "${MONGODB_URI}")
    database = {"MONGODB_URI": "mongodb://someone:hunter2@127.0.0.1:1/oaflow", "OAFLOW_KEYS": generate()}
    end = ended_run(str(shop), "--port", "0", **database, **LINE_SETTINGS)
    refused(end, UNAVAILABLE)
    assert end.err.count("\n") == 1
    assert "hunter2" not in end.err


def test_the_simulator_with_a_database_of_ones_own(shop: Path) -> None:
    """Its answers would go to pretend people, while real ones wait."""
    with_database(shop, "${MONGODB_URI}")
    database = {"MONGODB_URI": "mongodb://someone:hunter2@127.0.0.1:1/oaflow", "OAFLOW_KEYS": generate()}
    end = ended_run(str(shop), "--simulator", "--port", "0", **database)
    refused(end, WRONG, "--simulator", "embedded")
    assert "hunter2" not in end.err


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
