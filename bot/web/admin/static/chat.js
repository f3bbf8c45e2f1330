// Chats: what is new is put in by itself; an answer goes out once, and what is being written is never lost.

import { draw, opened, renewed, served } from "./chat_drawing.js";
import { Pictures, dragsPicture } from "./chat_pictures.js";
import { fitAboveKeyboard } from "./chat_keyboard.js";
import { hearKeys } from "./chat_keys.js";
import { AttachedCards, ReadyAnswers } from "./chat_ready.js";
import { speakLanguage } from "./line/words.js";
import { follow } from "./live.js";
import { Several } from "./chat_several.js";
import { watchWhoWaits } from "./chat_waiting.js";

const AGAIN = 3000; // milliseconds until what met no network is sent once more
const SIGN = 6000; // milliseconds between two signs that this chat is open here
const LIST = 1500; // milliseconds between two renewals of the list
const MINUTE = 60_000; // milliseconds until the list says anew how long people wait
const TYPED = 4000; // milliseconds for which somebody types after a stroke

const desk = document.querySelector(".desk");
const list = document.getElementById("list");
const talk = document.getElementById("talk");
const answer = document.getElementById("answer");
const box = answer?.elements.text;
const about = document.getElementById("about");
const part = desk.dataset.chat;
const kept = `oaflow-draft:${desk.dataset.me}:${part}`;
const at = (name, within = talk) => within.querySelector(`[data-part="${name}"]`);
speakLanguage(document.documentElement.lang);

// what is shown

async function fetched(of, more = {}) {
  const query = new URLSearchParams({ ...Object.fromEntries(new URLSearchParams(location.search)), of, ...more });
  const response = await fetch(`/admin/chat/part?${query}`, { redirect: "manual" });
  if (!response.ok) throw new Error(String(response.status));
  return new DOMParser().parseFromString(await response.text(), "text/html");
}

async function renewList() {
  const chosen = document.activeElement?.dataset?.chat;
  const fresh = await fetched("list");
  list.replaceChildren(...fresh.body.childNodes);
  if (chosen !== undefined) list.querySelector(`[data-chat="${CSS.escape(chosen)}"]`)?.focus();
}

let isBehind = false; // the chat has changed while nobody saw the page

async function renewTalk() {
  isBehind = document.hidden; // what nobody sees is not read
  if (isBehind || !talk || new URLSearchParams(location.search).has("before")) return;
  const fresh = (await fetched("talk")).body;
  if (!at("said", fresh)) return;
  const opened = at("head").contains(document.activeElement) || at("head").querySelector("details[open]");
  if (!opened) at("head").replaceWith(at("head", fresh));
  at("there").replaceWith(at("there", fresh));
  at("price").replaceWith(at("price", fresh));
  at("turn").replaceWith(at("turn", fresh));
  renewed(at("said"), at("said", fresh));
  about.contentWindow.postMessage("renew", location.origin);
  priced();
}

let asked = { list: false, talk: false };
let renewing = null;

/** At most one renewal at a time; what changes meanwhile is asked for once more. */
function renew(what) {
  asked = { list: asked.list || what.list, talk: asked.talk || what.talk };
  renewing ??= (async () => {
    try {
      while (asked.list || asked.talk) {
        const now = asked;
        asked = { list: false, talk: false };
        await Promise.all([now.list ? renewList() : null, now.talk ? renewTalk() : null]);
      }
    } catch {
      // no network, or signed out: the stream says so, and begins anew
    } finally {
      renewing = null;
    }
  })();
  return renewing;
}

let listed = -Infinity;
let listing = null;

/** Of much that happens at once the list is drawn once: with many consoles it is what they cost. */
function renewListSoon() {
  listing ??= setTimeout(() => {
    [listing, listed] = [null, performance.now()];
    renew({ list: true, talk: false });
  }, Math.max(0, listed + LIST - performance.now()));
}

follow("chat", part, ({ chat }) => {
  renewListSoon();
  if (chat) renew({ list: false, talk: true });
});
document.addEventListener("visibilitychange", () => isBehind && renew({ list: false, talk: true }));
window.addEventListener("online", () => renew({ list: true, talk: true }));

// the price, and the box

let freeUntil = 0;
let shown = null; // whether it costs, as the price has said
let isToBeSeen = false; // it costs by now, and what stands in the box was begun while it was free

function priced() {
  const price = at("price");
  if (shown === "0" && price.dataset.costs === "1" && (box.value !== "" || pictures.tokens || attached.named)) isToBeSeen = true;
  if (price.dataset.costs === "0") isToBeSeen = false;
  shown = price.dataset.costs;
  freeUntil = performance.now() + Number(price.dataset.free) * 1000;
  document.getElementById("price-at").replaceChildren(price);
  const [mayAnswer] = answer.elements.do;
  const wasTheirs = mayAnswer.disabled;
  mayAnswer.disabled = price.dataset.by !== ""; // a colleague has it: notes only, until it is taken over
  if (mayAnswer.disabled) answer.elements.do.value = "note";
  else if (wasTheirs && box.value === "" && document.activeElement !== box) answer.elements.do.value = "answer"; // else a note is begun
  prompted();
}

function prompted() {
  box.placeholder = answer.elements.do.value === "note" ? box.dataset.note : box.dataset.answer;
}

function tick() {
  const price = at("price");
  if (price.dataset.free === "0") return;
  const left = Math.round((freeUntil - performance.now()) / 1000);
  if (left <= 0) {
    price.dataset.free = "0";
    renew({ list: false, talk: true });
  } else price.firstElementChild.textContent = desk.dataset.free.replace("{seconds}", left);
}

const says = answer?.querySelector(".answer-says");

function say(text, isGood = false) {
  says.textContent = text;
  says.hidden = text === "";
  says.classList.toggle("is-good", isGood);
}

function keep(more = {}) {
  const draft = { text: box.value, do: answer.elements.do.value, pictures: pictures.all, cards: attached.all, ...more };
  try {
    if (draft.text === "" && draft.pictures.length === 0 && draft.cards.length === 0 && !draft.sending) localStorage.removeItem(kept);
    else localStorage.setItem(kept, JSON.stringify(draft));
  } catch {
    // a browser that keeps nothing
  }
}

function restore() {
  let draft = null;
  try {
    draft = JSON.parse(localStorage.getItem(kept));
  } catch {
    return;
  }
  if (draft === null || box.value !== "") return;
  box.value = draft.text;
  answer.elements.do.value = draft.do;
  pictures.show(draft.pictures ?? []);
  attached.show(draft.cards ?? []);
  if (draft.sending) answer.elements.form.value = draft.sending; // perhaps it went out: once more does no harm
}

// deeds

/** A proof of this browser as it is signed in by now. */
async function newProof() {
  const response = await fetch(location.href, { redirect: "manual" });
  if (!response.ok) return null;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  return page.querySelector('#answer [name="proof"]')?.value ?? null;
}

async function posted(fields, to = "/admin/chat/do", file = null) {
  let isRenewed = false;
  for (let isLost = false; ; isLost = true) {
    let response;
    try {
      const body = file === null ? new URLSearchParams(fields) : new FormData();
      if (file !== null) for (const [name, value] of [...Object.entries(fields), ["file", file]]) body.append(name, value);
      response = await fetch(to, { method: "POST", body, redirect: "manual" });
      if (response.status >= 500) throw new TypeError("away");
    } catch {
      say(desk.dataset.lost);
      await new Promise((wake) => {
        setTimeout(wake, AGAIN);
        window.addEventListener("online", wake, { once: true });
      });
      continue;
    }
    if (response.status === 401 || response.status === 403 || response.type === "opaqueredirect") {
      const proof = await newProof().catch(() => null);
      if (proof === null || isRenewed) return { error: desk.dataset.signedOut };
      for (const field of document.querySelectorAll('.desk [name="proof"]')) field.value = proof;
      fields = { ...fields, proof };
      isRenewed = true;
      continue;
    }
    if (isLost) say("");
    return response.json().catch(() => ({ error: String(response.status) }));
  }
}

let isSending = false;
let typed = -Infinity;
let sign = { how: "", at: -Infinity };

/** Send what is written, with its pictures and cards. */
async function send() {
  if (isSending) return;
  const text = box.value;
  const fields = { ...Object.fromEntries(new FormData(answer)), pictures: pictures.tokens, canned: attached.named };
  delete fields.file;
  if (text.trim() === "" && (fields.do === "note" || !(fields.canned || fields.pictures))) return;
  if (fields.do === "note") ["canned", "pictures"].forEach((name) => delete fields[name]);
  else if (pictures.uploading > 0) {
    say(pictures.words.waits, true);
    return;
  }
  if (fields.do === "answer" && isToBeSeen) {
    isToBeSeen = false;
    say(desk.dataset.costsNow);
    return;
  }
  fields.script = "1";
  fields.may_cost = at("price").dataset.costs;
  isSending = true;
  box.readOnly = true;
  keep({ sending: fields.form });
  say(desk.dataset.busy, true);
  let end = await posted(fields);
  while (end.carried && end.carried !== "done") {
    say(desk.dataset.stored, true); // its turn may refuse it still: what is written stays until that is known
    await new Promise((wake) => setTimeout(wake, AGAIN));
    end = await posted(fields);
  }
  isSending = false;
  box.readOnly = false;
  if (end.error) {
    keep();
    say(end.error);
    return;
  }
  answer.elements.form.value = crypto.randomUUID();
  if (end.unsent) {
    keep();
    if (end.unsent === "would_cost") [shown, isToBeSeen] = ["1", false]; // it is said here
    say(end.unsent === "would_cost" ? desk.dataset.costsNow : end.why);
  } else {
    box.value = "";
    if (fields.do === "answer") [pictures, attached].forEach((some) => some.show([])); // whoever leaves notes goes on to: the next one is no answer
    keep();
    say(end.why, !end.why);
  }
  box.focus(); // before what takes a moment: whoever has left the field meanwhile is not called back
  await renew({ list: true, talk: true });
  at("said").scrollTop = at("said").scrollHeight;
}

async function deed(form, submitter) {
  const fields = { ...Object.fromEntries(new FormData(form, submitter)), script: "1" };
  submitter.disabled = true;
  const end = await posted(fields);
  say(end.error ?? end.why ?? "");
  form.closest("details")?.removeAttribute("open");
  document.activeElement?.blur();
  submitter.disabled = false;
  if (form.isConnected) form.elements.form.value = crypto.randomUUID();
  await renew({ list: true, talk: true });
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form === answer) {
    event.preventDefault();
    send();
  } else if (form.matches("[data-deed]")) {
    event.preventDefault();
    deed(form, event.submitter);
  }
});

/** Put a text into the answer at the cursor. */
function inserted(text) {
  box.setRangeText(text, box.selectionStart, box.selectionEnd, "end");
  keep();
}

document.addEventListener("click", (event) => {
  const emoji = event.target.closest("[data-emoji]");
  if (emoji) {
    inserted(emoji.dataset.emoji);
    emoji.closest("details").open = false;
    box.focus();
  }
  const again = event.target.closest("[data-again]");
  if (again) {
    box.value = again.dataset.again;
    pictures.show(JSON.parse(again.dataset.pictures));
    box.focus();
    keep();
  }
  const sent = event.target.closest("a[data-opens]");
  if (sent && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    opened(sent);
  }
});

const shelf = document.getElementById("ready");
const attached = answer && new AttachedCards(answer.querySelector(".attached"), () => keep());
const pictures = answer && new Pictures(answer, { send: (fields, file) => posted(fields, "/admin/chat/picture", file), say, changed: () => keep() });
const ready = shelf && new ReadyAnswers(shelf, {
  fetched,
  posted: (fields, to, file = null) => posted({ proof: answer.elements.proof.value, chat: part, ...fields }, to, file),
  put: (text) => {
    const isEmpty = box.value.trim() === "";
    box.setRangeText(text, isEmpty ? 0 : box.selectionStart, isEmpty ? box.value.length : box.selectionEnd, "end");
    answer.elements.do.value = answer.elements.do[0].disabled ? "note" : "answer";
    prompted();
    keep();
  },
  attach: (card) => attached.add(card),
  picture: (one) => pictures.show([...pictures.all, one]),
  written: () => box.value,
});

const several = new Several({
  list,
  bar: document.getElementById("several"),
  opener: document.getElementById("choose"),
  renew: () => renew({ list: true, talk: true }),
});
hearKeys({ list, talk, answer, part, several });

if (answer) {
  served(at("said"));
  restore();
  priced();
  setInterval(tick, 1000);
  at("said").scrollTop = at("said").scrollHeight;
  fitAboveKeyboard(at("said"));
  box.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229) return; // a word is being composed: Enter takes it, and sends nothing
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      send();
    } else if (event.key === "/" && isAtLineStart() && answer.elements.do.value === "answer") {
      event.preventDefault();
      ready.open();
    } else if (event.key === "Escape") box.blur();
  });
  answer.querySelector(".to-ready").addEventListener("click", () => ready.open());
  shelf.addEventListener("close", () => box.focus());
  box.addEventListener("paste", (event) => {
    if (answer.elements.do.value === "answer" && pictures.take(event.clipboardData)) event.preventDefault();
  });
  talk.addEventListener("dragover", (event) => {
    if (!dragsPicture(event)) return;
    event.preventDefault();
    talk.classList.add("is-aimed-at");
  });
  for (const kind of ["dragleave", "drop"]) talk.addEventListener(kind, (event) => talk.contains(event.relatedTarget) || talk.classList.remove("is-aimed-at"));
  talk.addEventListener("drop", (event) => {
    if (!dragsPicture(event)) return;
    event.preventDefault();
    if (answer.elements.do[0].disabled) say(desk.dataset.takeFirst);
    else {
      answer.elements.do.value = "answer";
      pictures.take(event.dataTransfer);
    }
  });
  box.addEventListener("input", () => {
    keep();
    signed(true);
  });
  answer.addEventListener("change", ({ target }) => target.name === "do" && (prompted(), keep(), box.focus()));
  signed(false);
  setInterval(() => signed(false), SIGN);
  window.addEventListener("pagehide", () => signing("closed"));
}

/** Whether the cursor stands where a line begins. */
function isAtLineStart() {
  return box.selectionStart === box.selectionEnd && /(^|\n)$/.test(box.value.slice(0, box.selectionStart));
}

function signed(isStroke) {
  const now = performance.now();
  if (isStroke) typed = now;
  const how = now - typed < TYPED ? "types" : "looks";
  if (document.hidden || (how === sign.how && now - sign.at < SIGN - 500)) return;
  sign = { how, at: now };
  signing(how);
}

function signing(how) {
  const body = new URLSearchParams({ proof: answer.elements.proof.value, chat: part, how });
  fetch("/admin/chat/sign", { method: "POST", body, keepalive: true }).catch(() => {});
}

document.getElementById("sift").addEventListener("change", ({ currentTarget }) => currentTarget.requestSubmit());
watchWhoWaits(desk.dataset);
setInterval(() => document.hidden || !list.querySelector("[data-waits]") || renew({ list: true, talk: false }), MINUTE);
