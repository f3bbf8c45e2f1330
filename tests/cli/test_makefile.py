"""`make run` and `make new` as a newcomer calls them: which folder, which words, how a failure ends."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.cli.oaflow import ROOT, environment
from tests.eventually import PATIENCE

PIP = """#!/bin/sh
echo "Collecting aiohttp>=3.11"
echo "  Downloading aiohttp-3.11.whl (1.7 MB)"
echo "  Installing build dependencies: started"
echo "Collecting fiftyone-db"
echo "  Downloading fiftyone_db-0.4.0.whl (69.5 MB)"
echo "Installing collected packages: aiohttp, fiftyone-db"
echo "Successfully installed aiohttp"
exit $PIP_ENDS_WITH
"""


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A clone whose Python and oaflow only say what they were asked."""
    binaries = tmp_path / ".venv" / "bin"
    binaries.mkdir(parents=True)
    shutil.copy(ROOT / "Makefile", tmp_path)
    for name in ("pyproject.toml", "constraints.txt", ".venv/bin/pip"):
        (tmp_path / name).write_text("", "utf-8")
    for name, text in {"python": PIP, "oaflow": '#!/bin/sh\nfor one; do echo "<$one>"; done\n'}.items():
        (binaries / name).write_text(text, "utf-8")
        (binaries / name).chmod(0o755)
    return tmp_path


def made(clone: Path, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    settings = environment({"LC_ALL": "en_US.UTF-8", "PIP_ENDS_WITH": "0", "PYTHON": "python3", **more})
    return subprocess.run(
        ["make", "--no-print-directory", *words],
        cwd=clone,
        env=settings,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        (["run"], "<run>\n<.>\n<--simulator>\n<--port>\n<8080>\n"),
        (["run", "FOLDER=../my shop", "PORT=9000"], "<run>\n<../my shop>\n<--simulator>\n<--port>\n<9000>\n"),
        (["new"], "<new>\n"),
        (["new", "FOLDER=../my shop"], "<new>\n<../my shop>\n"),
    ],
)
def test_which_folder(clone: Path, words: list[str], asked: str) -> None:
    end = made(clone, *words)
    assert (end.returncode, end.stderr) == (0, "")
    assert end.stdout.endswith(asked)


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["run"], "make run"),
        (["run", "FOLDER=it's my shop"], 'make run FOLDER="it\'s my shop"'),
        (["new"], "make new"),
    ],
)
def test_oaflow_is_told_how_it_was_started(clone: Path, words: list[str], named: str) -> None:
    """With that it says how another port is taken."""
    (clone / ".venv" / "bin" / "oaflow").write_text('#!/bin/sh\necho "$OAFLOW_STARTED_BY"\n', "utf-8")
    assert made(clone, *words).stdout.splitlines()[-1] == named


@pytest.mark.parametrize(
    ("spoken", "first", "last"),
    [
        ("en_US.UTF-8", "Step 2 of 2: installing", "Unpacking …"),
        ("zh_TW.UTF-8", "第 2 步，共 2 步：安裝", "解開中……"),
        ("C.UTF-8", "第 2 步，共 2 步：安裝", "解開中……"),
    ],
)
def test_what_is_installed_is_shown_in_few_words(clone: Path, spoken: str, first: str, last: str) -> None:
    """A dot for each package, the large ones by name, and again nothing where all is there."""
    end = made(clone, "new", LC_ALL=spoken)
    lines = end.stdout.splitlines()
    assert lines[0].startswith(first)
    assert lines[1:] == [".. fiftyone_db (69.5 MB) ", last, "<new>"]
    assert made(clone, "new", LC_ALL=spoken).stdout == "<new>\n"


PLAYS = f"""#!{sys.executable}
import os, signal, sys
sys.path.insert(0, {str(ROOT)!r})
import bot.cli.main
def plays(arguments):
    print("ready", os.getpid(), flush=True)
    signal.pause()
def told(*_):
    print("told to end", flush=True)
    sys.exit(0)
signal.signal(signal.SIGTERM, told)
bot.cli.main.main = plays
bot.cli.main.entry()
"""


@contextmanager
def playing(clone: Path, target: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """make, and the process that it has started, ready; afterwards none of it is left."""
    assert made(clone, target).returncode == 0  # what is needed is installed
    (clone / ".venv" / "bin" / "oaflow").write_text(PLAYS, "utf-8")
    process = subprocess.Popen(
        ["make", "--no-print-directory", target],
        cwd=clone,
        env=environment({"LC_ALL": "en_US.UTF-8"}),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=_hears_ctrl_c,
    )
    assert process.stdout is not None
    try:
        said = next(line for line in iter(process.stdout.readline, "") if line.startswith("ready "))
        yield process, int(said.split()[1])
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


@pytest.mark.parametrize("target", ["run", "new"])
def test_ctrl_c_ends_it_without_a_line_of_make(clone: Path, target: str) -> None:
    """Which would look as if something had gone wrong."""
    with playing(clone, target) as (process, started):
        # a terminal sends it to both; make 4.3 writes of its own trouble where it hears of it only after
        # what it has started has ended
        for each in (process.pid, started):
            os.kill(each, signal.SIGINT)
            while _is_pending(signal.SIGINT, process.pid):
                os.sched_yield()
        assert process.communicate(timeout=PATIENCE) == ("", "")


@pytest.mark.parametrize("target", ["run", "new"])
def test_who_ends_make_ends_what_it_has_started(clone: Path, target: str) -> None:
    """As a supervisor does; its output is closed only when nobody has it any more."""
    with playing(clone, target) as (process, _):
        process.terminate()
        out, err = process.communicate(timeout=PATIENCE)
    assert (out, err) == ("told to end\n", "")


def _is_pending(number: int, process: int) -> bool:
    """Whether a signal was sent to it that it has not heard yet; a zombie keeps its own."""
    try:
        status = Path(f"/proc/{process}/status").read_text("utf-8")
    except (ProcessLookupError, FileNotFoundError):
        return False
    if re.search(r"^State:\s*[ZX]", status, re.MULTILINE):
        return False
    found = re.search(r"^ShdPnd:\s*(\w+)", status, re.MULTILINE)
    return found is not None and bool(int(found[1], 16) >> (number - 1) & 1)


def _hears_ctrl_c() -> None:
    """Also where who runs the tests is deaf to it (`nohup … &`)."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.parametrize("target", ["run", "new"])
def test_what_goes_wrong_is_an_error_of_make(clone: Path, target: str) -> None:
    (clone / ".venv" / "bin" / "oaflow").write_text("#!/bin/sh\nexit 3\n", "utf-8")
    assert made(clone, target).returncode == 2


def test_an_installation_that_fails_ends_there(clone: Path) -> None:
    end = made(clone, "run", PIP_ENDS_WITH="3")
    assert end.returncode == 2
    assert "Error 3" in end.stderr
    assert "<run>" not in end.stdout


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ('[ "$2" = "" ] || exit 1; echo "Python 3.9.2"', "需要 Python 3.11 以上；這個是 Python 3.9.2"),
        ('case "$2" in *ensurepip*) exit 1 ;; esac', "sudo apt-get install python3-venv"),
    ],
)
def test_a_python_that_will_not_do(clone: Path, script: str, said: str) -> None:
    """In the reader's language, with what is to be installed."""
    shutil.rmtree(clone / ".venv")
    python = clone / "old-python"
    python.write_text(f"#!/bin/sh\n{script}\n", "utf-8")
    python.chmod(0o755)
    end = made(clone, "run", f"PYTHON={python}", LC_ALL="zh_TW.UTF-8")
    assert end.returncode == 2
    assert said in end.stderr
