"""Who was given which menu by another system, as a table for `oaflow members import`: id and tag (M3).

LINE tells it of one person at a time, so those are asked after who are friends here.
"""

from __future__ import annotations

from asyncio import gather, sleep
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from time import monotonic

from bot.line.outcome import LineError
from bot.line.rich_menus import RichMenus
from bot.model.audit import AuditEntry
from bot.model.menus import MenuPerson
from bot.model.translatable import Quoted, Translatable, tr
from bot.operations.audit_trail import audited
from bot.operations.broadcasts.line_now import LineNow, line_of
from bot.operations.menu_import.line_menus import MenusUnread
from bot.operations.patience import patiently
from bot.operations.simulated_time import now_among
from bot.playbook.csv_table import MARK, csv_line
from bot.store.stores import Stores

ASKED_TOGETHER = 100
ASKED_A_SECOND = 1_000
"""Half of what LINE allows: https://developers.line.biz/en/reference/messaging-api/#rate-limits"""


@dataclass(slots=True)
class MenuHolders:
    """Each LINE user with the tag of their menu; how many friends were `asked` after."""

    asked: int = 0
    by_user: dict[str, str] = field(default_factory=dict)

    def table(self) -> bytes:
        """The lines of the file."""
        return "".join(self._lines()).encode()

    def _lines(self) -> Iterator[str]:
        yield MARK + csv_line(("line_id", "tags"))
        yield from (csv_line(row) for row in self.by_user.items())


async def holders(
    line: LineNow,
    stores: Stores,
    channel: str,
    tags: Mapping[str, str],
    actor: str,
    tell: Callable[[Translatable], None],
) -> MenuHolders:
    """Ask after all friends on a channel, which the audit log says; `tags` by LINE's id of the menu.

    Raises `CannotAsk`, `MenusUnread` and `DatabaseUnavailable`.
    """
    found, after = MenuHolders(), ""
    entry = AuditEntry("data_exported", actor, await now_among(stores), channel)
    async with line_of(line, channel) as client, audited(stores, entry) as doing:
        while some := await stores.menu_people.everybody(channel, after):
            after = some[-1].contact
            for at in range(0, len(some), ASKED_TOGETHER):
                await _ask(client.rich_menus, some[at : at + ASKED_TOGETHER], tags, found)
                tell(tr("LINE is asked who has which menu: {asked} friends", asked=f"{found.asked:,}"))
        doing.update(after=f"{len(found.by_user)}")
    return found


async def _ask(line: RichMenus, some: list[MenuPerson], tags: Mapping[str, str], found: MenuHolders) -> None:
    began = monotonic()
    try:
        menus = await gather(*(patiently(partial(line.linked, person.user)) for person in some))
    except LineError as error:
        raise MenusUnread(tr("LINE says {why}; nothing was written", why=Quoted(str(error)))) from error
    found.asked += len(some)
    for person, menu in zip(some, menus, strict=True):
        if menu is not None and menu in tags:
            found.by_user[person.user] = tags[menu]
    await sleep(max(0.0, len(some) / ASKED_A_SECOND - (monotonic() - began)))
