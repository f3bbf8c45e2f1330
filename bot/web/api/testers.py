"""Testers over the API: who they are, one more of them, one less (I2)."""

from __future__ import annotations

from dataclasses import dataclass

from bot.operations.payload import Payload
from bot.operations.testers import NAME_MOST, all_testers, end_tester, make_tester
from bot.web.api.context import ApiContext
from bot.web.api.endpoint import ConsoleCall, action, get
from bot.web.api.shapes import PART, TEXT, YES, list_of, maybe
from bot.web.openapi_schema import JsonSchema, object_of

_TESTER = object_of(
    {
        "tester": TEXT,
        "contact": {**maybe(PART), "description": "`null`: the playbook lists the name, and nobody has it."},
        "listed": {**YES, "description": "The playbook lists the name below `testers`."},
    }
)
_NAMED: JsonSchema = {"type": "string", "minLength": 1, "maxLength": NAME_MOST}


@dataclass(frozen=True, slots=True)
class TesterApi:
    """`/testers`, and `/contacts/{contact}/tester…`."""

    context: ApiContext

    @get("/testers", answer=object_of({"testers": list_of(_TESTER)}))
    async def testers(self, call: ConsoleCall) -> Payload:
        """Who gets test sends of broadcasts, and names of the playbook that nobody has."""
        context = self.context
        return {
            "testers": [
                {
                    "tester": one.name,
                    "contact": None if one.contact is None else context.part(call.caller, one.contact),
                    "listed": one.listed,
                }
                for one in await all_testers(context.stores, context.playbook())
            ]
        }

    @action("/contacts/{contact}/tester/make", body=object_of({"tester": _NAMED}), answer=object_of({}))
    async def make_tester(self, call: ConsoleCall) -> Payload:
        """Make them a tester of this name; others they have are lost."""
        await make_tester(call.located, call.body["tester"], call.caller.by)
        return {}

    @action("/contacts/{contact}/tester/end", answer=object_of({}))
    async def end_tester(self, call: ConsoleCall) -> Payload:
        """They are no tester any more."""
        await end_tester(call.located, call.caller.by)
        return {}
