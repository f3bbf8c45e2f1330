// Elements are made through the DOM: what people wrote is text, never markup (turns come drawn, escaped by the server).

export const $ = (id) => document.getElementById(id);

/** An element with classes, properties (`aria-…`, `data-…` as attributes) and children (texts or nodes). */
export function el(tag, classes = "", properties = {}, ...children) {
  const element = document.createElement(tag);
  if (classes) element.className = classes;
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name in element && !name.includes("-")) element[name] = value;
    else element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

const SHAPES = {
  plus: ["M12 5v14M5 12h14"],
  send: ["M4 12 20 4.5 15.5 20l-4-6.5L4 12Z", "M11.5 13.5 20 4.5"],
  out: ["M5 12h13", "m13 6.5 5.5 5.5-5.5 5.5"],
  in: ["M19 12H6", "M11 6.5 5.5 12l5.5 5.5"],
  alert: ["M12 6.5v7", "M12 17.2v.3"],
  sticker: ["M12 3.5a8.5 8.5 0 1 0 8.5 8.5", "M20.5 12A8.5 8.5 0 0 0 12 3.5c0 5 3.5 8.5 8.5 8.5Z", "M8 14.5c1.5 2 5 2.5 7 .5"],
  image: ["M4 5.5h16v13H4z", "m4.5 16 4.5-4.5 3.5 3.5 3-3 4 4", "M15.5 9.3v.2"],
  pin: ["M12 21c4-4.5 6.5-7.6 6.5-11a6.5 6.5 0 0 0-13 0c0 3.4 2.5 6.5 6.5 11Z", "M12 12.2a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4Z"],
  card: ["M5 4.5h14v15H5z", "M5 11.5h14", "M8.5 15h7"],
  film: ["M4 6h11v12H4z", "m15 10.5 5-3v9l-5-3"],
  sound: ["M5 9.5h3l4.5-4v13L8 14.5H5z", "M16 9a4.2 4.2 0 0 1 0 6"],
  back: ["m14.5 5-7 7 7 7"],
  down: ["m6 9.5 6 6 6-6"],
  close: ["m6 6 12 12M18 6 6 18"],
  dots: ["M5.5 12h.01M12 12h.01M18.5 12h.01"],
  keys: ["M3.5 6.5h17v11h-17z", "M7 10h.01M10.3 10h.01M13.7 10h.01M17 10h.01M8.5 14h7"],
  menu: ["M4.5 7h15M4.5 12h15M4.5 17h15"],
  camera: ["M4 8h3.5L9 5.5h6L16.5 8H20v11H4z", "M12 16.5a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.4Z"],
  calendar: ["M4.5 6h15v14h-15z", "M4.5 10.5h15M8.5 3.5V8M15.5 3.5V8"],
  copy: ["M8.5 8.5h11v11h-11z", "M15.5 5h-11v11"],
  check: ["m5.5 12.5 4.5 4.5 8.5-9.5"],
  clock: ["M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17Z", "M12 7.5V12l3.2 2"],
  undo: ["M5 9.5h9a5 5 0 0 1 0 10H9", "M8.5 5.5 4.5 9.5l4 4"],
  play: ["M8 5.5v13l11-6.5z"],
  pause: ["M8.5 6v12M15.5 6v12"],
  file: ["M6 3.5h8l4.5 4.5v12.5H6z", "M13.5 3.5V8.5h5"],
  ticket: ["M4 7h16v3.2a1.9 1.9 0 0 0 0 3.6V17H4v-3.2a1.9 1.9 0 0 0 0-3.6z", "M14 7.5v2M14 11v2M14 14.5v2"],
  person: ["M12 11.5a3.7 3.7 0 1 0 0-7.4 3.7 3.7 0 0 0 0 7.4Z", "M4.5 20c.8-4 3.6-6 7.5-6s6.7 2 7.5 6"],
  link: ["M10 14a4 4 0 0 0 6 .4l3-3a4 4 0 0 0-5.6-5.6l-1.5 1.5", "M14 10a4 4 0 0 0-6-.4l-3 3a4 4 0 0 0 5.6 5.6l1.5-1.5"],
};

/** An element of a drawing (SVG). */
export function shape(tag, attributes = {}, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** A line drawing of our own, for the eye only. */
export function icon(name, size = 24) {
  const pen = { fill: "none", stroke: "currentColor", "stroke-width": 1.8, "stroke-linecap": "round", "stroke-linejoin": "round" };
  const paths = SHAPES[name].map((d) => shape("path", { d }));
  return shape("svg", { viewBox: "0 0 24 24", width: size, height: size, ...pen, "aria-hidden": "true" }, ...paths);
}

const letters = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** A round face with the first letter of a name; the colour follows the id. */
export function face(name, id, classes = "") {
  const first = letters.segment(name.trim())[Symbol.iterator]().next().value?.segment ?? "?";
  let hue = 0;
  for (const letter of id) hue = (hue * 31 + letter.codePointAt(0)) % 997;
  return el("span", `face ${classes}`, { "data-hue": String(hue % 6), "aria-hidden": "true" }, first.toUpperCase());
}
