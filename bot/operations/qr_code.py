"""QR codes (ISO/IEC 18004) of our links, as files: SVG to print, PNG to post."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from bot.model.translatable import Refusal, Translatable, tr
from bot.playbook.similar import quoted
from bot.playbook.syntax.source import file_trouble_as

CODE_TYPES = {"svg": "image/svg+xml", "png": "image/png"}
"""What a picture of a code may be, as browsers call it."""
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
    kind = file.suffix.lower().removeprefix(".")
    if kind not in CODE_TYPES:
        raise CodeNotWritten(tr("{name} ends in neither .svg nor .png", name=quoted(str(file))))
    with file_trouble_as(lambda why: CodeNotWritten(unwritable(file, why))):
        file.write_bytes(code_picture(address, kind, title))


def unwritable(file: Path, why: Translatable | str) -> Translatable:
    """That this file cannot be written, and why."""
    return tr("{name} cannot be written: {why}", name=quoted(str(file)), why=why)


def code_picture(address: str, kind: str, title: str | None = None) -> bytes:
    """The same as the content of a file; `kind`: one of `CODE_TYPES`. An SVG has the title."""
    import segno  # not above: most commands draw none

    code, content = segno.make(address, error="m", micro=False), BytesIO()
    if kind == "svg":
        code.save(content, kind="svg", border=QUIET, light="white", title=title, omitsize=True)
    else:
        code.save(content, kind="png", scale=PIXELS, border=QUIET, light="white")
    return content.getvalue()
