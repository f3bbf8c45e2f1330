"""Testers over the API: who they are, one more of them, one less (I2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.operations.payload import Payload
from bot.operations.testers import NAME_MOST, all_testers, end_tester, make_tester
from bot.web.api.desk import ApiDesk
from bot.web.api.endpoint import PREFIX, SUPERVISORS, ConsoleCall, Endpoint, deed
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

    desk: ApiDesk

    def endpoints(self) -> Sequence[Endpoint]:
        """All of them."""
        one = f"{PREFIX}/contacts/{{contact}}/tester"
        return [
            Endpoint(
                method="GET",
                path=f"{PREFIX}/testers",
                name="testers",
                says="Who gets test sends of broadcasts, and names of the playbook that nobody has.",
                handler=self.all,
                roles=SUPERVISORS,
                answer=object_of({"testers": list_of(_TESTER)}),
            ),
            deed(
                *(
                    f"{one}/make",
                    "make_tester",
                    "Make them a tester of this name; others they have are lost.",
                ),
                self.make,
                object_of({"tester": _NAMED}),
                object_of({}),
                roles=SUPERVISORS,
            ),
            deed(
                *(f"{one}/end", "end_tester", "They are no tester any more."),
                self.end,
                answer=object_of({}),
                roles=SUPERVISORS,
            ),
        ]

    async def all(self, call: ConsoleCall) -> Payload:
        """All of them."""
        desk = self.desk
        return {
            "testers": [
                {
                    "tester": one.name,
                    "contact": None if one.contact is None else desk.part(call.caller, one.contact),
                    "listed": one.listed,
                }
                for one in await all_testers(desk.stores, desk.playbook())
            ]
        }

    async def make(self, call: ConsoleCall) -> Payload:
        """One more."""
        await make_tester(call.whom, call.body["tester"], call.caller.by)
        return {}

    async def end(self, call: ConsoleCall) -> Payload:
        """One less."""
        await end_tester(call.whom, call.caller.by)
        return {}
