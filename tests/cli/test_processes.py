"""`oaflow run --processes N` as its users see it: what is refused, what the log says, whose figures."""

from __future__ import annotations

import re
import signal
import socket
from pathlib import Path

import pytest
from aiohttp import ClientSession

from tests.cli.oaflow import LINE_SETTINGS, Serving, ended_process, ended_run, serving

AT = "listening on "


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (("--processes", "2", "--simulator"), "in one process: leave --processes out"),
        (("--processes", "2", "--reload"), "in one process: leave --processes out"),
        (("--own-ports", "9101"), "it goes with --processes"),
        (("--processes", "0"), '"0" is no number of processes from 1 to 64'),
        (("--processes", "two"), '"two" is no number of processes from 1 to 64'),
    ],
)
def test_what_does_not_go_together_is_refused(shop: Path, options: tuple[str, ...], why: str) -> None:
    end = ended_run(str(shop), "--port", "0", *options, **LINE_SETTINGS)
    assert end.code == 2
    assert why in end.err.replace("\\", "")


@pytest.mark.parametrize("option", ["--port", "--own-ports"])
def test_a_port_in_use_is_said_before_anything_is_started(shop: Path, option: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        taken = ("--port", "0", option, str(port))
        end = ended_run(str(shop), "--processes", "2", *taken, **LINE_SETTINGS)
    assert end.code == 2
    assert f"127.0.0.1:{port}: the port is in use" in end.err
    assert end.err.replace("\\", "").count(f"take another port:  {option} {port + 1}") == 1
    assert len(end.err.splitlines()) == 1


async def test_mistakes_are_told_once_and_by_their_exit_code(shop: Path) -> None:
    bot = shop / "bot.yaml"
    bot.write_text(bot.read_text("utf-8").replace("follow", "folow"), "utf-8")
    end = await ended_process("run", str(shop), "--port", "0", "--processes", "2", **LINE_SETTINGS)
    assert end.code == 1
    assert end.err.count('similar name exists: \\"follow\\"') == 1
    assert end.err.count("oaflow ends (exit 1): the playbook has mistakes") == 1
    assert end.err.count("has ended before it served (exit 1)") == 1


async def test_each_says_which_it_is_and_has_figures_of_its_own(shop: Path) -> None:
    """One ready, one address; 404 where figures would be those of another process each time."""
    (shop / ".env").write_text("A=1\n", "utf-8")
    (shop / ".env").chmod(0o644)
    options = ("--processes", "2", "--own-ports", "0")
    settings = {**LINE_SETTINGS, "OAFLOW_PUBLIC_URL": "https://bot.example.com"}
    async with serving(str(shop), *options, **settings) as served, ClientSession() as http:
        what_is_said_of_the_machine_is_said_once(served)
        told = [line for line in served.log if line["message"].startswith("this is process")]
        assert len({line["pid"] for line in told}) == 2
        assert all("pid" in line for line in served.log)
        for words in (AT, "webhook address of", "the staff's pages"):
            assert sum(message.startswith(words) for message in served.messages) == 1
        [here] = [one.removeprefix(AT) for one in served.messages if one.startswith(AT)]
        ports = [line["port"] for line in served.log if line["message"].startswith("found by itself at")]
        assert len(set(ports)) == 2
        for port in ports:
            async with http.get(f"http://127.0.0.1:{port}/metrics") as answer:
                assert re.search(r"^oaflow_parts_owned \d+", await answer.text(), re.MULTILINE)
            async with http.get(f"http://127.0.0.1:{port}/readyz") as answer:
                assert answer.status == 200
        async with http.get(f"{here}/metrics") as answer:
            assert (answer.status, "--own-ports" in await answer.text()) == (404, True)
        async with http.get(f"{here}/readyz") as answer:
            assert answer.status == 200


def what_is_said_of_the_machine_is_said_once(served: Serving) -> None:
    """R3: secrets that others may read, and which MongoDB strangers reach."""
    rights = [line for line in served.log if "is open to others on this machine" in line["message"]]
    ages = [line for line in served.messages if "embedded database is MongoDB" in line]
    assert [line["level"] for line in rights] == ["warning"]
    assert len(ages) == 1
    assert re.match(r"the embedded database is MongoDB \d+\.\d+\.\d+", ages[0])


async def test_files_with_mistakes_replace_nobody(shop: Path) -> None:
    """SIGHUP with `--files`: the new one says why, those that are there go on; mended, all are replaced."""
    bot = shop / "bot.yaml"
    sound = bot.read_text("utf-8")
    options = ("--processes", "1", "--files")
    async with serving(str(shop), *options, **LINE_SETTINGS) as served, ClientSession() as http:
        bot.write_text(sound.replace("follow", "folow"), "utf-8")
        served.process.send_signal(signal.SIGHUP)
        await served.says("oaflow ends (exit 1): the playbook has mistakes")
        await served.says("the new process did not come up: those that are there go on")
        async with http.get(f"{served.address}/metrics") as answer:
            assert answer.status == 200, "one process alone has the figures of all"
        bot.write_text(sound, "utf-8")
        served.process.send_signal(signal.SIGHUP)
        await served.says("all processes are new")
        async with http.get(f"{served.address}/readyz") as answer:
            assert answer.status == 200
        assert (await served.stop()).code == 0
