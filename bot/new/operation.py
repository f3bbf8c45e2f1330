"""An operation: `coupons.show`."""

from __future__ import annotations

import ast
import re
from argparse import ArgumentParser, Namespace
from importlib import import_module
from pathlib import Path
from typing import get_args

from bot.model.audit import AuditKind
from bot.new.templates_filled import BOT, ROOT, filled, tidied
from bot.operations.catalog import parameters
from bot.operations.catalog.registry import all_operations
from bot.operations.catalog.subject import OperationSubject
from bot.operations.catalog.subjects import PROMOTED

FUTURE = "from __future__ import annotations\n"
NAME = re.compile(r"[a-z][a-z_]*(\.[a-z][a-z_]*)*")
TAKES = re.compile(r"([a-z_]+):(\w*Name)")
SENTENCE = re.compile(r"[A-Z].{,108}\.")


def arguments(asked: ArgumentParser) -> None:
    """The options."""
    asked.add_argument("name", help="subject and verb: coupons.show")
    asked.add_argument("--says", default="Say what it is about.", help="its sentence: 'One coupon.'")
    asked.add_argument("--takes", default="name:Name", help="its first parameter: coupon:CouponName")
    asked.add_argument("--changes", metavar="KIND", help="it changes something: its kind in the audit log")
    asked.add_argument("--command", help="of a new subject: its word of the command line (coupon)")
    asked.add_argument("--about", help="of a new subject: what its command is for, in small letters")


def wrong(options: Namespace) -> str | None:
    """What its tests would refuse."""
    if NAME.fullmatch(options.name) is None:
        return "NAME is a subject and a verb, with a dot: coupons.show"
    if options.changes and options.changes not in get_args(AuditKind):
        return f"the audit log has no kind {options.changes}: write it into bot/model/audit.py first"
    if SENTENCE.fullmatch(options.says) is None:
        return "--says is a sentence of 110 characters at most: 'One coupon.'"
    takes = TAKES.fullmatch(options.takes)
    if takes is None or _place_of(takes[2]) is None:
        return "--takes is a name, and a type of names of operations/catalog/parameters: coupon:CouponName"
    return None


def _place_of(kind: str) -> str | None:
    """The module that has this type of names: that of all, or of the operations of promotions."""
    modules = (parameters, *(import_module(one.module) for one in PROMOTED))
    return next((one.__name__ for one in modules if hasattr(one, kind)), None)


def write(options: Namespace) -> str:
    """The operation in the module of its subject, and its test; what is next."""
    subject, _, verb = options.name.partition(".")
    words = _words(subject, verb, is_change=bool(options.changes))
    home = OperationSubject(subject, "", "").module
    module = ROOT / f"{home.replace('.', '/')}.py"
    test = ROOT / "tests" / "operations" / f"test_{'_'.join(words)}.py"
    if test.exists() or options.name in {one.name for one in all_operations()}:
        raise SystemExit(f"it is there already: {options.name}, {test.name}")
    parameter, kind = options.takes.split(":")
    values = {
        "operation": options.name,
        "home": home,
        "function": "_".join(words),
        "answer": "".join(map(str.capitalize, words)),
        "says": options.says,
        "parameter": parameter,
        "type": kind,
        "place": _place_of(kind) or "",
        "kind": options.changes,
    }
    changed = [module, test]
    if not module.exists():
        about = options.about or subject.replace("_", " ")
        module.write_text(filled("operation/subject", about=f"{about[:1].upper()}{about[1:]}."), "utf-8")
        changed.append(_with_subject(subject, options.command or subject.removesuffix("s"), about))
    if options.changes:
        changed.append(_with_call(options.name, parameter))
    code = filled(f"operation/{'change' if options.changes else 'look'}", **values)
    _write_into(module, code.replace(f"from {home} import {kind}\n", ""))
    test.write_text(filled("operation/test", **values), "utf-8")
    places = [*tidied(changed)]
    return filled("operation/next", **values, changed=", ".join(places), module=places[0], test=places[1])


def _words(subject: str, verb: str, *, is_change: bool) -> list[str]:
    """Of its function: `coupon_figures` looks, `close_flow` changes."""
    thing, does = subject.removesuffix("s").split("_"), [*filter(None, re.split(r"[._]", verb))]
    return [*does, *thing] if is_change else [*thing, *does]


def _write_into(module: Path, filled: str) -> None:
    """Behind the last operation of the module, before the helpers below it."""
    imports, code = filled.split("\n\n\n", 1)
    whole = module.read_text("utf-8").replace(FUTURE, f"{FUTURE}{imports}\n", 1)
    declared = [one for one in ast.parse(whole).body if isinstance(one, ast.AsyncFunctionDef)]
    ends = [one.end_lineno or 0 for one in declared if one.decorator_list]
    lines = whole.splitlines(keepends=True)
    at = max(ends, default=len(lines))
    module.write_text(f"{''.join(lines[:at])}\n\n{code}\n\n{''.join(lines[at:])}", "utf-8")


def _with_subject(name: str, command: str, about: str) -> Path:
    """The file of the subjects, with one more."""
    file = BOT / "operations" / "catalog" / "subjects.py"
    row = f'    OperationSubject("{name}", "{command}", "{about}"),\n'
    file.write_text(file.read_text("utf-8").replace("\n)\n", f"\n{row})\n", 1), "utf-8")
    return file


def _with_call(name: str, parameter: str) -> Path:
    """The valid calls, with one more."""
    file = ROOT / "tests" / "operations" / "valid_calls.py"
    text = file.read_text("utf-8")
    row = f'    "{name}": _of_nobody({parameter}="小美"),\n'
    file.write_text(text.replace("}\nELSEWHERE", f"{row}}}\nELSEWHERE", 1), "utf-8")
    return file
