"""All that is stored of a customer, as an archive (J2)."""

from __future__ import annotations

from dataclasses import dataclass

from bot.operations.person_archive import person_archive
from bot.web.api.context import ApiContext
from bot.web.api.endpoint import ApiFile, ConsoleCall, post

ZIP = "application/zip"


@dataclass(frozen=True, slots=True)
class ContactApi:
    """What is below `/contacts`, and no JSON."""

    context: ApiContext

    @post("/contacts/{contact}/export", file=ZIP)
    async def export_contact(self, call: ConsoleCall) -> ApiFile:
        """All that is stored of them, as an archive; the audit log has it first."""
        content = await person_archive(call.located, self.context.playbook(), call.words, call.caller.by)
        return ApiFile(content, ZIP, f"customer-{call.now:%Y%m%d}.zip")
