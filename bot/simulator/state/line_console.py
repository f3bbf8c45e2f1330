"""What people set on LINE's own pages and no API of LINE sets: switches, and the LIFF app."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

LiffSize: TypeAlias = Literal["full", "tall", "compact"]
LIFF_SIZES: tuple[str, ...] = get_args(LiffSize)
LIFF_SCOPES = ("openid", "profile", "chat_message.write", "email")


@dataclass(frozen=True, slots=True)
class LineConsole:
    """The settings of one channel on LINE's own pages."""

    uses_webhook: bool = True
    """The switch “Use webhook”; while it is off LINE sends none."""
    chat: bool = False
    """Whether staff may answer in LINE Official Account Manager."""
    has_liff_app: bool = True
    liff_size: LiffSize = "full"
    liff_scopes: tuple[str, ...] = LIFF_SCOPES[:3]
    liff_endpoint: str | None = None
    """The endpoint URL of the LIFF app; `None`: this server's own."""


USUAL_CONSOLE = LineConsole()
