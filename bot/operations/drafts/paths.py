"""Which files a draft may have: those that a playbook consists of, inside its folder."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from pathlib import PurePosixPath

from bot.model.translatable import Refusal, tr
from bot.playbook.syntax.folder_names import BOT_YAML, FOLDERS, SCENARIOS

LONGEST, PART_BYTES = 200, 200
"""Characters of a path, and bytes of each of its parts."""
PICTURES, PICTURE_FOLDER = (".png", ".jpg", ".jpeg"), "cards"
"""What the files of pictures end with, and the folder of new ones."""
BESIDE = (*PICTURES, ".json", ".csv", ".txt", ".mp4", ".m4a", ".mp3")
"""What lies beside the YAML: pictures, Flex messages, lists of people, videos and sounds."""


class PathRefused(Refusal):
    """No file of a playbook can be called so; the text says what can."""


def checked_path(written: str, there: Collection[str] = ()) -> str:
    """The path of a file that may be in a draft beside those that are `there`. Raises `PathRefused`.

    Never a hidden file, never one outside the folder: `.env` and the keys lie beside the playbook.
    """
    if written in there:
        return written
    path = _of_a_playbook(written)
    alike = path.casefold()
    for one in there:
        if unicodedata.normalize("NFC", one).casefold() == alike and one != path:
            raise PathRefused(tr("there is {file}: not all disks tell the two apart", file=one))
        if one.startswith(f"{path}/") or path.startswith(f"{one}/"):
            raise PathRefused(tr("{file} is a file, and no folder", file=min(one, path, key=len)))
    return path


def _of_a_playbook(written: str) -> str:
    path = unicodedata.normalize("NFC", written.strip())
    parts = PurePosixPath(path).parts
    if not path or len(path) > LONGEST or not path.isprintable() or "\\" in path:
        raise PathRefused(tr("write a file's path, such as rules/summer.yaml"))
    if path.startswith("/") or any(part in ("..", ".") or part.startswith(".") for part in path.split("/")):
        raise PathRefused(tr("a file lies inside the playbook's folder, and its name begins with no dot"))
    if "/".join(parts) != path or any(len(part.encode()) > PART_BYTES for part in parts):
        raise PathRefused(tr("write a file's path, such as rules/summer.yaml"))
    ending = PurePosixPath(path).suffix.lower()
    if ending in (".yaml", ".yml"):
        if path.startswith(f"{SCENARIOS}/") and path.endswith(".yaml") and parts[-1] != BOT_YAML:
            return path
        is_another = parts[-1] == BOT_YAML and path != BOT_YAML  # the beginning of another playbook
        if is_another or (path != BOT_YAML and (parts[0] not in FOLDERS or not path.endswith(".yaml"))):
            raise PathRefused(
                tr(
                    "a YAML file of the playbook ends with .yaml and lies in flows/, rules/ or cards/,"
                    " a scenario in tests/scenarios/"
                )
            )
        return path
    if ending not in BESIDE:
        raise PathRefused(
            tr("a playbook has YAML, pictures (PNG, JPEG), Flex messages (JSON), lists (CSV), videos, sounds")
        )
    return path
