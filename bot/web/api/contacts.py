"""Customers: searched for, looked at, changed, merged, exported, erased (J1–J3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

from bot.model.erasure import ErasureState
from bot.operations import erasing
from bot.operations.erasing import NoSuchCertificate
from bot.operations.payload import Payload, pick
from bot.operations.person_archive import person_archive
from bot.web.api.context import ApiContext
from bot.web.api.endpoint import ApiFile, ConsoleCall, get, post
from bot.web.api.problem_details import ApiProblem
from bot.web.api.shapes import (
    MOMENT,
    TEXT,
    maybe,
)
from bot.web.openapi_schema import object_of

ZIP = "application/zip"
_STATE = {"enum": list(get_args(ErasureState))}
_CERTIFICATE = {"certificate": TEXT, "state": _STATE, "at": MOMENT, "by": TEXT, "over": maybe(MOMENT)}


@dataclass(frozen=True, slots=True)
class ContactApi:
    """What is below `/contacts`."""

    context: ApiContext

    @post("/contacts/{contact}/export", file=ZIP)
    async def export_contact(self, call: ConsoleCall) -> ApiFile:
        """All that is stored of them, as an archive; the audit log has it first."""
        content = await person_archive(call.located, self.context.playbook(), call.words, call.caller.by)
        return ApiFile(content, ZIP, f"customer-{call.now:%Y%m%d}.zip")

    @get("/certificates/{number}", answer=object_of(_CERTIFICATE))
    async def certificate(self, call: ConsoleCall) -> Payload:
        """How far an erasure is: `done` once the last look has found nothing more."""
        try:
            found = await erasing.certificate(self.context.stores, call.path["number"])
        except NoSuchCertificate as error:
            raise ApiProblem("not_found", error.message) from error
        return {"certificate": found.number, **pick(found, "state", "at", "by", "over")}
