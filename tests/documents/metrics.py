"""All metrics, as they are declared where they are counted, and which alert rule watches each."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import yaml

from tests.sources import BOT, ROOT, modules, nodes_of

RULES = ROOT / "deploy" / "prometheus" / "oaflow.rules.yaml"
LABEL = re.compile(r"\{\{ \$labels\.(\w+) \}\}")
KINDS = {"Tally": "counter", "_tally": "counter", "OutcomeFigure": "counter", "Spans": "histogram"}
"""By what makes it; all others are gauges."""


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric as a module declares it."""

    name: str
    kind: str
    """counter, gauge or histogram."""
    labels: Sequence[str]
    meaning: str


def metric_table() -> str:
    """A row for each, by name."""
    alerts = _alerts()
    rows = [_row(one, alerts) for one in sorted(metrics(), key=lambda one: one.name)]
    return "\n".join(["| name | type | meaning | alerts |", "|---|---|---|---|", *rows])


def _row(metric: Metric, alerts: Mapping[str, Sequence[str]]) -> str:
    labels = f"{{{','.join(metric.labels)}}}" if metric.labels else ""
    watched = "; ".join(alerts.get(metric.name, ()))
    return f"| `{metric.name}{labels}` | {metric.kind} | {metric.meaning.removesuffix('.')} | {watched} |"


def _alerts() -> Mapping[str, Sequence[str]]:
    """Each rule with its condition and what it says, by the metrics that it watches."""
    said: dict[str, list[str]] = {}
    for group in yaml.safe_load(RULES.read_text("utf-8"))["groups"]:
        for rule in group["rules"]:
            summary = LABEL.sub(lambda label: label[1].upper(), rule["annotations"]["summary"])
            lasting = f" for {rule['for']}" if "for" in rule else ""
            said_so = f"{rule['alert']}, `{rule['expr']}`{lasting}: {summary}"
            for name in sorted(set(re.findall(r"oaflow_\w+", rule["expr"]))):
                said.setdefault(name.removesuffix("_bucket"), []).append(said_so)
    return said


def metrics() -> Iterator[Metric]:
    """Each call, or row of a table, that begins with a metric's name and meaning."""
    for path in modules(BOT):
        nodes = list(nodes_of(path, r'"oaflow_[a-z_]+",'))
        texts = dict(filter(None, map(_named_text, nodes)))
        for node in nodes:
            match node:
                case ast.Call(
                    func=ast.Name(id=made) | ast.Attribute(attr=made),
                    args=[ast.Constant(str(name)), said, *labels],
                ):
                    kind = KINDS.get(made, "gauge")
                case ast.Tuple(elts=[ast.Constant(str(name)), said, *labels]):
                    kind = "gauge"
                case _:
                    continue
            meaning = _text(said, texts)
            if name.startswith("oaflow_") and meaning:
                yield Metric(f"{name}_total" if kind == "counter" else name, kind, _labels(labels), meaning)


def _named_text(node: ast.AST) -> tuple[str, str] | None:
    """A name that is given to a text."""
    match node:
        case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(str(text))):
            return name, text
        case _:
            return None


def _text(said: ast.expr, texts: Mapping[str, str]) -> str:
    match said:
        case ast.Constant(str(text)):
            return text
        case ast.Name(id=name):
            return texts.get(name, "")
        case _:
            return ""


def _labels(arguments: Sequence[ast.expr]) -> list[str]:
    """The texts among the arguments, also those of a tuple."""
    flat = [part for one in arguments for part in (one.elts if isinstance(one, ast.Tuple) else [one])]
    return [one.value for one in flat if isinstance(one, ast.Constant) and isinstance(one.value, str)]
