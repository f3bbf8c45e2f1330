"""What is noted of pages that a person opens and answers."""

from __future__ import annotations

from bot.model.trace import NoteKind

PAGE_LACKS = NoteKind(
    "page: not-opened ({flow} needs {names})",
    "The page was not opened: the flow {flow} needs {names}",
    "no",
    "The page was not opened: something is missing",
)
_NO_SUCH_PAGE = "There is no such page, or it asks nothing now"
PAGE_UNKNOWN = NoteKind(
    "page: no-match (there is no page {page})",
    "There is no page {page}",
    "no",
    _NO_SUCH_PAGE,
    code="page_unknown",
)
PAGE_ASKS_NOTHING = NoteKind(
    "page: no-match ({page} asks nothing)",
    "The page {page} asks nothing now",
    "not",
    _NO_SUCH_PAGE,
    code="page_asks_nothing",
)
PAGE_CANNOT = NoteKind(
    "page: no-match (that cannot be done there)",
    "That cannot be done there just now",
    "not",
    _NO_SUCH_PAGE,
    code="page_cannot",
)
PAGE_STALE = NoteKind(
    "page: stale-answer ({flow} asks something else by now)",
    "This answer was to an earlier question, and was not taken",
    "not",
)
PAGE_ASKS = NoteKind(
    "page: not heard (the page {page} asks for this)",
    "The page {page} asks for this: the person is sent there",
    in_row="The page asks for this: the person is sent there",
)
FORM_SENT_BEFORE = NoteKind(
    "form: not-kept ({form} was sent before, and is not for `again`)",
    "The form {form} was sent before, and may be sent once",
    "not",
    "The form was not taken",
)
