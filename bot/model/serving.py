"""What a running process says of itself, for those who ask whether somebody serves a playbook."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Serving:
    """A process that lives: `runs` is the version it decides with, `holds` the one in its files now.

    `holds` is `None` where the files cannot be taken over. `where` is machine and folder, for people. By
    `ahead` seconds its clock is ahead of the machine's, as a simulator's can be. `keys` are the names of all
    keys that it has, `stage` how far it has seen their rotation go. `secrets` is a keyed hash of the secrets
    that it uses: it tells whether they are the same as others'.
    """

    process: str
    where: str
    runs: str
    holds: str | None
    ahead: float = 0.0
    keys: tuple[str, ...] = ()
    stage: int = -1
    secrets: str = ""
    ready: str | None = None
    """By whose call (`Coming`) it has a coming playbook ready, "": none; `None`: it makes none ready (an
    older program)."""
    unready: str = ""
    """By whose call it was to make one ready that it cannot read: its log says why."""
    line: str = ""
    """LINE's API, where it is a simulator's own: its pretend people are friends there and nowhere else."""
    filled: Mapping[str, str] = field(default_factory=dict, hash=False, repr=False)
    """What a simulator has given the unset variables of the environment, by name: commands beside it use the
    same. They open nothing but this simulator."""
    published: bool = False
    """Whether it serves what is published from the database, whatever its files hold."""

    def is_through_with(self, call: str) -> bool:
        """Whether it has made that one ready, or will not."""
        return self.ready is None or call in (self.ready, self.unready)
