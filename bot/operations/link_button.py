"""A button for the shop's web page: HTML with its own style, to be pasted where it shall stand."""

from __future__ import annotations

from html import escape
from pathlib import Path
from urllib.parse import quote

_BUTTON = """\
<a class="line-link" href="{address}">{text}</a>
{code}<style>
  .line-link {{
    display: inline-flex; align-items: center; min-height: 44px; padding: 0 20px; border-radius: 22px;
    background: #0b6b63; color: #fff; font: 600 16px/1.4 system-ui, sans-serif; text-decoration: none;
  }}
  .line-link:hover {{ background: #08524c }}
  .line-link:focus-visible {{ outline: 3px solid #f2b04c; outline-offset: 2px }}
</style>
"""
_CODE = '<p><img src="{file}" width="160" height="160" alt="QR code: {text}"></p>\n'


def link_button(address: str, says: str, code: Path | None) -> str:
    """A button that says this and leads there; with the picture of its code, for who sits at a desk."""
    text = escape(says)
    shown = "" if code is None else _CODE.format(file=escape(quote(code.name)), text=text)
    return _BUTTON.format(address=escape(address), text=text, code=shown)
