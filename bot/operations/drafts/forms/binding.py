"""Binding a phone by a form: what customers read, the shop's privacy notice, who sends the codes (B1, L8)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from io import BytesIO

from bot.connectors.manifest import variable_of
from bot.connectors.sms.providers import COMPANIES, PROVIDERS
from bot.model.message import Message
from bot.model.settings import IN_LOG
from bot.model.translatable import Refusal, Translatable, tr
from bot.operations.drafts.forms.entry import NewEntry, in_editor
from bot.operations.drafts.forms.form import (
    DraftForm,
    Filled,
    Heading,
    Hint,
    Input,
    Instead,
    Prose,
)
from bot.operations.drafts.forms.needs import has_pages
from bot.operations.drafts.forms.written import of_field, value_of
from bot.operations.drafts.free_names import free_name
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
    with_picture,
)
from bot.operations.drafts.paths import PICTURE_FOLDER
from bot.playbook.compile.values.pictures import PAGE_PICTURE, fits_page, header_of

PAGE = "/admin/binding"
NEW = f"{PAGE}/new"
QUESTION = "請輸入您的手機號碼，我們會寄驗證碼給您。"
THANKS = "手機綁定完成 🎉 謝謝您，歡迎成為會員！"
INVITATION = "綁定手機，成為會員：輸入手機號碼和簡訊裡的驗證碼，30 秒就好。"
RECIPIENTS = "本店，以及受託處理簡訊與系統維運的廠商，於中華民國境內使用"
PRIVACY = "https://www.example.com/privacy"
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


def _text(name: str, label: Translatable, usual: str, most: int = 0) -> Input:
    return Input(name, label, usual=usual, kind="lines", most=most, required=True)


def _line(name: str, label: Translatable, usual: str = "", example: str = "") -> Input:
    return Input(name, label, usual=usual, example=example, kind="text", most=LINE_MOST, required=True)


_TEXTS = (
    Heading("says", tr("What customers read")),
    Hint(tr("Customers begin by saying 「{says}」", says="」「".join(WORDS))),
    _text("question", tr("How the bot asks for the phone number"), QUESTION),
    _text("thanks", tr("What the bot says once the phone is bound"), THANKS),
    _text("invitation", tr("The invitation"), INVITATION, INVITATION_MOST),
)
_PICTURE = (
    Heading("picture", tr("The picture of its page"), has_pages),
    Input(
        *("file", tr("Your own picture (may be empty)"), ""),
        tr(
            "Customers see it on top of the page that opens inside LINE; without one, the account's own. PNG "
            "or JPEG, {wide} × {high} pixels",
            wide=PAGE_PICTURE[0],
            high=PAGE_PICTURE[1],
        ),
        kind="picture",
    ),
)
_TERMS = tr("Address of your terms of service (may be empty)")
_ADDRESS = replace(_line("url", tr("Address of your privacy policy"), "", PRIVACY), check=_check_address)
_NOTICE = (
    Heading("notice", tr("The privacy notice"), _lacks_notice),
    Prose("binding_notice.html"),
    _line("controller", tr("Whose notice it is: your company or shop")),
    _ADDRESS,
    Prose("binding_try.html"),
    _line(
        *("rights_contact", tr("Whom customers ask about their data: an e-mail address or a phone number")),
        example="service@example.com",
    ),
    Heading("rest", tr("The rest of the notice (usual words)"), _lacks_notice, folded=True),
    _line("purpose", tr("What the data is for"), "會員管理、客戶服務與行銷"),
    _line("kinds", tr("Which data"), "LINE 使用者識別碼與名稱、手機號碼、與本店的對話"),
    _line("period", tr("For how long"), "會員期間及終止後五年"),
    _line("recipients", tr("Who uses it, and where"), RECIPIENTS),
    replace(_ADDRESS, name="terms", label=_TERMS, example="", required=False),
)
_CODES = (
    Heading("codes", tr("The code by SMS")),
    Prose("binding_codes.html"),
    Input(
        "provider",
        says={one: PROVIDERS[one].title for one in COMPANIES},
        notes={one: "、".join(variable_of(one, key) for key in PROVIDERS[one].settings) for one in COMPANIES},
        required=True,
        missing=tr("choose who sends the codes"),
        where=lambda filled: _needs(filled).provider and not filled.simulated,
    ),
)


def _new(filled: Filled) -> Mapping[str, str] | Instead:
    return _there(filled) or {"controller": shop_name(filled.sources)}


def _changed(filled: Filled) -> Mapping[str, str] | Instead | None:
    there = texts_in(filled.sources)
    return _there(filled) if there is None else there.texts


def _there(filled: Filled) -> Instead | None:
    """Where the playbook binds phones already, or this form has not written how it does."""
    if (there := filled.once(binding_in, binding_in)) is None:
        return None
    changes = in_editor(there.file) if texts_in(filled.sources) is None else f"{NEW}?change=1"
    if binding_in(filled.live) is None:
        says, more = tr("Binding is in your draft"), tr("Try it on the phone; with Publish it is live")
        link = {"/admin/playbook/review": tr("Look and publish")}
    else:
        says, more = tr("Customers can bind their phone already"), tr("How far they come, and what they read")
        link = {PAGE: tr("To binding")}
    return Instead(says, more, {**link, changes: tr("Change what it says")}, "binding")


def _write(filled: Filled) -> NewEntry:
    provider = IN_LOG if filled.simulated else filled["provider"]
    form = {one.name: filled[one.name] for one in filled.form.fields()}
    made = new_binding(filled.sources, {**form, "provider": provider}, f"{filled.now:%Y-%m}")
    return _with_picture(filled, made)


def _write_texts(filled: Filled) -> NewEntry:
    if (there := texts_in(filled.sources)) is None:
        raise Refusal(tr("Nobody can bind a phone here"))
    made = changed_texts(filled.sources, there, {one: filled[one] for one in there.cards})
    return _with_picture(filled, made)


def _with_picture(filled: Filled, made: NewEntry) -> NewEntry:
    """With the picture that came with the form, as a file of the draft; as it is where none came."""
    ending = value_of(filled, filled.form.field("file"))
    if ending is None:
        return made
    with of_field("file"):
        if not fits_page(header_of(BytesIO(filled.picture))):
            wide, high = PAGE_PICTURE
            raise Refusal(tr("save it in {wide} × {high}", wide=wide, high=high))
    stems = [path.removeprefix(f"{PICTURE_FOLDER}/").rpartition(".")[0] for path in filled.paths]
    path = f"{PICTURE_FOLDER}/{free_name('binding', stems)}{ending}"
    return replace(with_picture(filled.sources, made, path), files={path: filled.picture})


def _invitation(filled: Filled) -> Sequence[Message]:
    text = filled["invitation"] or "…"
    actions = [{"type": "message", "label": WORDS[0], "text": WORDS[0]}]
    template = {"type": "buttons", "text": text, "actions": actions}
    return [{"type": "template", "altText": text, "template": template}]


def _beside(filled: Filled) -> Translatable:
    inviting = "」「".join(filled.once(inviting_words, inviting_words))
    return tr(
        "A card with the button 「{word}」: who says 「{inviting}」 gets it, and you can send it in "
        "broadcasts and chats",
        word=WORDS[0],
        inviting=inviting,
    )


CHANGED_BINDING = DraftForm(
    name="binding",
    page=PAGE,
    about="change",
    title=tr("What customers read when they bind"),
    parts=(*_TEXTS, *_PICTURE),
    opened=_changed,
    writes=_write_texts,
    is_played=True,
    shown=_invitation,
    beside=_beside,
    done=lambda name: tr("It is in your draft: with Publish it is live"),
)
BINDING = replace(
    CHANGED_BINDING,
    about="",
    changing=CHANGED_BINDING,
    linked=False,
    title=tr("Let customers bind their phone"),
    lead=tr(
        "The bot asks for the phone number, sends a code by SMS, and knows the customer from then on. It is "
        "put into your draft: only you see it, until you publish it"
    ),
    parts=(*_TEXTS, *_PICTURE, *_NOTICE, *_CODES),
    opened=_new,
    writes=_write,
    done=lambda name: tr("Binding is in your draft. Try it on the phone; with Publish it is live"),
)
