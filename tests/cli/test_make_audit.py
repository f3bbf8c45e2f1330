"""`make audit`, `make sbom` and `make hashes`: what they say, and when they fail."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.cli.oaflow import ROOT, environment


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A clone in which all is installed, and each tool only writes down how it was called."""
    shutil.copy(ROOT / "Makefile", tmp_path)
    for name in ("pyproject.toml", "constraints.txt", "audit-tools.txt", ".venv/bin/pip"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("", "utf-8")
    tool(tmp_path / ".venv" / "bin" / "python", "exit 0")
    for name in ("python", "pip-audit", "pip-compile", "cyclonedx-py"):
        tool(tmp_path / "build" / "tools" / "bin" / name, "exit 0")
    (tmp_path / "build" / "tools" / ".installed").touch()
    return tmp_path


def tool(path: Path, script: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'#!/bin/sh\necho "{path.name} $*" >>calls\n{script}\n', "utf-8")
    path.chmod(0o755)


def made(clone: Path, target: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["make", "--no-print-directory", target],
        cwd=clone,
        env=environment({"LC_ALL": "en_US.UTF-8"}),
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("says", "code", "ends", "told"),
    [
        ("No known vulnerabilities found", 0, 0, "No known vulnerabilities found"),
        ("Found 1 known vulnerability in 1 package", 1, 2, "Found 1 known vulnerability in 1 package"),
        ("ERROR:pip_audit._cli:attrs: Dependency not found on PyPI", 1, 2, "COULD NOT LOOK"),
        ("requests.exceptions.ConnectionError: no route to host", 1, 2, "COULD NOT LOOK"),
        ("", 127, 2, "COULD NOT LOOK"),
        ("", 0, 2, "COULD NOT LOOK"),
    ],
)
def test_an_audit_that_could_not_look_is_no_good_news(
    clone: Path, says: str, code: int, ends: int, told: str
) -> None:
    """An index that knows no holes answers as if there were no such package, and offline nobody answers."""
    tool(clone / "build" / "tools" / "bin" / "pip-audit", f'echo "WARNING:x" >&2; echo "{says}"; exit {code}')
    end = made(clone, "audit")
    assert end.returncode == ends
    assert told in end.stdout + end.stderr
    assert ("COULD NOT LOOK" in end.stderr) == (told == "COULD NOT LOOK")
    assert "--strict" in (clone / "calls").read_text("utf-8")


def test_no_address_comes_into_the_hashes(clone: Path) -> None:
    assert made(clone, "hashes").returncode == 0
    called = (clone / "calls").read_text("utf-8")
    for left_out in ("--no-header", "--no-emit-index-url", "--no-emit-trusted-host", "--no-emit-find-links"):
        assert left_out in called


def test_a_bill_of_materials_is_of_what_runs_alone(clone: Path) -> None:
    """An environment of its own, not the one in which tests and tools are."""
    end = made(clone, "sbom")
    assert end.returncode == 0, end.stderr
    install, look = (clone / "calls").read_text("utf-8").splitlines()[1:]
    assert "--python build/shipped install" in install
    assert "-c constraints.txt -e ." in install
    assert look.startswith("cyclonedx-py environment")
    assert look.endswith("--output-file build/sbom.json build/shipped")


@pytest.mark.parametrize(
    ("file", "tools"),
    [
        ("audit-tools.txt", {"pip-tools", "cyclonedx-bom", "pip_audit"}),
        ("site-tools.txt", {"Sphinx", "furo", "myst-parser"}),
    ],
)
def test_the_tools_are_pinned_by_name_and_version(file: str, tools: set[str]) -> None:
    lines = (ROOT / file).read_text("utf-8").splitlines()
    pins = [Requirement(line) for line in lines if not line.startswith("#")]
    assert tools <= {pin.name for pin in pins}
    for pin in pins:
        assert pin.url is None
        assert re.fullmatch(r"==[\w.]+", str(pin.specifier)), pin
