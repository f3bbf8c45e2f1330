"""What is said of a text that is not of its format."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from bot.model.translatable import Translatable
from bot.playbook.codes import Code


@dataclass(frozen=True, slots=True)
class FormatFault:
    """Why a text is not of a format: the code, and what is said behind the text or its place."""

    code: Code
    says: Translatable
    hint: Translatable | None = None
    of_place: bool = False
    """Said of the place, `"id" must be …`, and not of the text in it, which is empty, secret or any."""


FormatCheck: TypeAlias = Callable[[str], FormatFault | None]
