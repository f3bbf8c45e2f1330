"""What pages of several rooms draw alike: templates for Jinja by their names, and a style sheet."""

from __future__ import annotations

from pathlib import Path

_FOLDER = Path(__file__).parent
TEMPLATES = {path.name: path.read_text("utf-8") for path in sorted(_FOLDER.glob("*.html"))}
STEPS = (_FOLDER / "steps.css").read_bytes()
"""The style sheet of `steps.html`."""
