"""`python -m bot.new operation coupons.show` writes a new operation of this source tree, with a test."""

from __future__ import annotations

import re
import subprocess
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path
from string import Template

BOT = Path(__file__).parents[1]
TEMPLATES = Path(__file__).parent / "templates"
FUTURE = "from __future__ import annotations\n"
NAME = re.compile(r"[a-z][a-z_]*(\.[a-z][a-z_]*)*")


def main() -> None:
    """Write what was asked for, and say what is left to do."""
    asked = ArgumentParser("python -m bot.new", description=__doc__)
    asked.add_argument("what", choices=["operation"])
    asked.add_argument("name", help="subject and verb: coupons.show")
    asked.add_argument("--says", default="Say what it is about.", help="its sentence: 'One coupon.'")
    asked.add_argument("--changes", metavar="KIND", help="it changes something: its kind in the audit log")
    asked.add_argument("--command", help="of a new subject: its word of the command line (coupon)")
    asked.add_argument("--about", help="of a new subject: what its command is for, in small letters")
    options = asked.parse_args()
    if NAME.fullmatch(options.name) is None:
        asked.error("NAME is a subject and a verb, with a dot: coupons.show")
    sys.stdout.write(_operation(options))


def _operation(options: Namespace) -> str:
    subject, _, verb = options.name.partition(".")
    words = [*filter(None, re.split(r"[._]", verb)), *subject.split("_")]
    module = BOT / "operations" / "declared" / f"{subject}.py"
    test = BOT.parent / "tests" / "operations" / f"test_{'_'.join(words)}.py"
    if test.exists():
        raise SystemExit(f"it is there already: {test}")
    values = {
        "operation": options.name,
        "subject": subject,
        "function": "_".join(words),
        "answer": "".join(map(str.capitalize, words)),
        "says": options.says,
        "kind": options.changes,
    }
    changed = [module, test]
    if not module.exists():
        about = options.about or subject.replace("_", " ")
        module.write_text(_filled("subject", about=f"{about[:1].upper()}{about[1:]}."), "utf-8")
        changed.append(_with_subject(subject, options.command or subject.removesuffix("s"), about))
    imports, code = _filled("change" if options.changes else "look", **values).split("\n\n\n", 1)
    whole = module.read_text("utf-8").replace(FUTURE, f"{FUTURE}{imports}\n", 1)
    module.write_text(f"{whole}\n\n{code}", "utf-8")
    test.write_text(_filled("test", **values), "utf-8")
    for order in (["check", "--fix", "--select", "I,F401"], ["format"]):
        subprocess.run([sys.executable, "-m", "ruff", *order, "--quiet", *changed], check=True)
    places = [str(one.relative_to(BOT.parent)) for one in changed]
    return _filled("next", **values, changed=", ".join(places), module=places[0], test=places[1])


def _with_subject(name: str, command: str, about: str) -> Path:
    """The file of the subjects, with one more."""
    file = BOT / "operations" / "catalog" / "subjects.py"
    row = f'    OperationSubject("{name}", "{command}", "{about}"),\n'
    file.write_text(file.read_text("utf-8").replace("\n)\n", f"\n{row})\n", 1), "utf-8")
    return file


def _filled(template: str, **values: str) -> str:
    return Template((TEMPLATES / f"{template}.txt").read_text("utf-8")).substitute(values)


if __name__ == "__main__":
    main()
