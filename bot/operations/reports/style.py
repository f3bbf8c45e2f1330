"""How the picture of a report looks: light, for it stands on a slide."""

from __future__ import annotations

from bot.playbook.drawing.style import FONTS

WIDE, HIGH = 1280, 720

CSS = f"""
.report{{font-family:{FONTS};font-variant-numeric:tabular-nums}}
.report .ground{{fill:#f6f7f8}}
.report .card{{fill:#fff;stroke:#e3e7ec}}
.report .name{{font-size:36px;font-weight:700;fill:#1c232b}}
.report .about{{font-size:18px;fill:#56616e}}
.report .heading{{font-size:20px;font-weight:700;fill:#1c232b}}
.report .group{{font-size:17px;font-weight:600;fill:#1c232b}}
.report .figure{{font-size:23px;font-weight:700;fill:#1c232b}}
.report .small{{font-size:13px;fill:#56616e}}
.report .tick{{font-size:12.5px;fill:#56616e}}
.report .note{{font-size:14px;fill:#56616e}}
.report .column{{font-size:15px;font-weight:700;fill:#1c232b}}
.report .row{{font-size:15px;fill:#1c232b}}
.report .cell{{font-size:17px;font-weight:600;fill:#1c232b}}
.report .verdict{{font-size:17px;font-weight:600;fill:#1c232b}}
.report .verdict.none{{font-weight:400;fill:#56616e}}
.report .grid{{stroke:#e3e7ec}}
.report .base{{stroke:#8793a1}}
.report .bar{{fill:#3fa89c}}
.report .bar.quiet{{fill:#b4bdc8}}
.report .whisker{{fill:none;stroke:#1c232b;stroke-width:1.8}}
.report .under{{fill:none;stroke:#fff;stroke-width:4.5;stroke-opacity:.75}}
.report .dot{{fill:#fff;stroke:#8793a1;stroke-width:2}}
.report .dot.seen{{fill:#0b6b63;stroke:#0b6b63}}
"""
