// Which official account, and what it has used this month.

import { $, el } from "../elements.js";
import { number, words } from "../words.js";

/** Draw the account into the workbench's head; `choose(name)` takes another one. */
export function showAccount({ account, channels }, choose) {
  const w = words();
  const stamp = JSON.stringify([account, channels.map((c) => [c.name, c.title]), w.account]);
  if ($("account").dataset.stamp === stamp) return;
  $("account").dataset.stamp = stamp;
  const focused = document.activeElement?.id === "channel";
  const name = el("p", "account-name", {}, el("bdi", "", {}, account.title), " ", el("span", "", {}, account.id));
  const choice = el("select", "", { id: "channel", "aria-label": w.channel, onchange: (event) => choose(event.target.value) });
  for (const channel of channels) {
    choice.append(el("option", "", { value: channel.name, selected: channel.name === account.name }, `${channel.title} ${channel.id}`));
  }
  const usage = el("div", "usage", {}, w.usage(number(account.used), account.quota === null ? null : number(account.quota)));
  if (account.quota) {
    const label = w.usage(account.used, account.quota);
    usage.append(el("meter", "", { max: account.quota, high: account.quota * 0.8, optimum: 0, value: account.used, "aria-label": label }));
  }
  $("account").replaceChildren(channels.length > 1 ? choice : name, usage);
  if (focused) $("channel")?.focus();
}
