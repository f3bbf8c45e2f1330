"""What was done on pages, and with codes that came by SMS, as steps of a scenario."""

from __future__ import annotations

from datetime import datetime

from bot.engine.compiled.own_address import TAPPED
from bot.engine.compiled.playbook import Playbook
from bot.engine.pages.screen import screen_of
from bot.model.contact import Contact
from bot.model.event import PageAnswer, PageOpened
from bot.scenario.open_page import name_of
from bot.scenario.steps import CODE_FROM_SMS
from bot.scenario.yaml_text import braces, scalar


def page_step(what: PageOpened | PageAnswer, *, from_sms: bool) -> str:
    """The step of a person on a page; `from_sms`: the answer is the code that came."""
    if isinstance(what, PageOpened):
        inputs = {name: scalar(value) for name, value in what.inputs.items() if name != TAPPED}
        more = {"with": braces(inputs)} if inputs else {}
        return f"- user: {braces({'opens': scalar(what.page), **more})}"
    return f"- user: {{answers: {CODE_FROM_SMS if from_sms else scalar(what.text)}}}"


def page_shows(contact: Contact, page: str, channel: str, playbook: Playbook, now: datetime) -> str | None:
    """The check of what the page shows then; `None` for a form, which has no steps."""
    if page in playbook.forms:
        return None
    return f"- page: {scalar(name_of(screen_of(playbook, contact, page, channel, now), page))}"
