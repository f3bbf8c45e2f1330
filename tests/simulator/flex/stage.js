// Draws cards on an empty page and measures what was drawn. Knows nothing of how the cards are drawn but `data-at`.

import { flexMessage } from "/simulator/static/flex/flex.js";

const PARTS = { area: ".flex-area", picture: ".flex-shown", face: ".flex-press", label: ".flex-label", lines: ".flex-lines" };
const stage = { taps: [], draw, measure, settled };
window.stage = stage;

/** Cards name pictures of this server by their path; LINE knows whole addresses only. */
const whole = (contents) => JSON.parse(JSON.stringify(contents).replaceAll(/"(?=\/(media|stage)\/)/g, `"${location.origin}`));

/** Draw `contents` in a room so many px wide; a tap is kept in `stage.taps`. */
function draw(name, contents, { room = 390, scale = null } = {}) {
  const around = document.createElement("section");
  around.dataset.card = name;
  around.style.width = `${room}px`;
  around.style.containerType = "inline-size";
  around.style.margin = "0 0 12px";
  if (scale !== null) around.style.setProperty("--flex-scale", scale);
  around.append(flexMessage(whole(contents), { act: (action, element) => stage.taps.push([action, element.dataset.at]) }));
  document.body.append(around);
  return around;
}

/** When what watches sizes has been told of them. */
function settled() {
  return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done())));
}

/** What each of `wanted` (with `at`, `part`, …) is like, lengths in px from the message's corner; `null` where it is not. */
function measure(name, wanted) {
  const message = document.querySelector(`[data-card="${name}"] > .flex-message`);
  return wanted.map((each) => measured(message, each));
}

const found = (message, at) => message.querySelector(`[data-at="${at}"]`);

function part(element, name) {
  if (name === undefined || name === "ink") return element;
  if (name === "block") return element.parentElement;
  if (name === "line above") return element.parentElement.previousElementSibling;
  return element.querySelector(PARTS[name]);
}

function measured(message, { at, part: name, css = {}, over, baseline, times }) {
  const whole = found(message, at);
  const element = whole && part(whole, name);
  if (!element) return null;
  const from = message.getBoundingClientRect();
  const box = name === "ink" ? ink(element) : element.getBoundingClientRect();
  const lines = element.matches(".flex-lines, .flex-label") ? element : (element.querySelector(".flex-lines") ?? element);
  const style = getComputedStyle(element);
  return {
    x: box.left - from.left,
    y: box.top - from.top,
    w: box.width,
    h: box.height,
    right: box.right - from.left,
    bottom: box.bottom - from.top,
    cx: (box.left + box.right) / 2 - from.left,
    text: natural(lines),
    lines: rows(lines),
    cut: lines.scrollWidth > lines.clientWidth || lines.scrollHeight > lines.clientHeight + 1,
    says: element.textContent,
    seen: seen(element, message),
    letters: Number.parseFloat(style.fontSize),
    css: Object.fromEntries(Object.keys(css).map((property) => [property, style.getPropertyValue(property)])),
    over: over ? isOver(element, from, over) : null,
    baseline: baseline === undefined ? null : [baseOf(whole), baseOf(found(message, baseline))],
    times: times ? found(message, times.of).getBoundingClientRect().width : null,
  };
}

function written(element) {
  const range = document.createRange();
  range.selectNodeContents(element.querySelector(".flex-lines") ?? element);
  return range;
}

const ink = (element) => written(element).getBoundingClientRect();

/** How wide the letters would be if there were room, by the font's own figures. */
function natural(element) {
  const style = getComputedStyle(element);
  const pen = document.createElement("canvas").getContext("2d");
  pen.font = `${style.fontStyle} ${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
  return pen.measureText(element.textContent).width;
}

/** Lines of text: rectangles of letters that do not overlap in height. */
function rows(element) {
  const boxes = [...written(element).getClientRects()].filter((box) => box.width > 0).sort((a, b) => a.top - b.top);
  let [count, lower] = [0, -Infinity];
  for (const box of boxes) {
    if ((box.top + box.bottom) / 2 > lower) count += 1;
    lower = Math.max(lower, box.bottom);
  }
  return count;
}

/** The width that no box around cuts off. */
function seen(element, message) {
  let { left, right } = element.getBoundingClientRect();
  for (let around = element.parentElement; around && around !== message; around = around.parentElement) {
    if (getComputedStyle(around).overflowX === "visible") continue;
    const box = around.getBoundingClientRect();
    [left, right] = [Math.max(left, box.left), Math.min(right, box.right)];
  }
  return right - left;
}

function isOver(element, from, [x, y]) {
  element.scrollIntoView({ block: "center" });
  const now = element.closest(".flex-message").getBoundingClientRect();
  return document.elementFromPoint(now.left + x, now.top + y) === element;
}

/** Where letters stand: an empty mark on the line tells it; a picture stands on its lower edge. */
function baseOf(element) {
  const lines = element.querySelector(".flex-lines");
  if (!lines) return element.getBoundingClientRect().bottom;
  const mark = document.createElement("i");
  mark.style.display = "inline-block";
  lines.prepend(mark);
  const { bottom } = mark.getBoundingClientRect();
  mark.remove();
  return bottom;
}
