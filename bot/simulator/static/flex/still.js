// A picture that could move but may not shows its first frame. Of LINE's two formats only PNG can move (APNG).

import { el } from "../elements.js";

const BEFORE_THE_PICTURE = 4096; // bytes; the chunk about frames comes before the first of them

/** Put the first frame of `image` in its place, if it has more than one. */
export async function holdStill(image) {
  if (!/\.a?png$/i.test(new URL(image.src).pathname) || !(await hasFrames(image.src))) return;
  const frame = el("canvas", image.className, { width: image.naturalWidth, height: image.naturalHeight, "aria-hidden": "true" });
  frame.getContext("2d").drawImage(image, 0, 0);
  frame.style.objectFit = image.style.objectFit;
  image.replaceWith(frame);
}

/** Does the file begin as an APNG? One that cannot be read again is left as it is. */
async function hasFrames(address) {
  const file = await fetch(address, { cache: "force-cache" }).then((answer) => answer.arrayBuffer()).catch(() => new ArrayBuffer(0));
  const [head] = new TextDecoder("latin1").decode(file.slice(0, BEFORE_THE_PICTURE)).split("IDAT");
  return head.includes("acTL");
}
