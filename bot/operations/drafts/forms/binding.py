"""Binding a phone by a form: what customers read, the shop's privacy notice, who sends the codes (B1, L8)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.connectors.manifest import variable_of
from bot.connectors.sms.providers import COMPANIES, PROVIDERS
from bot.model.message import Message
from bot.model.settings import IN_LOG
from bot.model.translatable import Refusal, Translatable, tr
from bot.operations.drafts.forms.entry import NewEntry
from bot.operations.drafts.forms.form import DraftForm, Filled, Heading, Hint, Input, Instead, in_editor
from bot.operations.drafts.new_binding import (
    WORDS,
    BindingNeeds,
    binding_in,
    changed_texts,
    inviting_words,
    needs_of,
    new_binding,
    shop_name,
    texts_in,
)

PAGE = "/admin/binding"
NEW = f"{PAGE}/new"
INVITATION_MOST = 160
"""Characters that LINE takes above buttons."""
LINE_MOST = 200
"""Characters of a line of the notice."""


def _check_address(written: object) -> None:
    host = str(written).removeprefix("https://")
    if host == written or "." not in host or any(one.isspace() for one in host):
        raise Refusal(tr("it begins with https://"))


def _needs(filled: Filled) -> BindingNeeds:
    return filled.once(needs_of, needs_of)


def _lacks_notice(filled: Filled) -> bool:
    return _needs(filled).notice


def _lacks_provider(filled: Filled) -> bool:
    return _needs(filled).provider and not filled.simulated


def _is_simulated(filled: Filled) -> bool:
    return filled.simulated


def _has_shop(filled: Filled) -> bool:
    return any(one.shop for one in filled.channels.values())


def _text(name: str, label: Translatable, usual: str, most: int = 0) -> Input:
    return Input(name, label, usual=usual, kind="lines", most=most, required=True)


def _line(name: str, label: Translatable, usual: str = "", example: str = "") -> Input:
    return Input(name, label, usual=usual, example=example, kind="text", most=LINE_MOST, required=True)


def _address(name: str, label: Translatable, example: str = "", *, required: bool) -> Input:
    check, most = _check_address, LINE_MOST
    return Input(name, label, example=example, kind="text", most=most, required=required, check=check)


_TEXTS = (
    Heading("says", tr("What customers read")),
    Hint(tr("Customers begin by saying 「{says}」", says="」「".join(WORDS))),
    _text(
        *("question", tr("How the bot asks for the phone number")),
        "請輸入您的手機號碼，我們會寄驗證碼給您。",
    ),
    _text(
        *("thanks", tr("What the bot says once the phone is bound")),
        "手機綁定完成 🎉 謝謝您，歡迎成為會員！",
    ),
    _text(
        *("invitation", tr("The invitation")),
        "綁定手機，成為會員：輸入手機號碼和簡訊裡的驗證碼，30 秒就好。",
        INVITATION_MOST,
    ),
)
_NOTICE = (
    Heading("notice", tr("The privacy notice"), _lacks_notice),
    Hint(
        tr(
            "The law wants customers to know who takes their data and what for, before they give it. The bot "
            "says this before it asks for the number, and remembers who has agreed and when"
        )
    ),
    _line("controller", tr("Whose notice it is: your company or shop")),
    _address(
        *("url", tr("Address of your privacy policy"), "https://www.example.com/privacy"), required=True
    ),
    Hint(
        tr(
            "There is no such page yet? To try it, your website will do. Write the right address before real "
            "customers come"
        ),
        _is_simulated,
    ),
    _line(
        *("rights_contact", tr("Whom customers ask about their data: an e-mail address or a phone number")),
        example="service@example.com",
    ),
    Heading("rest", tr("The rest of the notice (usual words)"), _lacks_notice, folded=True),
    _line("purpose", tr("What the data is for"), "會員管理、客戶服務與行銷"),
    _line("kinds", tr("Which data"), "LINE 使用者識別碼與名稱、手機號碼、與本店的對話"),
    _line("period", tr("For how long"), "會員期間及終止後五年"),
    _line(
        *("recipients", tr("Who uses it, and where")),
        "本店，以及受託處理簡訊與系統維運的廠商，於中華民國境內使用",
    ),
    _address("terms", tr("Address of your terms of service (may be empty)"), required=False),
)
_CODES = (
    Heading("codes", tr("The code by SMS")),
    Hint(tr("Nobody sends SMS for this bot yet. Which company is to do it?"), _lacks_provider),
    Input(
        "provider",
        says={one: PROVIDERS[one].title for one in COMPANIES},
        notes={
            one: "、".join(variable_of(one, setting) for setting in PROVIDERS[one].settings)
            for one in COMPANIES
        },
        required=True,
        missing=tr("choose who sends the codes"),
        where=_lacks_provider,
    ),
    Hint(
        tr(
            "An administrator gets an account there, sets these variables on the server, and publishes your "
            "draft: never write a password here"
        ),
        _lacks_provider,
        icon="key",
    ),
    Hint(
        tr(
            "In the simulator the phone shows the SMS at its top, and nothing is paid. For real customers an "
            "administrator names a company that sends SMS, in bot.yaml"
        ),
        _is_simulated,
    ),
    Hint(
        tr("It is sent as the playbook says already, and costs what your provider takes for an SMS"),
        lambda filled: not (_needs(filled).provider or filled.simulated),
    ),
    Hint(
        tr(
            "This binds the phone to the customer here. Whether it is one of the shop's members is not "
            "asked: an administrator sets that up"
        ),
        _has_shop,
        "/admin/shops",
        tr("Shops"),
    ),
    Hint(
        tr("Once a shop is linked, an administrator can have phones compared with its members"),
        lambda filled: not _has_shop(filled),
    ),
)


def _new(filled: Filled) -> Mapping[str, str] | Instead:
    if filled.once(binding_in, binding_in) is not None:
        return _there(filled)
    return {"controller": shop_name(filled.sources)}


def _changed(filled: Filled) -> Mapping[str, str] | Instead:
    there = texts_in(filled.sources)
    return _there(filled) if there is None else there.texts


def _there(filled: Filled) -> Instead:
    """Where the playbook binds phones already, or this form has not written how it does."""
    there = binding_in(filled.sources)
    if there is None:
        return Instead(tr("Nobody can bind a phone here"), _TITLE, {NEW: _TITLE}, "binding")
    changes = in_editor(there.file) if texts_in(filled.sources) is None else f"{NEW}?change=1"
    change = {changes: tr("Change what it says")}
    if binding_in(filled.live) is None:
        return Instead(
            tr("Binding is in your draft"),
            tr("Try it on the phone; with Publish it is live"),
            {"/admin/playbook/review": tr("Look and publish"), **change},
            "binding",
        )
    return Instead(
        tr("Customers can bind their phone already"),
        tr("How far they come, and what they read"),
        {PAGE: tr("To binding"), **change},
        "binding",
    )


def _write(filled: Filled) -> NewEntry:
    provider = IN_LOG if filled.simulated else filled["provider"]
    form = {one.name: filled[one.name] for one in filled.form.fields()}
    return new_binding(filled.sources, {**form, "provider": provider}, f"{filled.now:%Y-%m}")


def _write_texts(filled: Filled) -> NewEntry:
    there = texts_in(filled.sources)
    if there is None:
        raise Refusal(tr("Nobody can bind a phone here"))
    return changed_texts(filled.sources, there, {one: filled[one] for one in there.cards})


def _invitation(filled: Filled) -> Sequence[Message]:
    text = filled["invitation"] or "…"
    actions = [{"type": "message", "label": WORDS[0], "text": WORDS[0]}]
    template = {"type": "buttons", "text": text, "actions": actions}
    return [{"type": "template", "altText": text, "template": template}]


def _beside(filled: Filled) -> Translatable:
    inviting = "」「".join(inviting_words(filled.sources))
    return tr(
        "A card with the button 「{word}」: who says 「{inviting}」 gets it, and you can send it in "
        "broadcasts and chats",
        word=WORDS[0],
        inviting=inviting,
    )


_TITLE = tr("Let customers bind their phone")
CHANGED_BINDING = DraftForm(
    name="binding",
    page=PAGE,
    about="change",
    title=tr("What customers read when they bind"),
    parts=_TEXTS,
    opened=_changed,
    writes=_write_texts,
    is_played=True,
    shown=_invitation,
    beside=_beside,
    done=lambda name: tr("It is in your draft: with Publish it is live"),
)
BINDING = DraftForm(
    name="binding",
    page=PAGE,
    linked=False,
    title=_TITLE,
    lead=tr(
        "The bot asks for the phone number, sends a code by SMS, and knows the customer from then on. It is "
        "put into your draft: only you see it, until you publish it"
    ),
    parts=(*_TEXTS, *_NOTICE, *_CODES),
    opened=_new,
    writes=_write,
    is_played=True,
    shown=_invitation,
    beside=_beside,
    changing=CHANGED_BINDING,
    done=lambda name: tr("Binding is in your draft. Try it on the phone; with Publish it is live"),
)
