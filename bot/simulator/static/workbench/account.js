// Which official account, and what this month has cost it by the plan of the playbook.

import { $, el } from "../elements.js";
import { idWords } from "../phone/account_id.js";
import { number, words } from "../words.js";

/** Draw the account into the workbench's head; `choose(name)` takes another one. */
export function showAccount({ account, channels }, choose) {
  const w = words();
  const stamp = JSON.stringify([account, channels.map((c) => [c.name, c.title]), w.account]);
  if ($("account").dataset.stamp === stamp) return;
  $("account").dataset.stamp = stamp;
  const focused = document.activeElement?.id;
  const name = el("p", "account-name", {}, el("bdi", "", {}, account.title), " ", el("span", "", {}, idWords(account.id)));
  const choice = el("select", "", { id: "channel", "aria-label": w.channel, onchange: (event) => choose(event.target.value) });
  for (const channel of channels) {
    choice.append(el("option", "", { value: channel.name, selected: channel.name === account.name }, `${channel.title} ${idWords(channel.id)}`));
  }
  $("account").replaceChildren(channels.length > 1 ? choice : name, month(account));
  if (focused === "channel" || focused === "month") $(focused)?.focus();
}

let open = false;

/** It lies over the panels: a click beside it closes it. */
document.addEventListener("click", (event) => {
  const shown = document.querySelector("details.month[open]");
  if (shown && !shown.contains(event.target)) shown.open = false;
});

/** What was sent and what it costs; unfolded, how that comes about. */
function month(account) {
  const w = words();
  const { used, plan } = account;
  const most = plan?.included ?? account.quota;
  const cost = plan?.monthly_fee == null ? "" : ` · ${w.money(number(account.cost))}`;
  const label = w.monthLine(number(used), most === null ? null : number(most)) + cost;
  const line = el("summary", "usage", { id: "month" }, el("span", "", {}, label));
  if (most) line.append(el("meter", "", { max: most, high: most * 0.8, optimum: 0, value: Math.min(used, most), "aria-label": label }));
  return el("details", "month", { open, ontoggle: (event) => (open = event.target.open) }, line, el("div", "month-told", {}, ...(plan ? reckoning(account, plan) : noPlan(account))));
}

function reckoning({ used, cost }, { monthly_fee: fee, included, extra }) {
  const w = words();
  const more = Math.max(0, used - (included ?? 0));
  const rows = [];
  if (fee !== null) rows.push([w.monthFee(included === null ? null : number(included)), w.money(number(fee))]);
  if (extra !== null) rows.push([w.monthMore(number(more), w.money(number(extra))), w.money(number(more * extra))]);
  if (fee !== null) rows.push([w.monthTotal, w.money(number(cost))]);
  const over = extra === null && included !== null ? w.monthNoMore(number(included)) : null;
  return [el("dl", "month-rows", {}, ...rows.flatMap(([what, sum]) => [el("dt", "", {}, what), el("dd", "", {}, sum)])), el("p", "empty small", {}, [over, w.monthFree].filter(Boolean).join(" "))];
}

function noPlan({ name }) {
  const w = words();
  return [el("p", "empty small", {}, w.monthNoPlan(name)), el("pre", "code", {}, "plan: {monthly_fee: 800, included: 3000}")];
}
