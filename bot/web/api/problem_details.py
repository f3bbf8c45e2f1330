"""What is answered where a call is not carried out: problem details.

https://www.rfc-editor.org/rfc/rfc9457
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias, get_args

import orjson
from aiohttp import web

from bot.model.translatable import Language, Translatable, tr
from bot.web.openapi_schema import object_of

PROBLEM_TYPE = "application/problem+json"

ProblemCode: TypeAlias = Literal[
    # what each means: PROBLEMS
    "unreadable",
    "no_token",
    "insecure",
    "not_allowed",
    "not_found",
    "wrong_method",
    "refused",
    "under_way",
    "too_large",
    "wrong_type",
    "wrong",
    "key_used",
    "too_many",
    "broken",
    "away",
    "waits",
]
"""A program may rely on these: none ever means something else."""

PROBLEMS: Mapping[ProblemCode, tuple[int, Translatable]] = {
    "unreadable": (400, tr("What was sent cannot be read")),
    "no_token": (401, tr("The token is missing, wrong or over")),
    "insecure": (403, tr("The API needs https")),
    "not_allowed": (403, tr("The role of this token does not open this")),
    "not_found": (404, tr("There is no such thing here")),
    "wrong_method": (405, tr("This address takes another method")),
    "refused": (409, tr("That cannot be done")),
    "under_way": (409, tr("The same call is being carried out")),
    "too_large": (413, tr("Too much was sent")),
    "wrong_type": (415, tr("A body is to be application/json")),
    "wrong": (422, tr("A value is wrong")),
    "key_used": (422, tr("This Idempotency-Key belongs to another call")),
    "too_many": (429, tr("Too many calls: wait a little")),
    "broken": (500, tr("That went wrong, by a fault of ours: the log has it")),
    "away": (503, tr("The database is away: try again in a moment")),
    "waits": (503, tr("It is stored, and not done yet: send it again with the same key")),
}
"""The status and the title of each code."""

PROBLEM = object_of(
    {
        "status": {"type": "integer"},
        "title": {"type": "string"},
        "code": {"enum": list(get_args(ProblemCode))},
        "detail": {"type": "string", "description": "Why, in the language of Accept-Language."},
        "field": {"type": "string", "description": "Where it is wrong: body/tag, query/days."},
    },
    "detail",
    "field",
)
"""The JSON schema of problem details. There is no `type`: the code says what kind it is."""


class ApiProblem(Exception):
    """A call is not carried out. `detail`: why; `field`: where it is wrong; `headers`: of the answer."""

    def __init__(
        self,
        code: ProblemCode,
        detail: Translatable | None = None,
        *,
        field: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail
        self.field = field
        self.headers = headers or {}

    @property
    def status(self) -> int:
        """The HTTP status."""
        return PROBLEMS[self.code][0]

    @property
    def is_passing(self) -> bool:
        """Whether the same call can be carried out in a moment: then this answer is not stored."""
        return self.status == 429 or self.status >= 500

    def content(self, words: Language) -> dict[str, Any]:
        """The problem details in this language."""
        status, title = PROBLEMS[self.code]
        found: dict[str, Any] = {"status": status, "title": words.text(title), "code": self.code}
        if self.detail is not None:
            found["detail"] = words.text(self.detail)
        if self.field:
            found["field"] = self.field
        return found

    def answer(self, words: Language) -> web.Response:
        """The whole response in this language."""
        return problem_answer(self.content(words), self.headers)


def problem_answer(content: Mapping[str, Any], headers: Mapping[str, str]) -> web.Response:
    """A response with these problem details."""
    return web.Response(
        body=orjson.dumps(content), status=content["status"], headers=headers, content_type=PROBLEM_TYPE
    )
