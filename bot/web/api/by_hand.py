"""What is no operation: the token itself, and all that is stored of a customer, as an archive (J2)."""

from __future__ import annotations

from functools import partial
from typing import Any

from bot.model.admin import TEAM
from bot.model.api_token import ApiCaller
from bot.operations.payload import as_json
from bot.operations.person_archive import person_archive
from bot.web.api.context import ApiContext
from bot.web.api.endpoint import PREFIX, ApiFile, ConsoleCall, Endpoint
from bot.web.api.typed_body import TypedBody, answer_schema

ZIP = "application/zip"


def own_token() -> Endpoint:
    """The one that calls."""
    schema, _ = answer_schema(ApiCaller)
    return Endpoint(
        method="GET",
        path=f"{PREFIX}/me",
        name="me",
        says="The token that calls: its name, what it may do by now, until when it is good.",
        handler=_me,
        roles=TEAM,
        sent=TypedBody("me", (), "query"),
        answer=schema,
    )


async def _me(call: ConsoleCall) -> Any:
    return as_json(call.caller)


def contact_archive(context: ApiContext) -> Endpoint:
    """A file, which no declaration has."""
    return Endpoint(
        method="POST",
        path=f"{PREFIX}/contacts/{{contact}}/export",
        name="export_contact",
        says="All that is stored of them, as an archive; the audit log has it first.",
        handler=partial(_archive, context),
        sent=TypedBody("export_contact", (), "body"),
        file=ZIP,
    )


async def _archive(context: ApiContext, call: ConsoleCall) -> ApiFile:
    content = await person_archive(call.located, context.playbook(), call.words, call.caller.by)
    return ApiFile(content, ZIP, f"customer-{call.now:%Y%m%d}.zip")
