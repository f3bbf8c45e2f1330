"""The socket to listen on, where whoever started this process hands it over open: connections wait in it.

https://www.freedesktop.org/software/systemd/man/latest/sd_listen_fds.html
"""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping

from bot.app.environment import SettingsWrong
from bot.model.translatable import tr

FIRST = 3
"""The number of the first file that is handed over."""
_PROCESS, _NUMBER = "LISTEN_PID", "LISTEN_FDS"


def activated_socket(environment: Mapping[str, str]) -> socket.socket | None:
    """It, or `None` where none is meant for this process. Raises `SettingsWrong` where there are several."""
    number = environment.get(_NUMBER, "0")
    if environment.get(_PROCESS) != str(os.getpid()) or number == "0":
        return None
    if number != "1":
        raise SettingsWrong(tr("{number} sockets are handed over to listen on: one is served", number=number))
    listener = socket.socket(fileno=FIRST)
    listener.set_inheritable(False)
    return listener
