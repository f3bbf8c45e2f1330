"""How the installation stands (K1, K3): what the page *System* and `oaflow status` show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

from bot.operations.payload import Payload
from bot.operations.system import TroublePlace, system_of, system_payload
from bot.web.api.context import ApiContext
from bot.web.api.endpoint import ConsoleCall, get
from bot.web.api.shapes import MOMENT, NUMBER, TEXT, YES, list_of, maybe
from bot.web.openapi_schema import object_of

_SECONDS = maybe({"type": "number", "description": "Seconds."})
_TROUBLE = {"place": {"enum": list(get_args(TroublePlace))}, "about": TEXT, "says": TEXT}
_CHANNEL = {
    "channel": TEXT,
    "id": TEXT,
    "webhook": TEXT,
    "has_token": YES,
    "quota": maybe(object_of({"left": maybe(NUMBER), "at": MOMENT})),
    "last_event": maybe(MOMENT),
    "trouble": maybe(TEXT),
}
_SHOP = {"shop": TEXT, "is_linked": YES, "read": maybe(MOMENT), "trouble": maybe(TEXT)}
_PLAYBOOK = {"number": NUMBER, "version": TEXT, "at": MOMENT, "by": TEXT, "how": maybe(TEXT)}
_PROCESS = {
    **dict.fromkeys(("process", "machine", "folder", "program", "playbook"), TEXT),
    "parts": NUMBER,
    "is_current": YES,
}
_ROTATION = {
    "stage": TEXT,
    "begun": MOMENT,
    "ended": maybe(MOMENT),
    "looked": NUMBER,
    "changed": NUMBER,
}
_KEYS = {
    "since": maybe(MOMENT),
    "due": maybe(MOMENT),
    "number": NUMBER,
    "rotation": maybe(object_of(_ROTATION)),
}
_DATABASE = {
    "version": TEXT,
    "members": NUMBER,
    **dict.fromkeys(("documents", "size", "stored", "indexes"), NUMBER),
    "lag": _SECONDS,
    "oplog": _SECONDS,
    "backed_up": maybe(MOMENT),
    "restored": maybe(object_of({"as_of": MOMENT, "at": MOMENT, "by": TEXT, "staging": YES})),
}


@dataclass(frozen=True, slots=True)
class SystemApi:
    """`/system`."""

    context: ApiContext

    @get(
        "/system",
        answer=object_of(
            {
                "at": MOMENT,
                "unsent": NUMBER,
                "waiting": NUMBER,
                "oldest": maybe(MOMENT),
                "troubles": list_of(object_of({**_TROUBLE, "since": maybe(MOMENT)})),
                "channels": list_of(object_of(_CHANNEL)),
                "shops": list_of(object_of(_SHOP)),
                "playbook": maybe(object_of(_PLAYBOOK)),
                "processes": list_of(object_of(_PROCESS)),
                "keys": object_of(_KEYS),
                "database": object_of(_DATABASE),
            },
            *("processes", "keys", "database"),
        ),
    )
    async def system(self, call: ConsoleCall) -> Payload:
        """How the installation stands: what somebody should look at, channels, shops, the live playbook; for
        admins servers, sealing keys and the database, too. No secret is in it."""
        return system_payload(await system_of(self.context.system, machines=call.caller.role == "admin"))
