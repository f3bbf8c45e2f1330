"""A font of this machine that has Chinese characters."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from bot.model.translatable import Refusal, tr
from bot.playbook.drawing.menu_picture import FontFile

_WANTED = "sans-serif:lang=zh-tw:weight=bold"
_USUAL = (
    "/System/Library/Fonts/PingFang.ttc",
    "/System/Library/Fonts/STHeiti Medium.ttc",
    "/System/Library/Fonts/Hiragino Sans GB.ttc",
    "/Library/Fonts/Arial Unicode.ttf",
    "/System/Library/Fonts/Supplemental/Arial Unicode.ttf",
    "C:/Windows/Fonts/msjhbd.ttc",
    "C:/Windows/Fonts/msjh.ttc",
)
"""Where macOS and Windows keep theirs."""
_SECONDS = 10


class FontMissing(Refusal):
    """This machine has none."""


def font_with_chinese() -> FontFile:
    """That which fontconfig has for Traditional Chinese, or one of the usual ones. Raises `FontMissing`."""
    font = cjk_font()
    if font is None:
        raise FontMissing(tr("no font with Chinese characters was found on this machine"))
    return font


def cjk_font() -> FontFile | None:
    """The same, or `None`."""
    return _matched() or next((FontFile(Path(path)) for path in _USUAL if Path(path).is_file()), None)


def _matched() -> FontFile | None:
    """What fontconfig answers; `fc-match` names one without Chinese, too, so `fc-list` is asked before."""
    program = shutil.which("fc-list")
    if program is None or (match := shutil.which("fc-match")) is None:
        return None
    if not _output_of([program, ":lang=zh-tw", "file"]):
        return None
    path, _, index = _output_of([match, _WANTED, "-f", "%{file}\n%{index}"]).partition("\n")
    return FontFile(Path(path), int(index) if index.isdigit() else 0) if path else None


def _output_of(command: list[str]) -> str:
    try:
        ran = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return ran.stdout if ran.returncode == 0 else ""
