// Elements are made through the DOM only: what others wrote is text, never markup.

/** An element with classes, properties (`aria-…` as attributes, `on…` as listeners) and children (texts or nodes). */
export function el(tag, classes = "", properties = {}, ...children) {
  const element = document.createElement(tag);
  if (classes) element.className = classes;
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name in element && !name.includes("-")) element[name] = value;
    else element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

const SHAPES = {
  done: ["M12 21.5a9.5 9.5 0 1 0 0-19 9.5 9.5 0 0 0 0 19Z", "m7.6 12.4 3.1 3.1 5.9-6.4"],
  problem: ["M12 21.5a9.5 9.5 0 1 0 0-19 9.5 9.5 0 0 0 0 19Z", "M12 7.4v5.8", "M12 16.4v.2"],
  closed: ["M12 21.5a9.5 9.5 0 1 0 0-19 9.5 9.5 0 0 0 0 19Z", "M9.6 8.8v6.4M14.4 8.8v6.4"],
  phone: ["M8 2.5h8a1.5 1.5 0 0 1 1.5 1.5v16a1.5 1.5 0 0 1-1.5 1.5H8A1.5 1.5 0 0 1 6.5 20V4A1.5 1.5 0 0 1 8 2.5Z", "M10.8 18.6h2.4"],
  unlink: ["M10 14a4 4 0 0 0 6 .4l3-3a4 4 0 0 0-5.6-5.6", "M14 10a4 4 0 0 0-6-.4l-3 3a4 4 0 0 0 5.6 5.6", "m4 4 16 16"],
  again: ["M19.5 12a7.5 7.5 0 1 1-2.4-5.5", "M19.8 3.2v4.6h-4.6"],
  ticket: ["M3.5 6.5h17v4a1.6 1.6 0 0 0 0 3v4h-17v-4a1.6 1.6 0 0 0 0-3v-4Z", "M14.5 7.5v1.4M14.5 11.3v1.4M14.5 15.1v1.4"],
  next: ["m9.5 5.5 6.5 6.5-6.5 6.5"],
};

/** A line drawing of our own, for the eye only. */
export function mark(name, size = 24) {
  const drawing = shape("svg", { viewBox: "0 0 24 24", width: size, height: size, "aria-hidden": "true", class: `mark mark-${name}` });
  drawing.append(...SHAPES[name].map((d) => shape("path", { d })));
  return drawing;
}

/** An element of a drawing. */
export function shape(tag, attributes) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}
