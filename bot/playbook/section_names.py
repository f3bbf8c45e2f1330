"""The names that a playbook has, section by section."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class SectionNames:
    """By section and name, what it is, for people who write: empty where nobody reads it.

    The sections are those of a file (`cards`, `broadcasts`), and others that names are chosen from (`pages`).
    """

    sections: Mapping[str, Mapping[str, str]] = field(repr=False)

    def of(self, section: str) -> Sequence[str]:
        """The names of a section, in its order."""
        return list(self.sections.get(section, ()))
