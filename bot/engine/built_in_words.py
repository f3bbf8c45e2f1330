"""The two words that every playbook understands, with any punctuation (requirement I6)."""

from __future__ import annotations

import re

STOP, RESUME = "停止推播", "恢復推播"
"""Marketing pushes to the person stop, or go on."""


def built_in_word(folded: str) -> str | None:
    """The word that a folded text says; `None` where it says anything else, or more.

    Only letters and digits count: no punctuation, white space or emoji, before, between or after them. A
    question is no consent, so 「恢復推播？」 does not match; in doubt nothing is sent. So what
    may be one of LINE's own emoji is left out of the word to stop only: `(no)` would be one, too.
    """
    if STOP[0] not in folded and RESUME[0] not in folded:
        return None  # as nearly everything
    word = next((word for word, pattern in _PATTERNS.items() if pattern.fullmatch(folded)), None)
    if word is None and "(" in folded and _PATTERNS[STOP].fullmatch(_LINE_EMOJI.sub("", folded)):
        return STOP
    return word


_LINE_EMOJI = re.compile(r"\([ -'*-~]*\)")
"""LINE's own emoji as its webhooks tell them: a name in ASCII, in round brackets.

https://developers.line.biz/en/reference/messaging-api/#wh-text: `Good Morning!! (love)`
"""


def _letters(word: str, between: str) -> re.Pattern[str]:
    """Matches the word, with anything that `between` matches before, between and after its letters."""
    return re.compile(between + between.join(map(re.escape, word)) + between)


_PATTERNS = {STOP: _letters(STOP, r"[\W_]*"), RESUME: _letters(RESUME, r"(?:[^\w?❓❔]|_)*")}
"""Between the letters may be anything but letters and digits; in the word to resume no question mark."""
