"""Commands beside the systemd unit, as `docs/operations/install.md` says: by the unit's own file (A10)."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from bot.app.database import KEYS
from bot.store.mongod.embedded import OWN_NAME
from tests.cli.oaflow import ROOT, ended_here
from tests.cli.people import LINE_ID


def test_commands_read_the_file_of_the_unit(people: Path, tmp_path: Path) -> None:
    """Its keys have spaces; a shell that sources it cuts them, and what was sealed could not be read."""
    ring = (people / OWN_NAME / KEYS).read_text("utf-8").strip()
    assert " " in ring
    unit = (ROOT / "deploy" / "systemd" / "oaflow.service").read_text("utf-8")
    assert "EnvironmentFile=/etc/oaflow.env" in unit
    example = (ROOT / "deploy" / "oaflow.env.example").read_text("utf-8")
    file = tmp_path / "oaflow.env"
    file.write_text(
        example.replace("OAFLOW_KEYS=\n", f"OAFLOW_KEYS={ring}\n").replace(
            "bot.example.com", "forest.example"
        ),
        "utf-8",
    )
    file.chmod(0o640)
    shutil.move(people / OWN_NAME / KEYS, tmp_path / "aside")
    (people / ".env").symlink_to(file)
    shown = ended_here("contact", "show", str(people), LINE_ID, "--json")
    assert shown.code == 0, shown.err
    assert json.loads(shown.out)["name"] == "王小美"
    address = ended_here("link", str(people), "webhook")
    assert address.out == "https://forest.example/webhook/main\n", address.err
