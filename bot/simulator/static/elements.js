// Elements are made through the DOM only: what people wrote is text, never markup.

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
};

/** A line drawing of our own, for the eye only. */
export function icon(name, size = 24) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const attributes = { viewBox: "0 0 24 24", width: size, height: size, fill: "none", stroke: "currentColor", "stroke-width": 1.8, "stroke-linecap": "round", "stroke-linejoin": "round", "aria-hidden": "true" };
  for (const [key, value] of Object.entries(attributes)) svg.setAttribute(key, value);
  for (const shape of SHAPES[name]) {
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    path.setAttribute("d", shape);
    svg.append(path);
  }
  return svg;
}

const letters = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** A round face with the first letter of a name; the colour follows the id. */
export function face(name, id, classes = "") {
  const first = letters.segment(name.trim())[Symbol.iterator]().next().value?.segment ?? "?";
  let hue = 0;
  for (const letter of id) hue = (hue * 31 + letter.codePointAt(0)) % 997;
  return el("span", `face ${classes}`, { "data-hue": String(hue % 6), "aria-hidden": "true" }, first.toUpperCase());
}
