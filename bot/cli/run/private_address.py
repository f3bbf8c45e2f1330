"""Where readiness and figures are served apart from the public port."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

ASKED_FOR = "--private-port {}"
"""How another one is asked for."""


@dataclass(frozen=True, slots=True)
class PrivateAddress:
    """What `--private-host` and `--private-port` say; no `port`: they stand on the public one."""

    host: str = "127.0.0.1"
    port: int | None = None

    @property
    def options(self) -> Sequence[str]:
        """The same on the command line of another process."""
        if self.port is None:
            return ()
        return ("--private-host", self.host, "--private-port", str(self.port))
