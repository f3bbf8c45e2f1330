"""QR codes (ISO/IEC 18004) of our links, as files: SVG to print, PNG to post."""

from __future__ import annotations

from pathlib import Path

from bot.model.said import Refusal, say
from bot.playbook.file_trouble import file_trouble
from bot.playbook.similar import shown

ENDINGS = (".svg", ".png")
QUIET = 4
"""Modules of white around a code, which readers need: ISO/IEC 18004, section 9.1."""
PIXELS = 16
"""Pixels of a module: a link makes a picture of about 600, which also prints well on a small card."""


class CodeNotWritten(Refusal):
    """The file cannot be written, or is to be of another kind; the text says why."""


def write_code(address: str, title: str, file: Path) -> None:
    """Write an address as a QR code, black on white on every ground; the ending says SVG or PNG.

    An SVG is as large as the place where it is shown; both are read with 15 % of them dirty (level M). Raises
    `CodeNotWritten`.
    """
    import segno  # not above: most commands draw none

    if file.suffix.lower() not in ENDINGS:
        raise CodeNotWritten(say("{name} ends in neither .svg nor .png", name=shown(str(file))))
    code = segno.make(address, error="m", micro=False)
    try:
        if file.suffix.lower() == ".svg":
            code.save(str(file), kind="svg", border=QUIET, light="white", title=title, omitsize=True)
        else:
            code.save(str(file), kind="png", scale=PIXELS, border=QUIET, light="white")
    except OSError as error:
        why = file_trouble(error)
        raise CodeNotWritten(
            say("{name} cannot be written: {why}", name=shown(str(file)), why=why)
        ) from error
