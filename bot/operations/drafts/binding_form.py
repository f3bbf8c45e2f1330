"""Binding a phone as a form has it: what customers read, the shop's privacy notice, who sends the codes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace

from bot.model.translatable import Refusal, Translatable, tr
from bot.operations.new_playbook.starter import ANSWER_AT_MOST, plain_of

INVITATION_MOST = 160
"""Characters that LINE takes above buttons."""
LINE_MOST = 200
"""Characters of a line of the notice."""


@dataclass(frozen=True, slots=True)
class FormBinding:
    """All that the form knows. `invitation` is a card with a button, `thanks` what is said once a phone is
    bound. From `controller` to `terms`: lines of the privacy notice; without `terms`, `url` stands for it.
    `provider` sends the codes, by its name in the playbook.
    """

    question: str = "請輸入您的手機號碼，我們會寄驗證碼給您。"
    thanks: str = "手機綁定完成 🎉 謝謝您，歡迎成為會員！"
    invitation: str = "綁定手機，成為會員：輸入手機號碼和簡訊裡的驗證碼，30 秒就好。"
    controller: str = ""
    url: str = ""
    rights_contact: str = ""
    purpose: str = "會員管理、客戶服務與行銷"
    kinds: str = "LINE 使用者識別碼與名稱、手機號碼、與本店的對話"
    period: str = "會員期間及終止後五年"
    recipients: str = "本店，以及受託處理簡訊與系統維運的廠商，於中華民國境內使用"
    terms: str = ""
    provider: str = ""


@dataclass(frozen=True, slots=True)
class BindingNeeds:
    """What the playbook does not have yet: a privacy notice; who sends codes, on which accounts."""

    notice: bool = False
    provider: bool = False
    channels: tuple[str, ...] = ()


NOTICE = ("controller", "url", "rights_contact", "purpose", "kinds", "period", "recipients", "terms")
"""The fields of the notice."""
TITLES: Mapping[str, Translatable] = {
    "question": tr("How the bot asks for the phone number"),
    "thanks": tr("What the bot says once the phone is bound"),
    "invitation": tr("The invitation"),
    "controller": tr("Whose notice it is: your company or shop"),
    "url": tr("Address of your privacy policy"),
    "rights_contact": tr("Whom customers ask about their data: an e-mail address or a phone number"),
    "purpose": tr("What the data is for"),
    "kinds": tr("Which data"),
    "period": tr("For how long"),
    "recipients": tr("Who uses it, and where"),
    "terms": tr("Address of your terms of service (may be empty)"),
}
"""What each field is called."""


def lacks(form: FormBinding, needs: BindingNeeds) -> Iterator[Translatable]:
    """What is still to be written."""
    asked = [name for name in TITLES if name not in NOTICE]
    if needs.notice:
        asked += [name for name in NOTICE if name != "terms"]
    for name in asked:
        if not getattr(form, name).strip():
            yield tr("write: {field}", field=TITLES[name])
    written = [("url", form.url), ("terms", form.terms)] if needs.notice else []
    for name, address in written:
        if address and not is_address(address):
            yield tr("{field}: it begins with https://", field=TITLES[name])
    if needs.provider and not form.provider:
        yield tr("choose who sends the codes")


def is_address(text: str) -> bool:
    """Whether this looks like the address of a page."""
    host = text.removeprefix("https://")
    return host != text and "." in host and not any(one.isspace() for one in text)


def as_written(form: FormBinding) -> FormBinding:
    """The form with texts that stand in a playbook as they are. Raises `Refusal`, which names the field."""
    texts = {one.name: getattr(form, one.name) for one in fields(form) if one.name in TITLES}
    return replace(form, **{name: _text(name, text) for name, text in texts.items()})


def _text(name: str, text: str) -> str:
    text = text.strip()
    if not text:
        return text
    most = {"invitation": INVITATION_MOST, **dict.fromkeys(NOTICE, LINE_MOST)}.get(name, ANSWER_AT_MOST)
    try:
        return plain_of(text, most, lines=name not in NOTICE)
    except Refusal as error:
        raise Refusal(tr("{field}: {why}", field=TITLES[name], why=error.message)) from error
