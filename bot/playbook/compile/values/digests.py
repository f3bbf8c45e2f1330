"""What is in a file, as its sha256."""

from __future__ import annotations

from functools import lru_cache
from hashlib import file_digest
from pathlib import Path


def sha256_of(path: Path) -> str:
    """The sha256 (hexadecimal), read once for each time that it changed. Raises `OSError`."""
    stat = path.stat()
    return _digest(path, (stat.st_mtime_ns, stat.st_ctime_ns, stat.st_size, stat.st_ino))


@lru_cache(maxsize=5_000)
def _digest(path: Path, stamp: tuple[int, ...]) -> str:
    """Remembered: `reload` is to be fast."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()
