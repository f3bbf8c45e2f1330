// News of the shop about the friend being played: an order, another tier, a changed record.

import { el } from "../elements.js";
import { refusal } from "../refusals.js";
import { phrase, tr } from "../words.js";

const NEWS = {
  order_placed: phrase("an order was placed"),
  order_paid: phrase("an order was paid"),
  order_cancelled: phrase("an order was cancelled"),
  order_refunded: phrase("an order was refunded"),
  order_partially_refunded: phrase("a part of an order was refunded"),
  member_registered: phrase("registered as a member"),
  member_updated: phrase("the member's data changed"),
  tier_changed: phrase("the member's tier changed"),
};

/** A form; `send(body)` has it happen, and answers what the bot said to the shop's webhook. */
export function shopNews(friend, send) {
  const news = el("select", "shop-choice", { "aria-label": tr("What it tells") }, ...Object.entries(NEWS).map(([name, notice]) => el("option", "", { value: name, selected: name === "order_paid" }, notice())));
  const amount = el("input", "", { type: "number", min: 0, step: 1, value: 880, "aria-label": tr("Amount (NT$)") });
  const codes = el("input", "", { type: "text", autocomplete: "off", "aria-label": tr("Coupon codes") });
  const number = el("input", "", { type: "text", autocomplete: "off", "aria-label": tr("Order number") });
  const refunded = el("input", "", { type: "number", min: 1, step: 1, value: 100, "aria-label": tr("Paid back by now (NT$)") });
  const labelled = (name, field) => el("label", "", {}, el("span", "", {}, name), field);
  const back = labelled(tr("Paid back by now (NT$)"), refunded);
  const order = el("div", "shop-order", {}, labelled(tr("Amount (NT$)"), amount), back, labelled(tr("Order number"), number), labelled(tr("Coupon codes"), codes));
  const notice = el("p", "empty", { role: "status" });
  const button = el("button", "plain", { type: "submit" }, tr("Tell the bot"));

  const isPart = () => news.value === "order_partially_refunded";
  let last = ""; // what is called off, or refunded, was ordered before
  const shown = () => {
    order.hidden = !news.value.startsWith("order_");
    back.hidden = !isPart();
    number.value = /cancelled|refunded/.test(news.value) ? last : "";
  };
  news.addEventListener("change", shown);
  shown();
  const submit = async (event) => {
    event.preventDefault();
    button.disabled = true;
    notice.textContent = "";
    try {
      const { status, order_no } = await send({ news: news.value, ...(order.hidden ? {} : { amount: Number(amount.value || 0), ...(isPart() ? { refunded: Number(refunded.value || 0) } : {}), ...(number.value.trim() ? { order_no: number.value.trim() } : {}), codes: codes.value.split(/[\s,，、]+/).filter(Boolean) }) });
      last = order_no ?? last;
      notice.textContent = status >= 200 && status < 300 ? tr("The shop has told the bot of {name}: {what}.", { name: friend.name, what: NEWS[news.value]() }) : status === null ? tr("Nothing is sent, or only later: as the shop’s webhooks were chosen to come.") : tr("The bot did not take what the shop sent ({status}). The log shows it: the shop is not linked, or the sign is wrong.", { status: status || tr("no answer") });
    } catch (trouble) {
      notice.textContent = trouble.code === "nobody" ? tr("This shop knows no member who is {name}. Bind a phone first, or say so in a member’s record below.", { name: friend.name }) : refusal(trouble.code);
    }
    button.disabled = false;
  };
  return el("form", "shop-news", { noValidate: true, onsubmit: submit }, news, order, button, notice);
}
