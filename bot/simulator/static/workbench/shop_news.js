// What the shop tells the bot about the friend being played: an order, another tier, a changed record.

import { el } from "../elements.js";
import { words } from "../words.js";

const NEWS = ["order_placed", "order_paid", "order_cancelled", "order_refunded", "member_registered", "member_updated", "tier_changed"];

/** A form; `send(body)` has it happen, and answers what the bot said to the shop's webhook. */
export function shopNews(friend, send) {
  const w = words();
  const news = el("select", "shop-choice", { "aria-label": w.newsWhat }, ...NEWS.map((name) => el("option", "", { value: name, selected: name === "order_paid" }, w.newsNames[name])));
  const amount = el("input", "", { type: "number", min: 0, step: 1, value: 880, "aria-label": w.newsAmount });
  const order = el("label", "", {}, el("span", "", {}, w.newsAmount), amount);
  const told = el("p", "empty", { role: "status" });
  const button = el("button", "plain", { type: "submit" }, w.newsSend);

  news.addEventListener("change", () => (order.hidden = !news.value.startsWith("order_")));
  const submit = async (event) => {
    event.preventDefault();
    button.disabled = true;
    told.textContent = "";
    try {
      const { status } = await send({ news: news.value, ...(order.hidden ? {} : { amount: Number(amount.value || 0) }) });
      told.textContent = status >= 200 && status < 300 ? w.shopNewsTold(friend.name, w.newsNames[news.value]) : status === null ? w.shopNewsOnTheWay : w.shopNewsRefused(status);
    } catch (trouble) {
      told.textContent = trouble.code === "nobody" ? w.shopNewsNobody(friend.name) : (w.errors[trouble.code] ?? w.errors.other);
    }
    button.disabled = false;
  };
  return el("form", "shop-news", { noValidate: true, onsubmit: submit }, news, order, button, told);
}
