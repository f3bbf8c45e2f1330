"""How deep JSON may be nested, so that nothing that walks through it or writes it again runs out of stack."""

from __future__ import annotations

from typing import Any

DEEPEST = 100


def too_deep(value: Any) -> bool:
    """Whether objects and lists lie in one another more than a hundred times."""
    level = [value]
    for _ in range(DEEPEST):
        level = [
            inner
            for one in level
            if isinstance(one, dict | list)
            for inner in (one.values() if isinstance(one, dict) else one)
            if isinstance(inner, dict | list)
        ]
        if not level:
            return False
    return True
