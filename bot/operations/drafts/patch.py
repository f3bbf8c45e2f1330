"""Changes of files as a patch that `git apply` takes: texts by lines, all else as git's binary patches."""

from __future__ import annotations

import zlib
from base64 import b85encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import unified_diff
from hashlib import sha1

from bot.model.published_version import AcceptedPlaybook
from bot.model.translatable import tr
from bot.operations.drafts.draft import DraftRefused, PlaybookDraft
from bot.operations.drafts.live_files import LiveFiles, PlaybookBase

_NO_FILE = "/dev/null"
_NO_BLOB = "0" * 40
"""The hash that git writes where there is no file."""
_MODE = "100644"
"""A file that is not executable."""
_AT_A_TIME = 52
"""Bytes of a line of a binary patch."""
_NO_END = "\\ No newline at end of file\n"


@dataclass(frozen=True, slots=True)
class PatchedFile:
    """A file before and after; `None`: there is none. `path` is from the playbook's folder."""

    path: str
    before: bytes | None = field(repr=False)
    after: bytes | None = field(repr=False)


def git_patch(files: Sequence[PatchedFile]) -> str:
    """The patch. It names the blobs that it is of, so that git finds them where they are committed,
    also where a file has changed since (a merge of three). Blocks."""
    changed = (one for one in files if one.before != one.after)
    return "".join("".join(_of(one)) for one in sorted(changed, key=lambda one: one.path))


async def draft_patch(live: LiveFiles, draft: PlaybookDraft) -> list[PatchedFile]:
    """What a draft changes of what is live. Raises `DraftRefused` where it is behind that, and
    `DatabaseUnavailable`."""
    if draft.behind:
        raise DraftRefused(tr("something else was published meanwhile: take it into your draft first"))
    there = await live.contents([draft.base.files[path] for path in draft.files if path in draft.base.files])
    return [
        PatchedFile(path, there.get(path), None if one.kind == "removed" else one.content)
        for path, one in draft.files.items()
    ]


async def versions_patch(
    live: LiveFiles, before: AcceptedPlaybook | None, after: AcceptedPlaybook
) -> list[PatchedFile]:
    """What one version changed of the other (`None`: of nothing). Raises `BaseMissing`, and
    `DatabaseUnavailable`."""
    bases = [None if one is None else await live.of(one) for one in (before, after)]
    was, now = ({} if base is None else base.files for base in bases)
    wanted = [path for path in {**was, **now} if _digest(bases[0], path) != _digest(bases[1], path)]
    contents: list[Mapping[str, bytes]] = [
        await live.contents([files[path] for path in wanted if path in files]) for files in (was, now)
    ]
    return [PatchedFile(path, contents[0].get(path), contents[1].get(path)) for path in wanted]


def _digest(base: PlaybookBase | None, path: str) -> str | None:
    return None if base is None else base.digest_of(path)


def _of(one: PatchedFile) -> Iterator[str]:
    old, new = (_quoted(f"{side}/{one.path}") for side in "ab")
    yield f"diff --git {old} {new}\n"
    if one.before is None:
        yield f"new file mode {_MODE}\n"
    if one.after is None:
        yield f"deleted file mode {_MODE}\n"
    mode = f" {_MODE}" if one.before is not None and one.after is not None else ""
    yield f"index {_blob(one.before)}..{_blob(one.after)}{mode}\n"
    texts = [_text(side) for side in (one.before, one.after)]
    if texts[0] is None or texts[1] is None:
        yield "GIT binary patch\n"
        yield from _literal(one.after or b"")
        yield from _literal(one.before or b"")
        return
    before, after = (_lines(text or "") for text in texts)
    names = (_NO_FILE if one.before is None else _named(old), _NO_FILE if one.after is None else _named(new))
    for line in unified_diff(before, after, *names):
        yield line if line.endswith("\n") else f"{line}\n{_NO_END}"


def _named(path: str) -> str:
    """A tab ends a name that has spaces in it."""
    return f"{path}\t" if " " in path else path


def _quoted(path: str) -> str:
    """As git quotes a name with signs that would end it."""
    if path.isprintable() and '"' not in path and "\\" not in path:
        return path
    raw = path.encode("utf-8", "surrogateescape")
    shown = (chr(one) if 32 <= one < 127 and one not in b'"\\' else f"\\{one:03o}" for one in raw)
    return f'"{"".join(shown)}"'


def _blob(content: bytes | None) -> str:
    """What git calls this content."""
    if content is None:
        return _NO_BLOB
    return sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


def _text(content: bytes | None) -> str | None:
    if content is None:
        return ""
    if b"\0" in content:
        return None
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _lines(text: str) -> list[str]:
    """Ended by a line feed alone: all else stands in a line."""
    pieces = text.split("\n")
    return [f"{one}\n" for one in pieces[:-1]] + pieces[-1:] * bool(pieces[-1])


def _literal(content: bytes) -> Iterator[str]:
    yield f"literal {len(content)}\n"
    packed = zlib.compress(content)
    for start in range(0, len(packed), _AT_A_TIME):
        piece = packed[start : start + _AT_A_TIME]
        length = chr(ord("A") + len(piece) - 1) if len(piece) <= 26 else chr(ord("a") + len(piece) - 27)
        padded = piece + b"\0" * (-len(piece) % 4)
        yield f"{length}{b85encode(padded).decode()}\n"
    yield "\n"
