"""What staff do is the same for a command and for a page: nothing is printed, no option is named."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tests.sources import BOT, modules, nodes_of

OPERATIONS = BOT / "operations"
OF_A_COMMAND = {"argparse", "getpass", "os", "sys"}
"""Where arguments come from, and words go to."""
OF_PROCESSES = {"drafts/worker.py", "drafts/worker_process.py"}
"""They start and end processes, by `os` and `sys`."""
OF_RECORDED = {"recorded_words.py"}
"""It reads what the audit log has recorded of a command, its options among it."""
NEEDLE = rf"\b(?:import|from) .*\b(?:{'|'.join(OF_A_COMMAND)})\b|\bprint\(|--"
"""What stands in a module that has one of these, or an option."""
OPTION = re.compile(r"(?<![\w(])--(?!git )\w")
"""`diff --git` begins a part of a patch."""


OF_A_TERMINAL = {"example", "not_in"}
"""What a declaration says of its command."""


def of_a_terminal(path: Path) -> set[int]:
    """The lines of what only a terminal shows: of a declaration, of an answer, of a report."""
    found = set[int]()
    for node in nodes_of(path, r"@operation|def \w*lines\(|def report"):
        match node:
            case ast.Call(keywords=keywords):
                parts: list[ast.expr | ast.FunctionDef] = [
                    one.value for one in keywords if one.arg in OF_A_TERMINAL
                ]
            case ast.Dict(keys=keys, values=values):
                named = zip(keys, values, strict=True)
                parts = [one for key, one in named if getattr(key, "value", None) in OF_A_TERMINAL]
            case ast.FunctionDef(name=name) if name.endswith("lines") or name.startswith("report"):
                parts = [node]
            case _:
                continue
        found |= {line for one in parts for line in range(one.lineno, (one.end_lineno or one.lineno) + 1)}
    return found


def is_for_a_command(node: ast.AST) -> bool:
    """Whether this reads arguments, prints, or is a sentence that names an option."""
    match node:
        case ast.Import(names=names):
            return any(one.name in OF_A_COMMAND for one in names)
        case ast.ImportFrom(module=name):
            return name in OF_A_COMMAND
        case ast.Call(func=ast.Name(id="print")):
            return True
        case ast.Constant(value=str(text)):
            return OPTION.search(text) is not None
        case _:
            return False


def test_nothing_reads_arguments_prints_or_names_an_option() -> None:
    wrong = [
        f"{path.name}: {ast.unparse(node)}"
        for path in modules(OPERATIONS)
        for node in nodes_of(path, NEEDLE)
        if is_for_a_command(node)
        and not (isinstance(node, ast.Import) and path.relative_to(OPERATIONS).as_posix() in OF_PROCESSES)
        and path.name not in OF_RECORDED
        and getattr(node, "lineno", 0) not in of_a_terminal(path)
    ]
    assert not wrong, "\n".join(wrong)
