"""Units of systemd and commands beside them, by one file, as `docs/operations/install.md` says (A10, A11)."""

from __future__ import annotations

import json
import re
from pathlib import Path

from bot.app.database import KEYS
from bot.store.mongod.embedded import OWN_NAME
from tests.cli.oaflow import LINE_SETTINGS, ROOT, ended_here, serving
from tests.cli.people import LINE_ID

UNITS = sorted((ROOT / "deploy" / "systemd").glob("*.service"))
OLD = {**LINE_SETTINGS, "LINE_CHANNEL_SECRET": "the-old-secret"}


def handed_over(unit: Path, file: Path) -> dict[str, str]:
    """The environment that systemd gives this unit, where `/etc/oaflow.env` is `file`."""
    text = unit.read_text("utf-8")
    given = re.findall(r"^Environment=(\w+)=(.*)$", text, re.MULTILINE)
    if re.search(r"^EnvironmentFile=-?/etc/oaflow.env$", text, re.MULTILINE):
        given += re.findall(r"^(\w+)=(.*)$", file.read_text("utf-8"), re.MULTILINE)
    return dict(given)


def saved(file: Path, values: dict[str, str]) -> None:
    file.write_text("".join(f"{name}={value}\n" for name, value in values.items()), "utf-8")


async def test_the_file_of_the_units_is_read_as_the_playbooks_env(shop: Path, tmp_path: Path) -> None:
    """A11: a secret issued anew is written into it. What systemd itself had read of it came first, until the
    next start."""
    file = tmp_path / "oaflow.env"
    saved(file, OLD)
    (shop / ".env").symlink_to(file)
    environment = {name: value for unit in UNITS for name, value in handed_over(unit, file).items()}
    async with serving(str(shop), **environment) as served:
        saved(file, {**OLD, "LINE_CHANNEL_SECRET": "the-new-secret"})
        line = await served.says("LINE_CHANNEL_SECRET")
        assert line["message"].startswith("taken over from .env: LINE_CHANNEL_SECRET ")


def test_commands_read_the_file_of_the_unit(people: Path, tmp_path: Path) -> None:
    """Its keys have spaces; a shell that sources it cuts them, and what was sealed could not be read."""
    ring = (people / OWN_NAME / KEYS).read_text("utf-8").strip()
    assert " " in ring
    example = (ROOT / "deploy" / "oaflow.env.example").read_text("utf-8")
    file = tmp_path / "oaflow.env"
    file.write_text(
        example.replace("OAFLOW_KEYS=\n", f"OAFLOW_KEYS={ring}\n").replace(
            "bot.example.com", "forest.example"
        ),
        "utf-8",
    )
    file.chmod(0o640)
    (people / ".env").symlink_to(file)
    shown = ended_here("contact", "show", str(people), LINE_ID, "--json")
    assert shown.code == 0, shown.err
    assert json.loads(shown.out)["name"] == "王小美"
    address = ended_here("link", str(people), "webhook")
    assert address.out == "https://forest.example/webhook/main\n", address.err
