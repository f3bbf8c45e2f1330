"""A3: the page of a set-up groups its items: areas in their order, what needs somebody first."""

from __future__ import annotations

from bot.model.translatable import tr
from bot.operations.doctor.finding import FindingArea, SetupFinding, SetupItem
from bot.web.admin.setup_pages import setup_groups


def item(name: str, area: FindingArea) -> SetupItem:
    return SetupItem(name, area, tr("Webhook"), tr("fine"))


def test_areas_stand_in_their_order_and_what_needs_somebody_apart() -> None:
    findings: list[SetupFinding] = [
        item("tags", "person").wrong(tr("fine")),
        item("token", "account").fine(tr("fine")),
        item("greeting", "person").fine(tr("fine")),
        item("menus", "person").unknown(tr("fine")),
        item("badge", "person").wrong(tr("fine")),
    ]
    account, person = setup_groups(findings)
    assert (account.area, account.to_do, account.all) == ("account", [], 1)
    assert [one.item for one in person.fine] == ["greeting"]
    assert (person.area, person.all) == ("person", 4)
    assert [(one.of.item, one.beside) for one in person.to_do] == [
        ("tags", "menus"),
        ("menus", "badge"),
        ("badge", "menus"),
    ]


def test_one_alone_has_nothing_beside_it() -> None:
    [group] = setup_groups([item("token", "account").wrong(tr("fine"))])
    assert [one.beside for one in group.to_do] == [""]
