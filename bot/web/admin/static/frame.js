// What every page of the staff's can do besides: `/` searches, a menu closes by itself, numbers beside entries are renewed.

import { follow, onOver } from "./live.js";
import "./notices.js";
import "./sent_once.js";
import { openSearch } from "./search.js";

const writes = (at) => at.closest("input, textarea, select, [contenteditable]") !== null;

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") closeMenus(null);
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || writes(event.target)) return;
  const field = [...document.querySelectorAll("main input[type=search]")].find((one) => one.checkVisibility());
  event.preventDefault();
  if (!field) return openSearch();
  field.focus();
  field.select();
});

/** All but the one in which this is; the keyboard stays where it was. */
function closeMenus(inside) {
  for (const menu of document.querySelectorAll("details.drop[open]")) {
    if (menu.contains(inside)) continue;
    if (inside === null && menu.contains(document.activeElement)) menu.querySelector("summary").focus();
    menu.open = false;
  }
}
document.addEventListener("click", (event) => closeMenus(event.target));
document.addEventListener("focusin", (event) => closeMenus(event.target));

// Of a navigation that is longer than the window the entry of this page is in view, or the one with the focus.
if (!document.activeElement.closest(".entries")) {
  document.querySelector(".entries [aria-current]")?.scrollIntoView({ block: "nearest" });
}

function banner(id, text) {
  const at = document.getElementById(id);
  at.querySelector("span").textContent = text;
  at.hidden = text === "";
}

follow("attention", "", ({ counts, stopped, refused, stop_title: title }) => {
  for (const badge of document.querySelectorAll("[data-count]")) {
    badge.textContent = counts[badge.dataset.count] ?? "";
    badge.hidden = badge.textContent === "";
  }
  banner("halted", stopped);
  banner("refused", refused);
  for (const called of document.querySelectorAll(".to-stop .called")) called.textContent = title;
});

onOver((why) => {
  document.getElementById("signed-out").hidden = why !== "signed_out";
});
