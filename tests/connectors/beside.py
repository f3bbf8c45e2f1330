"""A package with connectors of its own, installed beside: a copy of `pigeon`, with its entry points."""

from __future__ import annotations

import shutil
from pathlib import Path

PIGEON = Path(__file__).parent / "pigeon"
ENTRY_POINTS = {"sms": "pigeon.sms:MANIFEST", "shops": "pigeon.shop:MANIFEST"}


def installed_beside(folder: Path, **points: str) -> str:
    """What `PYTHONPATH` has to be for it; `points`: other modules than its own, by kind."""
    shutil.copytree(PIGEON, folder / "pigeon", ignore=shutil.ignore_patterns("__pycache__"))
    about = folder / "pigeon_post-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: pigeon-post\nVersion: 1.0\n", "utf-8")
    lines = [
        f"[oaflow.connectors.{kind}]\npigeon = {at}\n" for kind, at in {**ENTRY_POINTS, **points}.items()
    ]
    (about / "entry_points.txt").write_text("\n".join(lines), "utf-8")
    return str(folder)
