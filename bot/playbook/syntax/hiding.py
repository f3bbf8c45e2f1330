"""What of a file may be shown: all but secrets that stand in it literally, instead of as `${NAME}`."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from bot.model.problem import Problem
from bot.model.translatable import tr
from bot.playbook.codes import mistake
from bot.playbook.shape.connections import SECRET_KEYS, SECRET_LIKE
from bot.playbook.syntax.environment import BEHAVIOUR, WITHIN
from bot.playbook.syntax.nodes import List, Map, Node, Path, Scalar, leaves, path_text, place_of, scalars

_NAME = SECRET_LIKE.pattern.removeprefix("(?i)")
_LINE_WITH_SECRET = re.compile(
    rf"(?im)(^[ \t]*//)([^\r\n]*(?:{_NAME})[^\r\n]*)"
    rf"|((?:{_NAME})[\w\"']{{0,40}}(?:[ \t]{{0,9}}[:：=][ \t]*|[ \t]+))([^\r\n]+)"
)
"""A comment of another language that names a secret, or the text behind the name of one."""
_COMMENT_WITH_SECRET = re.compile(
    rf"(?im)^[ \t]*\#[^\r\n]*?(?:{_NAME})[\w\"']{{0,40}}[ \t]{{0,9}}[:：=][ \t]*([^\r\n]+)"
)
"""The text behind the name of a secret in a comment line, unless the line is part of a text."""
_TOKEN_LIKE = re.compile(r"(?<![0-9A-Za-z])[0-9a-f]{32}(?![0-9A-Za-z])|[A-Za-z0-9+/]{80,}={0,2}")
"""A channel secret of LINE (32 hexadecimal digits), or a long token in base64."""
_PASSWORD_IN_ADDRESS = re.compile(r"(://[^/\s:@]*:)(\S+)(?=@)")
"""`://user:password@host`: group 2 is the password."""
_ALWAYS_SECRET: frozenset[Path] = frozenset({("api_token",)})
"""Values that are never examples: with one of them other systems send events to the bot."""
_VARIABLES = {
    "api_token": "EVENTS_TOKEN",
    "channel_secret": "LINE_CHANNEL_SECRET",
    "access_token": "LINE_CHANNEL_ACCESS_TOKEN",
    "login_channel_secret": "LINE_LOGIN_CHANNEL_SECRET",
    "database": "MONGODB_URI",
    "keys": "OAFLOW_KEYS",
    "through": "SMTP_URL",
    "url": "HOOK_URL",
    "who": "ALERT_URL",
}
"""The environment variable that a hint proposes for the secret of a key."""
_WITH_ADDRESSES = ("database", "alerts", "hooks", "shops")
"""Sections with addresses that may contain a password."""
_KEY_RING = re.compile(r"((?:seal|index)=)([^\s\"']{12,})")
"""One key of the key ring (`keys`): group 2 is the secret."""
_WITH_DEFAULT = re.compile(r"\$\{(\w+):-([^}\n]+)\}")
"""`${NAME:-default}` with a default: group 1 is the name, group 2 the default."""
_ONLY_VARIABLES = re.compile(r"(?:\$\{\w+(?::-)?\})+")
"""A value that is left to the environment: variables without defaults, and nothing else."""
_NO_SECRET = re.compile(r"(?:\$\{\w+(?::-(?:generated)?)?\})*")
"""Values of a secret's key that are no secret: empty, or variables of the environment."""
_OF_ACCOUNTS = frozenset(
    {"channels", "shops", "sms", "hooks", "alerts", "database", "keys", "api_token", "private_hosts"}
)
"""The sections in which secrets may stand literally; what others say is for members, or for staff."""
_REDACTED = "•"
"""Replaces each character of a secret that is not stored: unlike a star, it may begin a value in YAML."""
_PUBLIC = frozenset(
    {
        "id",
        "app_name",
        "channel_id",
        "groups",
        "staff",
        "reasons",
        "staff_silence",
        "answer_within",
        "answer_hours",
        "shop",
        "sms",
        "mark_read",
    }
    | {"liff", "plan", "paused", "settings"}
)
"""The public settings of a channel; others, known or misspelt, are taken for secret."""


def hidden(text: str, root: Node | None) -> str:
    """The text of a file with stars in place of each literal secret; as long as before, line by line.

    `root` is `None` where the file could not be parsed: then whole lines that look like it are starred.
    """
    text = _without_tokens(text)
    if root is None:
        return _LINE_WITH_SECRET.sub(_mask_line, text)
    pieces = []
    end = 0
    for _, node in _secrets(root, ()):
        pieces += [text[end : node.start], _stars(text[node.start : node.end])]
        end = node.end
    return "".join((*pieces, text[end:]))


def speaks_of_secrets(text: str) -> bool:
    """Whether a line that may be a comment holds something behind the name of a secret."""
    return _COMMENT_WITH_SECRET.search(text) is not None


def without_secrets(text: str, root: Node) -> str:
    """The text of a file to store: each character of a literal secret is replaced; still YAML.

    Where a text of the bot looks like a token (an address with a hash in it), it is none, and stays.
    """
    signs = list(text)
    safe = sorted(_texts_of_the_bot(root))
    for start, end in _like_tokens(text):
        before = bisect_right(safe, (start, len(text)))
        if not before or end > safe[before - 1][1]:
            _redact(signs, start, end)
    for start, end in _in_comments(text, root):
        _redact(signs, start, end)
    for path, node in _secrets(root, ()):
        if path[0] in _OF_ACCOUNTS and not _NO_SECRET.fullmatch(_raw(node)):
            _redact(signs, *_within_quotes(text, node.start, node.end))
    return "".join(signs)


def secret_defaults(text: str, stored: str) -> Iterator[tuple[int, str]]:
    """The line (from 1) and the variable of each `${NAME:-default}` in a file whose default is a secret.

    The `stored` text of the file lacks such a default: it gives the same value only where NAME is set.
    """
    for match in _WITH_DEFAULT.finditer(text):
        start, end = match.span(2)
        if stored[start:end] != text[start:end]:
            yield text.count("\n", 0, start) + 1, match[1]


def _in_comments(text: str, root: Node) -> Iterator[tuple[int, int]]:
    texts = sorted((scalar.start, scalar.end) for scalar in scalars(root))
    for match in _COMMENT_WITH_SECRET.finditer(text):
        before = bisect_right(texts, (match.start(1), len(text)))
        is_text = before and match.start(1) < texts[before - 1][1]
        if not is_text and not _ONLY_VARIABLES.match(match[1]):
            yield match.span(1)


def _texts_of_the_bot(root: Node) -> Iterator[tuple[int, int]]:
    if isinstance(root, Map):
        for section, (_, value) in root.pairs.items():
            if section not in _OF_ACCOUNTS:
                yield from ((scalar.start, scalar.end) for scalar in scalars(value))


def _like_tokens(text: str) -> Iterator[tuple[int, int]]:
    yield from (match.span() for match in _TOKEN_LIKE.finditer(text))
    for pattern in (_PASSWORD_IN_ADDRESS, _KEY_RING):
        for match in pattern.finditer(text):
            if not _NO_SECRET.fullmatch(match[2]):
                yield match.span(2)


def _within_quotes(text: str, start: int, end: int) -> tuple[int, int]:
    """Without the marks with which a value begins and ends in YAML."""
    if text[start] in "\"'":
        return start + 1, end - 1
    if text[start] in "|>":
        return text.find("\n", start, end) + 1 or end, end
    return start, end


def _redact(signs: list[str], start: int, end: int) -> None:
    signs[start:end] = [sign if sign.isspace() else _REDACTED for sign in signs[start:end]]


def _mask_line(match: re.Match[str]) -> str:
    before, behind = (match[1], match[2]) if match[1] is not None else (match[3], match[4])
    return before + (behind if _ONLY_VARIABLES.match(behind) else _stars(behind))


def secret_by_itself(text: str) -> bool:
    """Whether the text contains what is a secret by its form alone: a token, a password in an address."""
    return _without_tokens(text) != text


def _without_tokens(text: str) -> str:
    text = _TOKEN_LIKE.sub(lambda match: _stars(match[0]), text)
    for pattern in (_PASSWORD_IN_ADDRESS, _KEY_RING):
        text = pattern.sub(lambda match: match[1] + _stars(match[2]), text)
    return text


def literal_secrets(root: Node) -> list[Problem]:
    """A warning for each literal in the file that looks like a real secret, or cannot be anything else."""
    spans = [
        _warning(node, path)
        for path, node in _secrets(root, ())
        if path in _ALWAYS_SECRET or _TOKEN_LIKE.search(_raw(node))
    ]
    for path, node in _addresses(root):
        address = _PASSWORD_IN_ADDRESS.search(_raw(node))
        if address and not (_ONLY_VARIABLES.fullmatch(address[2]) or WITHIN.fullmatch(address[2])):
            spans.append(_warning(node, path))
    return spans


def _addresses(root: Node) -> Iterator[tuple[Path, Scalar]]:
    """Texts that may be an address with a password in it: of the database, a mail server, a web hook."""
    if isinstance(root, Map):
        for section in _WITH_ADDRESSES:
            node = root.get(section)
            for path, value in () if node is None else leaves(node, (section,)):
                if isinstance(value, Scalar):
                    yield path, value


def _warning(node: Scalar, path: Path) -> Problem:
    return mistake(
        place_of(node),
        "secret-in-file",
        tr(
            '"{path}" looks like a real secret, and the file is no place for it',
            path=path_text(path),
        ),
        hint=tr(
            "write  {variable}  here, and the secret into the environment or the file .env",
            variable=f'"${{{_variable(path)}}}"',
        ),
        width=node.width,
        level="warning",
    )


def _variable(path: Path) -> str:
    """What the variable may be called: after the key, in the words of the documentation where it has some."""
    key = next((part for part in reversed(path) if isinstance(part, str)), "")
    name = re.sub(r"\W", "_", key, flags=re.ASCII).upper()
    return _VARIABLES.get(key) or (name if re.fullmatch(r"[A-Z][A-Z0-9_]*", name) else "NAME")


def _secrets(node: Node, path: Path) -> Iterator[tuple[Path, Scalar]]:
    """Values that are secret by the name of their place, and are not left to the environment."""
    if isinstance(node, List):
        for item in node.items:
            yield from _secrets(item, path)
    if not isinstance(node, Map):
        return
    for key, (_, value) in node.pairs.items():
        here = (*path, key)
        if len(here) == 1 and key in BEHAVIOUR:
            continue
        is_secret = SECRET_LIKE.search(key) or (here[0], key) in SECRET_KEYS
        if is_secret or (path[:1] == ("channels",) and _unknown(here, value)):
            for scalar in scalars(value):
                raw = _raw(scalar)
                if raw not in ("", "generated") and not _ONLY_VARIABLES.fullmatch(raw):
                    yield here, scalar
        else:
            yield from _secrets(value, here)


def _unknown(path: Path, value: Node) -> bool:
    return path[-1] not in _PUBLIC if len(path) == 3 else len(path) < 3 and not isinstance(value, Map)


def _raw(node: Scalar) -> str:
    return node.value if node.raw is None else node.raw


def _stars(text: str) -> str:
    return re.sub(r"\S", "*", text)
