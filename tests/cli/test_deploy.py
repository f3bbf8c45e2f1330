"""What lies in `deploy/` fits the program: its options, variables and figures; and its tools read it."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from aiohttp import ClientSession

from bot.cli.command_line import parser
from tests.cli.oaflow import LINE_SETTINGS, ROOT, serving
from tests.sources import BOT, modules, text_of

DEPLOY = ROOT / "deploy"
METRIC = re.compile(r"\boaflow_[a-z_]+\b")
VARIABLE = re.compile(r"\bOAFLOW_[A-Z_]+\b")


def files(*endings: str) -> list[Path]:
    return sorted(path for path in DEPLOY.rglob("*") if path.is_file() and path.name.endswith(endings))


def rules() -> Iterator[dict[str, Any]]:
    for path in files(".rules.yaml"):
        for group in yaml.safe_load(path.read_text("utf-8"))["groups"]:
            yield from group["rules"]


def panels() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((DEPLOY / "grafana" / "oaflow.json").read_text("utf-8"))[
        "panels"
    ]
    return found


def expressions() -> list[str]:
    shown = [target["expr"] for panel in panels() for target in panel["targets"]]
    return [*shown, *(rule["expr"] for rule in rules())]


async def test_every_figure_of_a_rule_or_panel_is_one_that_the_program_gives(shop: Path) -> None:
    """K3."""
    async with (
        serving(str(shop), **LINE_SETTINGS, OAFLOW_LINE_API="http://127.0.0.1:9") as served,
        ClientSession() as http,
        http.get(f"{served.address}/metrics") as answer,
    ):
        page = await answer.text()
    given = {line.split()[2] for line in page.splitlines() if line.startswith("# TYPE ")}
    assert len(given) > 30
    used = {name for one in expressions() for name in METRIC.findall(one)}
    assert used
    assert used <= given


def test_each_rule_says_what_is_wrong_and_each_panel_has_a_place_of_its_own() -> None:
    for rule in rules():
        assert rule["annotations"]["summary"]
        assert rule["labels"]["severity"] in ("page", "ticket")
    places = [tuple(panel["gridPos"].values()) for panel in panels()]
    assert len(set(places)) == len(places) == len({panel["id"] for panel in panels()})


def test_every_variable_is_one_that_the_program_reads() -> None:
    read = {name for path in modules(BOT) for name in re.findall(r'"(OAFLOW_[A-Z_]+)"', text_of(path))}
    used = {name for path in files("") for name in VARIABLE.findall(path.read_text("utf-8"))}
    assert {"OAFLOW_KEYS", "OAFLOW_TRUSTED_PROXIES"} <= used
    assert used <= read


def started_as() -> list[list[str]]:
    """The arguments of oaflow in units and in the image."""
    lines = [
        line.partition("=")[2]
        for path in files(".service")
        for line in path.read_text("utf-8").splitlines()
        if line.startswith("ExecStart=")
    ]
    image = (DEPLOY / "Dockerfile").read_text("utf-8")
    [command] = re.findall(r"^CMD (\[.*\])$", image, re.MULTILINE)
    return [*(shlex.split(line.replace("%i", "8080"))[1:] for line in lines), json.loads(command)]


@pytest.mark.parametrize("arguments", started_as(), ids=" ".join)
def test_every_line_that_starts_oaflow_is_one_that_it_takes(arguments: list[str]) -> None:
    assert parser(arguments[:1]).parse_args(arguments).command in ("run", "backup")


def test_the_image_copies_what_is_there_and_what_is_installed_there() -> None:
    image = (DEPLOY / "Dockerfile").read_text("utf-8")
    copied = [
        word for line in re.findall(r"^COPY (?!--)(.*)$", image, re.MULTILINE) for word in line.split()[:-1]
    ]
    kept = set(re.findall(r"^!(.*)$", (DEPLOY / "Dockerfile.dockerignore").read_text("utf-8"), re.MULTILINE))
    assert set(copied) == kept
    assert all((ROOT / name).exists() for name in copied)
    package = re.search(r"pip uninstall -y (fiftyone\S+);", image)
    assert package is not None
    assert package[1] in (ROOT / "pyproject.toml").read_text("utf-8")
    assert re.search(r"^USER (?!root)", image, re.MULTILINE)
    assert "HEALTHCHECK" in image


def test_the_composition_names_what_it_has() -> None:
    text = (DEPLOY / "compose.yaml").read_text("utf-8")
    found = yaml.safe_load(text)
    services = found["services"]
    assert {"bot1", "bot2", "caddy", "mongo1", "mongo2", "mongo3"} <= services.keys()
    for service in services.values():
        assert set(service["networks"]) <= found["networks"].keys()
        assert set(service.get("depends_on", ())) <= services.keys()
        for volume in service.get("volumes", ()):
            source = volume.split(":")[0]
            assert source in found["volumes"] or source.startswith((".", "${SHOP"))
        if source := service.get("build"):
            assert (DEPLOY / source["context"] / source["dockerfile"]).is_file()
    assert not any("ports" in services[name] for name in ("bot1", "bot2", "mongo1"))


def test_a_backup_has_a_volume_in_the_composition_that_the_images_user_may_write() -> None:
    """A new volume takes owner and rights from the folder of the image."""
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))["services"]
    assert all("backups:/backups" in services[name]["volumes"] for name in ("bot1", "bot2"))
    assert re.search(
        r"install -d -o oaflow .*/backups$", (DEPLOY / "Dockerfile").read_text("utf-8"), re.MULTILINE
    )


def test_no_file_names_a_registry() -> None:
    for path in files(""):
        for image in re.findall(r"^\s*(?:FROM|image:)\s+(\S+)", path.read_text("utf-8"), re.MULTILINE):
            assert "/" not in image, f"{path.name}: {image}"


@pytest.mark.parametrize("unit", files(".service"), ids=lambda path: path.name)
def test_a_unit_that_may_write_nowhere_has_temporary_files_of_its_own(unit: Path) -> None:
    """`strict` makes /tmp read-only, too: processes could not hand events to each other."""
    text = unit.read_text("utf-8")
    assert ("ProtectSystem=strict" in text) == ("PrivateTmp=yes" in text)


def test_systemd_reads_the_units(tmp_path: Path) -> None:
    if (tool := shutil.which("systemd-analyze")) is None:
        pytest.skip("no systemd-analyze: the options and variables of the units are compared above")
    for path in files(".service", ".timer"):
        text = re.sub(r"^(Exec\w+)=\S+", rf"\1={sys.executable}", path.read_text("utf-8"), flags=re.MULTILINE)
        (tmp_path / path.name.replace("@.", "@8080.")).write_text(text, "utf-8")
    for path in sorted(tmp_path.iterdir()):
        read = subprocess.run(
            [tool, "verify", "--man=no", str(path)], capture_output=True, text=True, check=False
        )
        told = [line for line in read.stderr.splitlines() if str(tmp_path) in line]
        assert not told


def checked(*command: str) -> None:
    if shutil.which(command[0]) is None:
        pytest.skip(f"no {command[0]}: what its file names is compared above with what the program has")
    read = subprocess.run(command, capture_output=True, text=True, check=False)
    assert read.returncode == 0, read.stderr


def test_promtool_reads_the_rules() -> None:
    checked("promtool", "check", "rules", *map(str, files(".rules.yaml")))


def test_caddy_reads_its_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """As it is shipped, also of 2.6; played with restarts in `tests/faults/test_real_proxies.py`."""
    monkeypatch.setenv("BOT_HOST", "bot.example.com")
    monkeypatch.setenv("BOT_UPSTREAMS", "127.0.0.1:8080 127.0.0.1:8081")
    checked("caddy", "validate", "--adapter", "caddyfile", "--config", str(DEPLOY / "caddy" / "Caddyfile"))


def test_nginx_reads_its_file(tmp_path: Path) -> None:
    text = (DEPLOY / "nginx" / "oaflow.conf").read_text("utf-8")
    plain = re.sub(r"\n  ssl_certificate\S* [^;]+;", "", text).replace("listen 443 ssl", "listen 8443")
    whole = tmp_path / "nginx.conf"
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    places = "".join(f"{kind}_temp_path {tmp_path / kind};" for kind in kinds)
    whole.write_text(f"pid {tmp_path}/pid; events {{}} http {{ access_log off; {places} {plain} }}", "utf-8")
    checked("nginx", "-t", "-c", str(whole), "-p", str(tmp_path))


def test_the_image_is_built_and_starts() -> None:
    tool = next((found for name in ("docker", "podman") if (found := shutil.which(name))), None)
    if tool is None or subprocess.run([tool, "info"], capture_output=True, check=False).returncode:
        pytest.skip("no container engine runs: what Dockerfile and compose name is compared above")
    build = [tool, "build", "-q", "-f", str(DEPLOY / "Dockerfile"), "-t", "oaflow-test", str(ROOT)]
    built = subprocess.run(build, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    ran = subprocess.run(
        [tool, "run", "--rm", "oaflow-test", "keys", "new"], capture_output=True, text=True, check=False
    )
    assert ran.stdout.startswith("seal="), ran.stderr
