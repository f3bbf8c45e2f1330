"""What was done on pages, and with codes that came by SMS, as steps of a scenario."""

from __future__ import annotations

from datetime import datetime

from bot.engine.compiled.form import flow_of_form
from bot.engine.compiled.own_address import TAPPED
from bot.engine.compiled.playbook import Playbook
from bot.engine.flows.forms import LEFT_OUT, field_text
from bot.engine.pages.screen import screen_of
from bot.engine.times.bounds import When
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


def form_step(
    what: PageAnswer, before: Contact, channel: str, playbook: Playbook, now: datetime
) -> str | None:
    """The step that fills a form in, once it is sent; `None` before: what is begun is nobody's step."""
    instance = before.instance(flow_of_form(what.page), channel)
    if what.act != "send" or instance is None:
        return None
    when = When(now, playbook.zone)
    given = {
        scalar(key): scalar(field_text(answer, when))
        for key, answer in instance.answers.items()
        if answer != LEFT_OUT
    }
    return f"- user: {{answers: {braces(given)}}}"


def is_begun(what: PageOpened | PageAnswer, before: Contact, channel: str, playbook: Playbook) -> bool:
    """Whether a form is being filled in: no step leads to what its page shows meanwhile."""
    if what.page not in playbook.forms:
        return False
    instance = before.instance(flow_of_form(what.page), channel)
    return what.act != "send" if isinstance(what, PageAnswer) else instance is not None


def page_shows(contact: Contact, page: str, channel: str, playbook: Playbook, now: datetime) -> str:
    """The check of what the page shows then."""
    return f"- page: {scalar(name_of(screen_of(playbook, contact, page, channel, now), page))}"
