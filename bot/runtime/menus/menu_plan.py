"""What must be done at LINE so that its rich menus are the playbook's: as little as possible, nothing twice.

Ours are known by their names there, so that what is at LINE is the truth also after a crash. A menu with
another name is never touched, nor an alias that is not ours.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

from bot.engine.menus.menu_face import OUR_ALIAS, Face, label_in
from bot.line.rich_menus import ListedMenu
from bot.model.menus import MappedFace, MenuMapping
from bot.model.message import MENUS_MOST
from bot.model.translatable import Translatable, tr


@dataclass(frozen=True, slots=True)
class LineMenus:
    """What LINE has: all menus, which menu is behind which alias, and the default."""

    menus: Sequence[ListedMenu] = ()
    aliases: Mapping[str, str] = field(default_factory=dict)
    default: str | None = None


StepKind: TypeAlias = Literal["create", "upload", "alias", "default", "move", "delete", "later"]


@dataclass(frozen=True, slots=True)
class PlanStep:
    """A step for people: what is done, and with what."""

    does: StepKind
    what: Translatable


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done. Menus at LINE are given by LINE's id, those to be made as faces."""

    there: Mapping[str, str]
    """LINE's ids of the faces that it has already, by the face's name."""
    create: tuple[Face, ...] = ()
    """To be made now."""
    later: tuple[Face, ...] = ()
    """To be made in a later hour, for LINE limits how many are made in one."""
    upload: tuple[Face, ...] = ()
    """At LINE without their picture."""
    aliases: tuple[Face, ...] = ()
    """Whose alias is to be set."""
    default: Face | None = None
    """To become the default menu."""
    no_default: bool = False
    """Whether the default menu is to be cleared."""
    moves: Mapping[str, Face] = field(default_factory=dict)
    """By old menu: the face that its people get before it is deleted."""
    old_aliases: tuple[str, ...] = ()
    """Aliases to be deleted."""
    unwanted: tuple[str, ...] = ()
    """Menus to be deleted as they are."""
    called: Mapping[str, str] = field(default_factory=dict)
    """The labels of all menus to be deleted."""
    foreign: int = 0
    """How many menus other programs have made; these stay."""
    room_first: bool = False
    """Whether LINE has room for new menus only after `unwanted` are deleted."""
    surplus: int = 0
    """How many new menus have no room even then."""

    @property
    def is_empty(self) -> bool:
        """Whether LINE has what it is to have."""
        return not any(self.steps())

    def steps(self) -> Iterator[PlanStep]:
        """All that is to be done, for people."""
        yield from (PlanStep("create", _with_file(face)) for face in self.create)
        yield from (PlanStep("upload", _with_file(face)) for face in self.upload)
        for face in self.aliases:
            yield PlanStep("alias", tr("{alias} for {label}", alias=face.alias or "", label=face.label))
        if self.default is not None:
            yield PlanStep("default", tr("{name}", name=self.default.label))
        if self.no_default:
            yield PlanStep("default", tr("none"))
        for label in dict.fromkeys(face.label for face in self.moves.values()):
            yield PlanStep("move", tr("whoever has an older {label}", label=label))
        yield from (PlanStep("delete", tr("alias {alias}", alias=alias)) for alias in self.old_aliases)
        for label in self.called.values():
            yield PlanStep("delete", tr("an older {label}", label=label))
        yield from (PlanStep("later", _with_file(face)) for face in self.later)


def _with_file(face: Face) -> Translatable:
    return tr("{name}", name=f"{face.label} ({face.picture.file})")


def plan(
    wanted: Sequence[Face], default: str | None, there: LineMenus, mapping: MenuMapping, creations: int
) -> Plan:
    """The difference between what is `wanted` (and the `default` menu) and what is there.

    `creations` menus may be made just now; what people see first is made first.
    """
    ids = _ids(wanted, there, mapping)
    missing = _by_priority([face for face in wanted if face.name not in ids and not face.resting], default)
    create, later = missing[:creations], missing[creations:]
    made = [face for face in wanted if face.name in ids or face in create]
    first = next((face for face in wanted if face.menu == default), None)
    moves, unwanted = _old(wanted, made, later, there, set(ids.values()), mapping)
    room = MENUS_MOST - len(there.menus)
    complete = {face.line for face in mapping.faces}
    return Plan(
        there=ids,
        create=tuple(create),
        later=tuple(later),
        upload=tuple(face for face in made if face.name in ids and ids[face.name] not in complete),
        aliases=tuple(face for face in made if _needs_alias(face, ids, there)),
        default=first if first in made and _differs(there.default, first, ids) else None,
        no_default=first is None and there.default in _ours(there),
        moves=moves,
        old_aliases=tuple(_old_aliases([*made, *later], there)),
        unwanted=tuple(unwanted),
        called={id: _label(there, id) for id in (*unwanted, *moves)},
        foreign=len(there.menus) - len(_ours(there)),
        room_first=len(create) > room,
        surplus=max(0, len(create) - room - len(unwanted)),
    )


def mapped(
    wanted: Sequence[Face],
    default: str | None,
    ids: Mapping[str, str],
    todo: Plan,
    there: LineMenus,
    mapping: MenuMapping,
) -> MenuMapping:
    """What is to be noted when the faces of `todo` are made, and all of them have `ids` by their name.

    A face that waits keeps what it had. `fresh` become the menus of which LINE had nothing.
    """
    at_line = {menu.id for menu in there.menus}
    before = {(face.menu, face.tab): face for face in mapping.faces if face.line in at_line}
    faces = []
    for face in wanted:
        if face.name in ids:
            faces.append(MappedFace(face.menu, face.tab, ids[face.name], face.hash, face.alias))
        elif not face.resting and (face.menu, face.tab) in before:
            faces.append(before[face.menu, face.tab])
    known = {menu for menu, _ in before} | {face.menu for face in todo.moves.values()}
    now = dict.fromkeys(face.menu for face in faces)
    return replace(
        mapping,
        faces=tuple(faces),
        default=default if default in now else None,
        fresh=tuple(menu for menu in now if menu in mapping.fresh or menu not in known),
        leaving={id: menu for id, menu in mapping.leaving.items() if id in at_line},
    )


def _ids(wanted: Sequence[Face], there: LineMenus, mapping: MenuMapping) -> dict[str, str]:
    """LINE's id of each face that is there; of several of one name the one that is in use.

    One that is to be deleted stays so: LINE moves nobody a second time by the same batch.
    """
    used = {face.line for face in mapping.faces}
    names = {face.name for face in wanted}
    found: dict[str, str] = {}
    for menu in there.menus:
        if menu.id in mapping.leaving:
            continue
        if menu.name in names and (menu.name not in found or menu.id in used):
            found[menu.name] = menu.id
    return found


def _by_priority(missing: list[Face], default: str | None) -> list[Face]:
    """The default first, then what each menu shows first, then other tabs."""
    firsts: dict[str, str] = {}
    for face in missing:
        firsts.setdefault(face.menu, face.tab)
    return sorted(missing, key=lambda face: (face.tab != firsts[face.menu], face.menu != default))


def _old(
    wanted: Sequence[Face],
    made: Sequence[Face],
    later: Sequence[Face],
    there: LineMenus,
    staying: set[str],
    mapping: MenuMapping,
) -> tuple[dict[str, Face], list[str]]:
    """Of our menus at LINE that are not wanted: who gets which face instead, and those that nobody has."""
    moves: dict[str, Face] = {}
    unwanted = []
    ours = _ours(there) - staying
    for id in (menu.id for menu in there.menus if menu.id in ours):
        if id in mapping.leaving:
            if mapping.leaving[id] not in mapping.fresh:
                unwanted.append(id)
            continue
        was = _face_that_was(id, wanted, there, mapping)
        if was in later:
            continue  # people see it until the new one can be made
        if was is not None and was not in made:
            was = next((face for face in made if face.menu == was.menu), None)
        if was is None:
            unwanted.append(id)
        else:
            moves[id] = was
    return moves, unwanted


def _face_that_was(id: str, wanted: Sequence[Face], there: LineMenus, mapping: MenuMapping) -> Face | None:
    """The wanted face that a menu of ours was once; the first of its menu where the tab is gone."""
    noted = next((face for face in mapping.faces if face.line == id), None)
    label = _label(there, id)
    of_menu = [
        face
        for face in wanted
        if (face.menu == noted.menu if noted is not None else label.startswith(f"{face.menu}/"))
    ]
    same = (face for face in of_menu if face.label == label)
    return next(same, of_menu[0] if of_menu else None)


def _needs_alias(face: Face, ids: Mapping[str, str], there: LineMenus) -> bool:
    return face.alias is not None and there.aliases.get(face.alias) != ids.get(face.name, "")


def _differs(default: str | None, first: Face | None, ids: Mapping[str, str]) -> bool:
    return first is not None and (first.name not in ids or ids[first.name] != default)


def _old_aliases(wanted: Sequence[Face], there: LineMenus) -> Iterator[str]:
    used = {face.alias for face in wanted}
    return (alias for alias in there.aliases if alias.startswith(OUR_ALIAS) and alias not in used)


def _ours(there: LineMenus) -> set[str]:
    return {menu.id for menu in there.menus if label_in(menu.name) is not None}


def _label(there: LineMenus, id: str) -> str:
    return next(label_in(menu.name) or menu.name for menu in there.menus if menu.id == id)
