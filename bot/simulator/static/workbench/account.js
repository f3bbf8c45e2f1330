// Which official account, and what this month has cost it by the plan of the playbook.

import { $, el } from "../elements.js";
import { idWords } from "../phone/account_id.js";
import { number, tr } from "../words.js";

/** Draw the account into the workbench's head; `choose(name)` takes another one. */
export function showAccount({ account, channels }, choose) {
  const stamp = JSON.stringify([account, channels.map((c) => [c.name, c.title]), tr("Official account")]);
  if ($("account").dataset.stamp === stamp) return;
  $("account").dataset.stamp = stamp;
  const focused = document.activeElement?.id;
  const name = el("p", "account-name", {}, el("bdi", "", {}, account.title), " ", el("span", "", {}, idWords(account.id)));
  const choice = el("select", "", { id: "channel", "aria-label": tr("Choose an official account"), onchange: (event) => choose(event.target.value) });
  for (const channel of channels) {
    choice.append(el("option", "", { value: channel.name, selected: channel.name === account.name }, `${channel.title} ${idWords(channel.id)}`));
  }
  $("account").replaceChildren(channels.length > 1 ? choice : name, month(account));
  if (focused === "channel" || focused === "month") $(focused)?.focus();
}

let open = false;

/** It covers the panels: a click beside it closes it. */
document.addEventListener("click", (event) => {
  const shown = document.querySelector("details.month[open]");
  if (shown && !shown.contains(event.target)) shown.open = false;
});

/** What was sent and what it costs; unfolded, how that comes about. */
function month(account) {
  const { used, plan } = account;
  const most = plan?.included ?? account.quota;
  const cost = plan?.monthly_fee == null ? "" : ` · ${tr("NT${number}", { number: number(account.cost) })}`;
  const label = (most === null ? tr("This month: {used} used", { used: number(used) }) : tr("This month: {used} of {most}", { used: number(used), most: number(most) })) + cost;
  const line = el("summary", "usage", { id: "month" }, el("span", "", {}, label));
  if (most) line.append(el("meter", "", { max: most, high: most * 0.8, optimum: 0, value: Math.min(used, most), "aria-label": label }));
  return el("details", "month", { open, ontoggle: (event) => (open = event.target.open) }, line, el("div", "month-notice", {}, ...(plan ? reckoning(account, plan) : noPlan(account))));
}

function reckoning({ used, cost }, { monthly_fee: fee, included, extra }) {
  const more = Math.max(0, used - (included ?? 0));
  const rows = [];
  if (fee !== null) rows.push([included === null ? tr("Monthly fee") : tr("Monthly fee ({included} messages)", { included: number(included) }), tr("NT${number}", { number: number(fee) })]);
  if (extra !== null) rows.push([tr("{number} more, at {price} each", { number: number(more), price: tr("NT${number}", { number: number(extra) }) }), tr("NT${number}", { number: number(more * extra) })]);
  if (fee !== null) rows.push([tr("This month"), tr("NT${number}", { number: number(cost) })]);
  const over = extra === null && included !== null ? tr("No more can be bought with this plan: after {included}, pushes are refused.", { included: number(included) }) : null;
  return [el("dl", "month-rows", {}, ...rows.flatMap(([what, sum]) => [el("dt", "", {}, what), el("dd", "", {}, sum)])), el("p", "empty small", {}, [over, tr("By plan in bot.yaml. Replies, and what staff write, are free.")].filter(Boolean).join(" "))];
}

function noPlan({ name }) {
  return [el("p", "empty small", {}, tr("The playbook does not say this account's plan, so it is the light one: 200 messages a month are free, then pushes are refused. To reckon with yours, add a line to bot.yaml, below channels, in {channel}; the medium one, for instance (LINE tells today's prices):", { channel: name })), el("pre", "code", {}, "plan: {monthly_fee: 800, included: 3000}")];
}
