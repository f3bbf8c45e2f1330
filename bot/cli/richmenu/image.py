"""`oaflow richmenu image`: plain pictures for rich menus that have none, for bots without a designer."""

from __future__ import annotations

import os

from bot.app.database import folder_of
from bot.cli.arguments import Arguments
from bot.cli.exit_codes import RIGHT
from bot.cli.terminal_text import write_out
from bot.model.translatable import Language, tr
from bot.operations.cjk_font import FontMissing
from bot.operations.plain_menus import PictureNotDrawn, draw, menus_of
from bot.playbook.load import load


def image(wanted: Arguments, words: Language) -> int:
    """Draw what is missing, and what was drawn here from other labels; the exit code."""
    menus = menus_of(load(wanted.playbook, dict(os.environ), unset="warning"))
    try:
        drawn = draw(folder_of(wanted.playbook), menus, wanted.font)
    except FontMissing as error:
        raise PictureNotDrawn(tr("{why}: name one with  --font FILE", why=error.message)) from error
    done = words.text(tr("all pictures are as they should be"))
    write_out("".join(f"{path}\n" for path in drawn) or f"{done}\n")
    return RIGHT
