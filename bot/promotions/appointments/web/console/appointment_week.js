// A week of appointments: one is dragged to a free time, or moved by keys (M, arrows, Enter, Escape). The server draws it all: where
// one may go is the same week, asked for with `moving`; what would be done is asked in a dialog, with the form of its own page.

const DRAGGED = 6; // pixels after which a press is a drag
const EDGE = 48; // pixels from an edge of the week within which it scrolls by itself
const STEP = 12; // pixels that it scrolls then
const says = document.querySelector("[data-says]");
const dialog = document.querySelector("[data-dialog]");
let drag = null; // the block that is pressed, where, and once it is dragged its ghost and the week that is fetched for it
let wasDragged = false; // the click that ends it is none
let renewing = 0; // weeks that are being fetched
let renewal = null; // what is done once that has come

const view = () => document.querySelector("[data-view]");
const isMoving = () => view().querySelector(".week.is-moving") !== null;
const all = (kind) => [...view().querySelectorAll(kind)].filter((one) => one.checkVisibility());
const pressed = () => all(isMoving() ? ".week-free" : ".week-booked, .week-free");
const label = (one) => one?.getAttribute("aria-label");
const laneOf = (one) => one.closest(".week-lane");
const top = (one) => one.getBoundingClientRect().top;
const nearest = (some, at) => some.reduce((best, one) => (best && Math.abs(top(best) - at) <= Math.abs(top(one) - at) ? best : one), null);

/** The page of an address; `null` where another one was answered, which is gone to. */
async function fetched(address) {
  const answer = await fetch(address);
  if (!answer.redirected) return new DOMParser().parseFromString(await answer.text(), "text/html");
  location.assign(address);
  return null;
}

/** The week of another address in the place of this one; what was scrolled stays so. */
async function renew(address) {
  renewing += 1;
  const fresh = await fetched(address)
    .then((page) => page?.querySelector("[data-view]"))
    .finally(() => (renewing -= 1));
  if (!fresh) return;
  const { scrollLeft, scrollTop } = view().querySelector(".week-scrolls");
  view().replaceWith(fresh);
  fresh.querySelector(".week-scrolls").scrollTo(scrollLeft, scrollTop);
  history.replaceState(null, "", address);
  rove(pressed()[0]);
}

/** One of all that can be pressed is reached by Tab; arrows go on from there. */
function rove(to) {
  for (const one of view().querySelectorAll(".week-booked, .week-free")) one.tabIndex = one === to ? 0 : -1;
}

function go(to) {
  if (!to) return;
  rove(to);
  to.focus({ preventScroll: true });
  to.scrollIntoView({ block: "nearest", inline: "nearest" });
}

/** The next one in this direction: in its lane, or the nearest in another that has any. */
function beside(one, key) {
  const some = pressed();
  const here = some.filter((other) => laneOf(other) === laneOf(one));
  if (key === "ArrowUp" || key === "ArrowDown") return here[here.indexOf(one) + (key === "ArrowUp" ? -1 : 1)];
  const [first, last] = [some.indexOf(here[0]), some.indexOf(here.at(-1))];
  const next = key === "ArrowLeft" ? some[first - 1] : some[last + 1];
  return next && nearest(some.filter((other) => laneOf(other) === laneOf(next)), top(one));
}

/** Free is from now on where this one may go; gives the time that is nearest to where it is. */
async function move(block) {
  const [at, lane] = [top(block), laneOf(block).dataset.lane];
  const moving = new URL(block.href).searchParams.get("person");
  await renew(`${view().dataset.plain}&moving=${encodeURIComponent(moving)}`);
  says.textContent = view().querySelector("[data-where]")?.textContent ?? "";
  const own = pressed().filter((one) => laneOf(one).dataset.lane === lane);
  return nearest(own.length ? own : pressed(), at);
}

async function leave() {
  if (!isMoving()) return;
  const was = label(view().querySelector(".week-booked.is-moving"));
  await renew(view().dataset.plain);
  says.textContent = "";
  go(all(".week-booked").find((one) => label(one) === was));
}

/** What the page of this address asks, or what may be done there, in a dialog. */
async function ask(address) {
  const content = (await fetched(address))?.querySelector("main");
  if (!content) return;
  const parts = content.querySelectorAll(":scope > .card");
  if (!parts.length) return location.assign(address);
  const title = content.querySelector("h1");
  dialog.setAttribute("aria-label", title.textContent);
  dialog.replaceChildren(title, ...parts);
  if (!dialog.open) dialog.showModal();
  dialog.querySelector(".button")?.focus();
}

/** The free time that begins nearest to this height, in the lane that is there. */
function under({ x, y }) {
  const isThere = ({ left, right }) => left <= x && x < right;
  const found = nearest(pressed().filter((one) => isThere(laneOf(one).getBoundingClientRect())), y);
  return found && Math.abs(top(found) - y) <= found.offsetHeight ? found : null;
}

const upperEdge = (event) => ({ x: event.clientX, y: event.clientY - drag.dy + 1 });

function begin() {
  const { width, height } = drag.block.getBoundingClientRect();
  drag.ghost = drag.block.cloneNode(true);
  drag.ghost.classList.add("week-ghost");
  Object.assign(drag.ghost.style, { width: `${width}px`, height: `${height}px` });
  document.body.append(drag.ghost);
  drag.ready = move(drag.block);
}

function aim(at) {
  view().querySelector(".is-aim")?.classList.remove("is-aim");
  under(at)?.classList.add("is-aim");
  const box = view().querySelector(".week-scrolls");
  const edges = box.getBoundingClientRect();
  const by = (where, low, high) => (where < low + EDGE ? -STEP : where > high - EDGE ? STEP : 0);
  box.scrollBy(by(at.x, edges.left, edges.right), by(at.y, edges.top, edges.bottom));
}

/** The drag is over: at this place, or nowhere. */
function drop(at) {
  const { ghost, ready } = drag;
  drag = null;
  if (!ghost) return;
  wasDragged = true;
  setTimeout(() => (wasDragged = false));
  ready.then(() => {
    const to = at && under(at);
    ghost.remove();
    if (to) ask(to.href);
    else leave();
  });
}

document.addEventListener("pointerdown", (event) => {
  const block = event.target.closest(".week-booked:not([data-begun])");
  if (block === null || event.button !== 0 || event.pointerType === "touch" || isMoving()) return;
  const box = block.getBoundingClientRect();
  drag = { block, x: event.clientX, y: event.clientY, dx: event.clientX - box.left, dy: event.clientY - box.top };
});
document.addEventListener("pointermove", (event) => {
  if (drag === null) return;
  if (!drag.ghost && Math.hypot(event.clientX - drag.x, event.clientY - drag.y) < DRAGGED) return;
  if (!drag.ghost) begin();
  drag.ghost.style.translate = `${event.clientX - drag.dx}px ${event.clientY - drag.dy}px`;
  if (isMoving()) aim(upperEdge(event));
});
document.addEventListener("pointerup", (event) => drag && drop(upperEdge(event)));
document.addEventListener("pointercancel", () => drag && drop(null));
document.addEventListener("dragstart", (event) => drag && event.preventDefault());

/** What this key does here; gives whether it does anything. */
function press(key, one) {
  if (key === "Escape" && drag) drop(null);
  else if (key === "Escape") renewal = leave();
  else if (one && key.startsWith("Arrow")) go(beside(one, key));
  else if (one && key.toLowerCase() === "m" && one.matches(".week-booked:not([data-begun])") && !isMoving()) renewal = move(one).then(go);
  else return false;
  return true;
}

/** Keys that come while the week is fetched mean the one that comes. */
async function pressLater(key) {
  await renewal;
  const one = document.activeElement.closest(".week-booked, .week-free");
  if (key === "Enter") one?.click();
  else press(key, one);
}

document.addEventListener("keydown", (event) => {
  const { key } = event;
  if (view() === null || dialog.open || event.ctrlKey || event.metaKey || event.altKey) return;
  if (renewing && (key === "Enter" || key === "Escape" || key.startsWith("Arrow"))) {
    event.preventDefault();
    renewal = pressLater(key);
  } else if (press(key, event.target.closest(".week-booked, .week-free")) && key !== "Escape") event.preventDefault();
});

document.addEventListener("click", (event) => {
  if (wasDragged) event.preventDefault();
  const link = event.target.closest("a");
  if (link === null || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const does = Object.entries(PRESSED).find(([kind]) => link.matches(kind))?.[1];
  if (!does) return;
  event.preventDefault();
  does(link);
});
const PRESSED = {
  ".week-booked": (link) => {
    dialog.dataset.of = label(link);
    ask(link.href);
  },
  ".is-moving .week-free, [data-asks]": (link) => ask(link.href),
  "[data-moves]": () => {
    dialog.close();
    move(all(".week-booked").find((one) => label(one) === dialog.dataset.of)).then(go);
  },
  "[data-leaves]": () => (dialog.open ? dialog.close() : leave()),
};
dialog?.addEventListener("close", () => {
  dialog.replaceChildren();
  leave();
});

if (view() !== null) {
  rove(pressed()[0]);
  const refused = view().querySelector("[data-refused]");
  if (refused !== null) {
    history.replaceState(null, "", view().dataset.plain); // a reload shows the week, and sends nothing anew
    refused.scrollIntoView({ block: "center", inline: "nearest" });
    refused.focus({ preventScroll: true });
  } else if (isMoving()) go(pressed()[0]);
}
