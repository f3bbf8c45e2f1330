// One question about what goes wrong, with its answers to choose from: radio buttons, each with what to expect.

import { el } from "../elements.js";

/** `rows`: `{value, name, expect, harm}`, a null value is "nothing", and each other does harm unless it says no; `put(value)` is called with the choice. `wide`: as wide as all others together. */
export function faultGroup({ kind, title, expect = null, rows, chosen, put, wide = false }) {
  const choices = rows.map((row) => {
    const choice = el("input", "", { type: "radio", name: `fault-${kind}`, "data-fault": `${kind} ${row.value}`, checked: row.value === chosen, onchange: () => put(row.value) });
    const notice = el("span", "", {}, el("b", "", {}, row.name), row.expect ? el("small", "", {}, row.expect) : null);
    return el("label", `fault${(row.harm ?? row.value !== null) ? " harm" : ""}`, {}, choice, notice);
  });
  return el("fieldset", `fault-group${wide ? " wide" : ""}`, {}, el("legend", "part-title", {}, title), expect ? el("p", "fault-expect", {}, expect) : null, ...choices);
}
