"""The names that a playbook has, section by section."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class SectionNames:
    """By section and name: what it is, for editors; empty where that is not shown.

    Sections are those of a file (`cards`, `broadcasts`), and others from which names are chosen (`pages`).
    """

    sections: Mapping[str, Mapping[str, str]] = field(repr=False)

    def of(self, section: str) -> Sequence[str]:
        """The names of a section, in its order."""
        return list(self.sections.get(section, ()))
