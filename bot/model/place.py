"""A place in the playbook."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the playbook: file (relative), line and column (from 1), and the path of keys to it."""

    file: str
    line: int
    column: int
    path: str
    text: str = field(init=False, compare=False, repr=False)
    """`file:line:column`, made once: every step of a trace says it."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", f"{self.file}:{self.line}:{self.column}")

    def __str__(self) -> str:
        return self.text
