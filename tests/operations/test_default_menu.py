"""A3, G5: what `oaflow doctor` says of the default rich menu at LINE."""

from __future__ import annotations

import pytest

from bot.line.setup_calls import SetupAnswer
from bot.model.menus import MappedFace, MenuMapping
from bot.operations.doctor.menu import menu_finding

SYNCED = MenuMapping(
    "main",
    (MappedFace("guest", "all", "richmenu-1", "h"), MappedFace("vip", "all", "richmenu-2", "h")),
    "guest",
)
NOT_OURS = 'LINE shows one that is not ours, and the playbook has "guest"'
NONE = SetupAnswer(404, {"message": "no default richmenu"})


def shows(menu: str) -> SetupAnswer:
    return SetupAnswer(200, {"richMenuId": menu})


@pytest.mark.parametrize(
    ("answer", "wanted", "state", "saw"),
    [
        (shows("richmenu-1"), "guest", "fine", 'it is "guest"'),
        (NONE, None, "fine", "none, as the playbook has it"),
        (shows("richmenu-9"), None, "fine", "LINE shows one that is not ours, and the playbook has none"),
        (NONE, "guest", "wrong", 'LINE shows none, and the playbook has "guest"'),
        (shows("richmenu-2"), "guest", "wrong", 'LINE shows "vip", and the playbook has "guest"'),
        (
            shows("richmenu-9"),
            "guest",
            "wrong",
            'LINE shows one that is not ours, and the playbook has "guest"',
        ),
        (shows("richmenu-1"), None, "wrong", 'LINE still shows "guest", and the playbook has none'),
        (SetupAnswer(401), "guest", "unknown", "the token has to be good first"),
        (None, "guest", "unknown", "the token has to be good first"),
        (SetupAnswer(None, reason="away"), "guest", "unknown", "LINE did not answer: away"),
    ],
)
def test_what_line_shows_beside_what_the_playbook_has(
    answer: SetupAnswer | None, wanted: str | None, state: str, saw: str
) -> None:
    found = menu_finding(answer, wanted, SYNCED)
    assert (found.state, str(found.saw)) == (state, saw)
    assert bool(found.mend) == (state != "fine")
