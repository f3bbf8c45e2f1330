"""Where a name is declared, and what an English name of a Chinese thing may be."""

from __future__ import annotations

from collections.abc import Collection

from bot.model.translatable import Quoted, Translatable, row, tr
from bot.playbook.hints import of_kind, write
from bot.playbook.similar import LISTED
from bot.playbook.syntax.folder_names import BOT_YAML
from bot.playbook.syntax.nodes import Map, Node, Scalar, text_at

_ENGLISH = {
    "人數": "people",
    "幾位": "people",
    "生日": "birthday",
    "膚質": "skin",
    "髮質": "hair",
    "口味": "taste",
    "電話": "phone",
    "手機": "phone",
    "姓名": "full_name",
    "名字": "full_name",
    "稱呼": "nickname",
    "暱稱": "nickname",
    "年齡": "age",
    "性別": "gender",
    "職業": "job",
    "地址": "address",
    "城市": "city",
    "地區": "area",
    "門市": "store",
    "日期": "day",
    "時間": "time",
    "尺寸": "size",
    "身高": "height",
    "體重": "weight",
    "顏色": "colour",
    "數量": "quantity",
    "預算": "budget",
    "點數": "points",
    "等級": "level",
    "分數": "score",
    "滿意": "satisfied",
    "備註": "note",
    "興趣": "interest",
    "喜歡": "favourite",
    "最愛": "favourite",
    "訂單": "order_no",
    "訂位": "booking",
    "預約": "booking",
    "訂購": "order",
    "點餐": "order",
    "報名": "sign_up",
    "問卷": "survey",
    "測驗": "quiz",
    "抽獎": "lucky_draw",
    "優惠": "coupon",
    "集點": "stamp_card",
    "推薦": "referral",
    "折價": "coupon",
    "菜單": "menu",
    "歡迎": "welcome",
    "意見": "feedback",
    "回饋": "feedback",
    "退貨": "returns",
    "換貨": "exchange",
    "客服": "help",
    "綁定": "binding",
    "會員": "member",
    "地圖": "map",
    "活動": "campaign",
}
"""What a name may be for words that shops use much."""


def english_name(title: str, taken: Collection[str], otherwise: str) -> str:
    """A name for what is called so in Chinese, that nothing has yet; `otherwise` where no word helps."""
    names = (name for word, name in _ENGLISH.items() if word in title)
    return next((name for name in names if name not in taken), otherwise)


def declared_in(root: Node, section: str, name: str, made: str) -> Translatable:
    """Where to write the entry of a section, for pasting; `root` is a file, or all of them."""
    pairs = root.pairs if isinstance(root, Map) else {}
    entry = f"{name}: {made}"
    if section in pairs and isinstance(there := pairs[section][1], Map):
        if name in there.pairs:
            return tr("in {file} make it  {paste}", file=there.pairs[name][0].file, paste=entry)
        file = pairs[section][0].file
        if _in_braces(there):
            return tr(
                "write  , {paste}  before the last } of  {section}:  in {file}",
                section=section,
                file=file,
                paste=entry,
            )
        return tr("below  {section}:  in {file} add  {paste}", section=section, file=file, paste=entry)
    file = pairs["bot"][0].file if "bot" in pairs else BOT_YAML
    return tr("write in {file}  {paste}", file=file, paste=f"{section}: {{{entry}}}")


def _in_braces(block: Map) -> bool:
    """Whether a block is written between braces: then its first name is behind one."""
    first = next((key for key, _ in block.pairs.values()), None)
    return first is not None and (first.line, first.column) != (block.line, block.column)


_LONGEST = 60
"""Characters of a title for which a hint is given, at most."""
_GATHERED = {"pages": ("flows", "forms"), "menus": ("rich_menus",)}
"""The sections of names that are gathered from several."""


def called_by_title(root: Node, section: str, title: str, *, is_new: bool = False) -> Translatable | None:
    """The name of the entry with this title, or which names there are; of an attribute, what it may be.

    `None` where no name helps. `root` is a file, or all of them; `is_new`: the name is given here.
    """
    if title.isascii() or len(title) > _LONGEST:
        return None
    taken: dict[str, Node] = {}
    for one in _GATHERED.get(section, (section,)):
        there = root.get(one) if isinstance(root, Map) else None
        taken |= {name: made for name, (_, made) in there.pairs.items()} if isinstance(there, Map) else {}
    for name, made in taken.items():
        if name == _ENGLISH.get(title) or (isinstance(made, Map) and text_at(made, "title") == title):
            return of_kind("name", tr("here it is called {name}", name=Quoted(name)))
    if section != "attributes":
        return None if is_new or not taken else tr("write one such as {names}", names=row([*taken][:LISTED]))
    name = english_name(title, taken, "my_answer")
    if title in taken:
        where = write(f"{name}: {{type: {_type_of(taken[title])}, title: {title}}}")
    else:
        where = declared_in(root, section, name, f"{{type: text, title: {title}}}")
    return tr(
        "an attribute has a name of small English letters, digits and _, and the Chinese one as its title:"
        " {where}",
        where=where,
    )


def _type_of(attribute: Node) -> str:
    written = attribute.value if isinstance(attribute, Scalar) else ""
    return (text_at(attribute, "type") if isinstance(attribute, Map) else written) or "text"
