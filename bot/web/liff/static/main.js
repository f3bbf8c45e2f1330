// How a page begins: LINE's SDK, who is there and where, then the page that the address names.

import { base } from "./address.js";
import * as line from "./line.js";
import { Opening } from "./opening.js";
import { Page } from "./page.js";
import { choose } from "./choose.js";
import { messageScreen } from "./message_screen.js";
import { speakLanguage, tr } from "./sentences.js";

const data = JSON.parse(document.getElementById("page-data").textContent);
const root = document.getElementById("screen");

/** The page that an address names; LIFF's first address names none. */
function named() {
  const [, , , page] = location.pathname.slice(base.length).split("/");
  return data.opening ? null : page || null;
}

/** Of the address, what the page takes, and which area of a rich menu opened it: LINE adds parameters of its own. */
function inputs(page) {
  const query = new URLSearchParams(location.search);
  const wanted = [...(data.pages[page]?.inputs ?? []), "_tap", "stamp", "by"];
  return Object.fromEntries(wanted.filter((name) => query.has(name)).map((name) => [name, query.get(name)]));
}

function show(element) {
  root.replaceChildren(element);
  root.removeAttribute("aria-busy");
  element.querySelector("h1")?.focus();
}

/** On LINE for PC, and in any other browser: how to get to the phone, or into LINE. */
function elsewhere() {
  const { opening } = data;
  const page = opening ? `${opening.kind}/${opening.code}` : (named() ?? fromState() ?? data.home);
  const buttons = opening?.opens ? [{ label: tr("Go there now"), href: opening.opens, look: "quiet" }] : [];
  if (line.isOnTelephone()) {
    const open = { label: tr("Open in LINE"), href: line.link(data.liff_id, page, inputs(page)) };
    return messageScreen({ mark: "phone", title: tr("Please open this in LINE"), texts: [tr("This page works in the LINE app.")], buttons: [open, ...buttons] });
  }
  const query = new URLSearchParams(inputs(page)).toString();
  const source = `${base}/liff/${data.channel}${page ? `/${page}` : ""}/code.svg${query ? `?${query}` : ""}`;
  return messageScreen({ title: tr("Please open this on your phone"), texts: [tr("LINE for PC does not show this page. Scan the QR code with your phone to open it in LINE.")], code: { source, label: tr("QR code that opens this page on a phone") }, buttons });
}

/** The page that LIFF's first address has in `liff.state`, where `liff.init()` does not run. */
function fromState() {
  const state = new URLSearchParams(location.search).get("liff.state");
  const page = state?.match(/^\/?([a-z][a-z0-9_]*)/)?.[1];
  return page in data.pages ? page : null;
}

function withoutLine() {
  const again = { label: tr("Try again"), act: () => location.reload() };
  return messageScreen({ mark: "problem", title: tr("LINE cannot be reached"), texts: [tr("Please check your connection and try again. Nothing of yours has changed.")], buttons: [again] });
}

async function begin() {
  if (speakLanguage(line.language()) === "en") document.documentElement.lang = "en";
  for (const element of document.querySelectorAll("[data-word]")) element.textContent = tr(element.dataset.word);
  if (!line.isThere()) return show(withoutLine());
  if (!line.isInside()) return show(elsewhere());
  try {
    await line.begin(data.liff_id);
  } catch {
    return show(withoutLine());
  }
  const page = named() ?? data.home;
  if (!data.opening) {
    if (page === null) return show(choose(data));
    if (!(page in data.pages)) return show(problem(tr("This page does not exist"), tr("Please go back to the chat and tap the newest button.")));
  }
  if (!line.idToken()) return show(problem(tr("This page is not set up yet"), tr("The scope openid of its LIFF app is missing. Please tell the shop.")));
  await (data.opening ? new Opening(data, root).begin() : new Page(data, page, root).open(inputs(page)));
  if (new URLSearchParams(location.search).has("stamp")) history.replaceState(null, "", location.pathname); // a code is scanned once
}

const problem = (title, text) => messageScreen({ mark: "problem", title, texts: [text], buttons: [toChat()] });

const toChat = () => ({ label: tr("Back to the chat"), act: line.close });

/** The account has no picture, or it cannot be loaded: nothing in its place, or the first letter. */
function unlessBroken(picture) {
  if (picture.getAttribute("src") && picture.complete && !picture.naturalWidth) picture.remove();
  else picture.addEventListener("error", () => picture.remove());
}

unlessBroken(document.querySelector(".face img"));
unlessBroken(document.getElementById("hero"));
begin();
