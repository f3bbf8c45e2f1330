// The workbench: which account, which friend, and what happened.

import { $, el, face, icon } from "./elements.js";
import { clockSeconds, number, words } from "./words.js";

const SHOWN = 60;

export class Workbench {
  /** `acts`: add(), choose(friend id), chooseChannel(name), rename(name), follow(), block(), unblock(), invite(), redeliver(event). */
  constructor(acts) {
    this.acts = acts;
    $("fold").addEventListener("click", () => this.unfold($("fold").getAttribute("aria-expanded") !== "true"));
  }

  unfold(open) {
    $("fold").setAttribute("aria-expanded", String(open));
    if (open) $("fold").scrollIntoView({ block: "start" });
    else window.scrollTo({ top: 0 });
  }

  /** Draw everything; `fresh` are ids of log entries that have just come or changed. */
  draw(state, fresh = new Set()) {
    if (!state.account) return;
    keepFocus(() => {
      this.account(state);
      this.people(state);
      this.friend(state);
    });
    this.happened(state, fresh);
  }

  account(state) {
    const w = words();
    const { account, channels } = state;
    const name = el("p", "name", {}, el("bdi", "", {}, account.title), " ", el("span", "", {}, account.id));
    const choice = el("select", "", { id: "channel", "aria-label": w.channel, onchange: (event) => this.acts.chooseChannel(event.target.value) });
    for (const channel of channels) {
      choice.append(el("option", "", { value: channel.name, selected: channel.name === account.name }, `${channel.title} ${channel.id}`));
    }
    const usage = el("div", "usage", {}, w.usage(number(account.used), account.quota === null ? null : number(account.quota)));
    if (account.quota) {
      const high = account.quota * 0.8;
      usage.append(el("meter", "", { max: account.quota, high, optimum: 0, value: account.used, "aria-label": w.usage(account.used, account.quota) }));
    }
    $("account").replaceChildren(el("div", "account", {}, channels.length > 1 ? choice : name, usage));
  }

  people(state) {
    const w = words();
    const rows = state.friends
      .filter((friend) => friend.channel === state.account.name)
      .map((friend) => {
        const fresh = state.unread.has(friend.id);
        const properties = { type: "button", id: `person-${friend.id}`, "aria-pressed": String(friend.id === state.friend?.id), onclick: () => this.acts.choose(friend.id) };
        return el(
          "button",
          `person${fresh ? " fresh" : ""}`,
          properties,
          face(friend.name, friend.id, "small"),
          el("bdi", "", {}, friend.name),
          fresh ? el("span", "unseen", {}, w.freshMessage) : null,
        );
      });
    const label = rows.length ? w.addPerson : w.follow;
    rows.push(el("button", "person add", { type: "button", id: "add", onclick: () => this.acts.add() }, icon("plus", 20), label));
    $("friends").replaceChildren(el("div", "people", {}, ...rows));
  }

  friend(state) {
    const w = words();
    const { friend } = state;
    if (!friend) {
      $("friend").replaceChildren();
      return;
    }
    // The field stays the same element for the same friend: a name that is being typed is never lost.
    if ($("name")?.dataset.friend !== friend.id) $("friend").replaceChildren(this.nameAndActs(friend));
    if (document.activeElement !== $("name")) $("name").value = friend.name;
    $("name-label").textContent = w.displayName;
    const button = (id, label, onclick, classes = "plain") => el("button", classes, { type: "button", id, onclick }, label);
    const standing = {
      stranger: () => button("standing", w.follow, () => this.acts.follow()),
      friend: () => button("standing", w.block, () => this.acts.block(), "plain bad"),
      blocked: () => button("standing", w.unblock, () => this.acts.unblock()),
    }[friend.standing]();
    const invite = friend.standing === "friend" ? [button("invite", w.invite, () => this.acts.invite())] : [];
    $("acts").replaceChildren(standing, ...invite);
  }

  nameAndActs(friend) {
    const field = el("input", "", {
      id: "name",
      "data-friend": friend.id,
      maxLength: 20,
      dir: "auto",
      spellcheck: false,
      onchange: (event) => this.acts.rename(event.target.value),
      onkeydown: (event) => {
        if (event.key === "Enter" && !event.isComposing) event.target.blur();
      },
    });
    const label = el("label", "", {}, el("span", "", { id: "name-label" }), field);
    return el("div", "friend", {}, label, el("span", "acts", { id: "acts" }));
  }

  happened(state, fresh) {
    const entries = [...state.happened.values()].filter((e) => e.channel === null || e.channel === state.account.name);
    const latest = entries.slice(-SHOWN).reverse();
    const focused = document.activeElement?.closest?.(".deed")?.dataset.id;
    $("nothing").hidden = latest.length > 0;
    $("happened").replaceChildren(...latest.map((entry) => this.deed(entry, state, fresh.has(entry.id))));
    if (focused) $("happened").querySelector(`[data-id="${CSS.escape(focused)}"] button`)?.focus();
    $("fold-latest").textContent = latest.length ? sentence(latest[0], state) : "";
  }

  deed(entry, state, fresh) {
    const w = words();
    const wrong = entry.kind === "webhook" ? entry.trouble !== null : entry.status >= 400 && entry.status !== 409;
    const way = el("span", "way", { role: "img", "aria-label": entry.kind === "webhook" ? w.toBot : w.fromBot }, icon(wrong ? "alert" : entry.kind === "webhook" ? "out" : "in", 18));
    const middle = el("div", "what", {}, el("div", "", { dir: "auto" }, sentence(entry, state)));
    const more = detail(entry);
    if (more) middle.append(el("div", "more", { dir: "auto" }, more));
    const row = el("li", `deed ${entry.kind}${wrong ? " wrong" : ""}${fresh ? " new" : ""}`, { "data-id": entry.id }, way, middle, side(entry));
    if (entry.kind === "webhook" && wrong && entry.again_in === null) {
      row.append(el("button", "plain", { type: "button", onclick: () => this.acts.redeliver(entry.id) }, w.redeliver));
    }
    return row;
  }
}

function sentence(entry, state) {
  const w = words();
  const friend = state.friends.find((f) => f.id === entry.chat);
  const group = state.groups.find((g) => g.id === entry.chat);
  if (entry.kind === "webhook") {
    const [kind, type] = entry.what.split("/");
    const what = kind === "message" ? w.messageOf(w.kinds[type] ?? w.otherKind(type)) : (w.events[kind] ?? kind);
    const who = friend?.name ?? state.friends.find((f) => f.id === group?.member)?.name;
    return who && entry.text ? w.saidOf(who, entry.text) : w.eventOf(who, what);
  }
  if (entry.status >= 400) return w.refused(w.failedCalls[entry.what] ?? w.calls[entry.what]?.(0) ?? w.otherCall(entry.what));
  return w.calls[entry.what]?.(entry.messages) ?? w.otherCall(entry.what);
}

function detail(entry) {
  const w = words();
  if (entry.kind === "call") {
    if (entry.status === 401) return w.unauthorised;
    return entry.error ? (w.reasons[entry.error] ?? entry.error) : entry.text;
  }
  if (entry.trouble === null) return entry.tries > 1 ? w.delivered(entry.tries) : null;
  const then = entry.again_in === null ? w.givenUp(entry.tries) : w.againIn(entry.again_in);
  return `${w.trouble[entry.trouble](entry.status)} · ${then}`;
}

function side(entry) {
  const w = words();
  const parts = [];
  if (entry.kind === "call" && entry.status < 300) {
    if (entry.what === "reply") parts.push(el("span", "cost free", {}, w.free));
    else if (entry.paid > 0) parts.push(el("span", "cost paid", {}, w.paid(entry.paid)));
  }
  const answered = entry.kind === "call" ? String(entry.status) : entry.status === null ? null : w.took(entry.status, entry.took);
  if (answered) parts.push(el("span", "", {}, answered));
  parts.push(el("time", "", { dateTime: new Date(entry.at).toISOString() }, clockSeconds(entry.at)));
  return el("div", "side", {}, ...parts);
}

/** Redraw without taking the focus away from the person. */
function keepFocus(draw) {
  const id = document.activeElement?.id;
  draw();
  if (id && document.activeElement?.id !== id) $(id)?.focus();
}
