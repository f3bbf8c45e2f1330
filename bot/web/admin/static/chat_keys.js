// Keys of the chats, for whoever works through a list without the mouse: outside fields and dialogs.

const writes = (target) => target.closest("input, textarea, select, [contenteditable], dialog") !== null;

/** `part` names the chat that is open, `answer` is its form; both may be missing. While `several` are chosen,
 * j and k go through the list and open nothing, t, e and h are for all of them. */
export function hearKeys({ list, talk, answer, part, several }) {
  const rows = () => [...list.querySelectorAll("[data-chat]")];
  let place = -1; // where the chat stands in the list, or stood before it left it: the next one has moved up there
  const look = () => {
    const now = rows().findIndex((row) => row.dataset.chat === part);
    if (now >= 0) place = now;
    return now;
  };
  look();
  new MutationObserver(look).observe(list, { childList: true });
  const open = rows()[place]?.getBoundingClientRect();
  const seen = list.getBoundingClientRect();
  if (open) list.scrollTop += open.top - seen.top - (seen.height - open.height) / 2; // and nothing around it

  function step(by) {
    const all = rows();
    const focused = all.indexOf(document.activeElement);
    const now = focused >= 0 ? focused : look();
    const next = now >= 0 ? now + by : Math.max(0, by > 0 ? place : place - 1);
    if (several.isOn) all[Math.max(0, Math.min(focused < 0 && now < 0 ? 0 : next, all.length - 1))]?.focus();
    else if (next >= all.length && now >= 0) list.querySelector("[data-further]")?.click();
    else if (next >= 0 && all.length && next !== now) all[Math.min(next, all.length - 1)].click();
  }

  function write(what) {
    const [answers, notes] = answer.elements.do;
    const chosen = what === "note" || answers.disabled ? notes : answers;
    chosen.checked = true;
    chosen.dispatchEvent(new Event("change", { bubbles: true })); // which goes into the field
  }

  function opened(which) {
    const menu = talk.querySelector(which);
    if (!menu) return;
    menu.open = true;
    menu.querySelector(".choice:not(:disabled)")?.focus();
  }

  function finish() {
    if (talk.querySelector(".back")) opened(".back");
    else talk.querySelector('[data-key="e"]')?.click();
  }

  function tick(isRange) {
    const all = rows();
    const focused = all.indexOf(document.activeElement);
    const row = all[focused >= 0 ? focused : Math.max(0, look())];
    if (!row) return;
    several.tick(row, isRange);
    row.focus();
  }

  const forAll = { t: () => several.choose("take"), e: () => several.choose("back"), h: () => several.choose(""), Escape: () => several.end() };
  const does = {
    x: () => tick(false),
    X: () => tick(true),
    a: () => several.all(),
    j: () => step(1),
    k: () => step(-1),
    t: () => talk?.querySelector('[data-deed="take"] button')?.click(),
    e: () => talk && finish(),
    h: () => talk && opened(".hand-on"),
    f: () => talk && opened(".later"),
    r: () => answer && write("answer"),
    n: () => answer && write("note"),
    "?": () => document.getElementById("keys").showModal(),
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || writes(event.target)) return;
    const deed = (several.isOn && forAll[event.key]) || does[event.key];
    if (!deed) return;
    event.preventDefault(); // the letter is no text of the field that has the focus next
    deed();
  });
}
