// Stickers and LINE's emoji: LINE's pictures are LINE's, so each has a drawing of our own.

import { el, shape } from "../elements.js";
import { phrase } from "../words.js";

const NAMES = {
  hello: phrase("Hi"),
  ok: phrase("OK"),
  love: phrase("Love you"),
  thanks: phrase("Thanks"),
  laugh: phrase("Haha"),
  cry: phrase("Sob"),
  angry: phrase("Angry"),
  wow: phrase("Wow"),
  sleep: phrase("Good night"),
  question: phrase("Huh?"),
  cheer: phrase("Go for it"),
  sorry: phrase("Sorry"),
};
const MOODS = Object.keys(NAMES);
export const moodName = (mood) => NAMES[mood]();

/** A dozen of the stickers that every account may send.
 * https://developers.line.biz/en/docs/messaging-api/sticker-list/ */
export const TRAY = MOODS.map((mood, i) => ({
  packageId: i < 6 ? "446" : "789",
  stickerId: String(i < 6 ? 1988 + i : 10855 + i - 6),
  mood,
}));

const KNOWN = new Map(TRAY.map(({ packageId, stickerId, mood }) => [`${packageId}/${stickerId}`, mood]));
const COATS = [["#3d9a6d", "#2b6e4f"], ["#e8a13a", "#b0731c"], ["#5d8fd6", "#3d68a8"], ["#d9799b", "#a84f70"], ["#8d7bcb", "#65549f"]];
const INK = "#1b2320";

const mood = (packageId, stickerId) => KNOWN.get(`${packageId}/${stickerId}`) ?? MOODS[number(stickerId) % MOODS.length];
const coat = (packageId) => COATS[String(packageId ?? "").slice(-1).charCodeAt(0) % COATS.length] ?? COATS[0];

function number(id) {
  let sum = 0;
  for (const letter of String(id ?? "")) sum = (sum * 31 + letter.codePointAt(0)) % 9973;
  return sum;
}

/** What a sticker is called: its first keyword, else the mood that we draw it with. */
function stickerName(content) {
  const keyword = Array.isArray(content.keywords) ? content.keywords.find((word) => typeof word === "string") : null;
  return keyword ?? moodName(mood(content.packageId, content.stickerId));
}

const CALLED = phrase("sticker");
export const DRAWN = { sticker: { called: CALLED, summary: (content) => `${CALLED()} ${stickerName(content)}`, draw: sticker } };

/** A sticker in a chat: the drawing, and its name below it. */
function sticker(content) {
  const name = stickerName(content);
  const summary = `${CALLED()} ${name} ${content.packageId}/${content.stickerId}`;
  return el("div", "sticker", { role: "img", "aria-label": summary, title: summary }, figure(content.packageId, content.stickerId), el("span", "sticker-name", { dir: "auto" }, name));
}

/** The drawing alone: somebody round, in a mood. */
export function figure(packageId, stickerId) {
  const is = mood(packageId, stickerId);
  const [fill, dark] = coat(packageId);
  const arms = { fill: "none", stroke: dark, "stroke-width": 11, "stroke-linecap": "round" };
  return shape(
    "svg",
    { viewBox: "0 0 132 124", "aria-hidden": "true" },
    shape("ellipse", { cx: 66, cy: 117, rx: 36, ry: 5, fill: "#0000001c" }),
    ...(ARMS[is] ?? ARMS.rest).map((d) => shape("path", { d, ...arms })),
    shape("circle", { cx: 66, cy: 70, r: 44, fill }),
    shape("path", { d: "M66 27c-2-10 4-17 14-19 1 11-4 17-14 19Z", fill: dark }),
    ...look(is),
    ...(EXTRAS[is] ?? []).map(([tag, attributes]) => shape(tag, attributes)),
  );
}

/** One of LINE's emoji: a face only. */
export function face(emojiId, productId) {
  const [fill] = coat(productId);
  const parts = look(MOODS[number(emojiId) % MOODS.length]);
  return shape("svg", { viewBox: "20 24 92 92", "aria-hidden": "true" }, shape("circle", { cx: 66, cy: 70, r: 44, fill }), ...parts);
}

const ARMS = {
  rest: ["M28 84c-7 4-10 9-11 15", "M104 84c7 4 10 9 11 15"],
  hello: ["M102 70c9-5 14-14 15-26", "M28 84c-7 4-10 9-11 15"],
  cheer: ["M104 66c9-7 12-16 12-28", "M28 66c-9-7-12-16-12-28"],
  wow: ["M104 62c8-3 10-8 10-14", "M28 62c-8-3-10-8-10-14"],
  thanks: ["M32 92c10 10 22 12 32 6", "M100 92c-10 10-22 12-32 6"],
  sorry: ["M32 94c8 8 18 10 28 8", "M100 94c-8 8-18 10-28 8"],
};

const DOTS = ["M50 60v5", "M82 60v5"];
const ARCS = ["M44 64c3-6 10-6 13 0", "M75 64c3-6 10-6 13 0"];
const LIDS = ["M44 62c3 5 10 5 13 0", "M75 62c3 5 10 5 13 0"];
const CROSS = ["M44 56l12 6", "M88 56l-12 6", ...DOTS];
const SMILE = "M54 80c6 9 18 9 24 0";
const FROWN = "M55 87c6-8 16-8 22 0";
const FLAT = "M57 84h18";
const FACES = {
  hello: [DOTS, SMILE],
  ok: [["M50 60v5", "M75 64c3-6 10-6 13 0"], SMILE],
  love: [ARCS, SMILE],
  thanks: [LIDS, "M58 82c4 5 12 5 16 0"],
  laugh: [ARCS, "open"],
  cry: [LIDS, FROWN],
  angry: [CROSS, FROWN],
  wow: [DOTS, "round"],
  sleep: [LIDS, FLAT],
  question: [DOTS, FLAT],
  cheer: [ARCS, "open"],
  sorry: [["M44 58l12-3", "M88 58l-12-3", "M50 62v4", "M82 62v4"], FROWN],
};

function look(is) {
  const [eyes, mouth] = FACES[is];
  const pen = { fill: "none", stroke: INK, "stroke-width": 4.5, "stroke-linecap": "round", "stroke-linejoin": "round" };
  const lips =
    mouth === "open"
      ? shape("path", { d: "M52 78h28c0 17-28 17-28 0Z", fill: INK })
      : mouth === "round"
        ? shape("ellipse", { cx: 66, cy: 85, rx: 7, ry: 9, fill: INK })
        : shape("path", { d: mouth, ...pen });
  const cheeks = [38, 94].map((cx) => shape("circle", { cx, cy: 78, r: 6, fill: "#f2a48d99" }));
  return [...eyes.map((d) => shape("path", { d, ...pen })), lips, ...cheeks];
}

const HEART = "c-4-7-15-5-15 4 0 7 9 12 15 17 6-5 15-10 15-17 0-9-11-11-15-4Z";
const line = (d, stroke, width = 5) => ["path", { d, fill: "none", stroke, "stroke-width": width, "stroke-linecap": "round", "stroke-linejoin": "round" }];
const EXTRAS = {
  ok: [line("M98 34l8 9 16-20", "#1f9d55", 6)],
  love: [["path", { d: `M110 22${HEART}`, fill: "#e2506c" }], ["path", { d: `M22 34${HEART}`, fill: "#e2506c", transform: "scale(.8) translate(4 4)" }]],
  cry: [["path", { d: "M46 68c-5 8-6 13-1 15 6 0 6-6 1-15Z", fill: "#7cc4f0" }], ["path", { d: "M86 68c-5 8-6 13-1 15 6 0 6-6 1-15Z", fill: "#7cc4f0" }]],
  angry: [line("M104 24l6 8M118 22l-6 9M110 32l8 4", "#d64545", 4.5)],
  sleep: [line("M98 30h12l-12 14h12", "#5b6b8c", 4.5), line("M114 12h9l-9 10h9", "#5b6b8c", 4)],
  question: [line("M102 22c2-10 18-9 17 1 0 7-9 7-9 15", "#c9820a", 5.5), ["circle", { cx: 110, cy: 47, r: 3.4, fill: "#c9820a" }]],
  cheer: [line("M14 18l5 6M30 8v8M4 34h8", "#e0a100", 4.5), line("M118 18l-5 6M102 8v8M128 34h-8", "#e0a100", 4.5)],
  sorry: [["path", { d: "M104 40c-5 8-6 13-1 15 6 0 6-6 1-15Z", fill: "#7cc4f0" }]],
  thanks: [line("M108 30l3 7 7 3-7 3-3 7-3-7-7-3 7-3Z", "#e0a100", 3)],
};
