"""What a person sets on LINE's own pages, and no interface of LINE's can: the switches, the LIFF app."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

LiffSize: TypeAlias = Literal["full", "tall", "compact"]
LIFF_SIZES: tuple[str, ...] = get_args(LiffSize)
LIFF_SCOPES = ("openid", "profile", "chat_message.write", "email")


@dataclass(frozen=True, slots=True)
class LineConsole:
    """`uses_webhook`: the switch “Use webhook”; while it is off LINE sends nothing. `chat`: staff may answer
    in LINE Official Account Manager. `liff_endpoint`: `None` is this server's own."""

    uses_webhook: bool = True
    chat: bool = False
    has_liff_app: bool = True
    liff_size: LiffSize = "full"
    liff_scopes: tuple[str, ...] = LIFF_SCOPES[:3]
    liff_endpoint: str | None = None


USUAL_CONSOLE = LineConsole()
