// Pictures, videos, sounds and files in the chat, and the viewer that shows one large.

import { el, icon } from "../elements.js";
import { addressOf, ownAddress } from "../own_address.js";
import { phrase, tr } from "../words.js";
import { picture } from "./picture.js";
import { openSheet } from "./sheet.js";

/** Where the simulator keeps what friends sent. */
const KEPT = /^pictures\/\w+$/;

export const CALLED_PICTURE = phrase("picture");
const CALLED_VIDEO = phrase("video");
const CALLED_FILE = phrase("file");
export const DRAWN = {
  image: { called: CALLED_PICTURE, draw: image },
  video: { called: CALLED_VIDEO, draw: (content, { watched }) => video(content, content.trackingId ? watched : null) },
  audio: { called: phrase("sound"), draw: audio },
  file: { called: CALLED_FILE, draw: file },
};

/** An image message; a tap shows it large. */
function image(content) {
  const sent = KEPT.test(content.picture);
  const address = sent ? new URL(`api/${content.picture}`, location.href).href : content.originalContentUrl;
  if (!address) return el("div", "photo none", { role: "img", "aria-label": CALLED_PICTURE() }, icon("image", 48));
  const small = sent ? address : (content.previewImageUrl ?? address);
  const open = () => openSheet(CALLED_PICTURE(), zoomable(address), { classes: "viewer" });
  return el("button", "photo", { type: "button", "aria-label": tr("Enlarge picture"), onclick: open }, picture(small));
}

/** The picture as large as the phone; a tap or Enter makes it larger still. */
function zoomable(address) {
  const button = el("button", "zoom", { type: "button", "data-first": "", "aria-label": tr("Zoom"), "aria-pressed": "false" }, picture(address));
  button.addEventListener("click", () => button.setAttribute("aria-pressed", String(button.getAttribute("aria-pressed") !== "true")));
  return button;
}

/** A video message; `watched` is called when it was seen to its end. */
function video(content, watched) {
  const cover = content.previewImageUrl ? picture(content.previewImageUrl) : el("span", "shot absent");
  return el("button", "photo film", { type: "button", "aria-label": tr("Play video"), onclick: () => watch(content, watched) }, cover, el("span", "play", {}, icon("play", 30)));
}

/** The video in the viewer. One of another host cannot be played here, but be said to have been seen. */
export function watch(content, watched, after = null) {
  const own = ownAddress(content.originalContentUrl);
  const body = el("div", "watching");
  const seen = () => {
    watched?.();
    if (after) body.append(after());
  };
  if (own) {
    const player = el("video", "", { src: own, controls: true, playsInline: true, autoplay: true, preload: "metadata", "data-first": "" });
    player.addEventListener("ended", seen);
    player.addEventListener("error", () => player.replaceWith(el("p", "notice", {}, tr("This file cannot be played."))));
    body.append(player);
  } else {
    const done = el("button", "wide-button", { type: "button", "data-first": "", onclick: () => { done.disabled = true; seen(); } }, tr("Pretend that it was watched"));
    body.append(el("p", "notice", { dir: "auto" }, tr("This video lies at {host}. Nothing is fetched from other hosts here, so it cannot be played.", { host: addressOf(content.originalContentUrl)?.host ?? tr("an unknown address") })));
    if (watched || after) body.append(done);
  }
  openSheet(CALLED_VIDEO(), body, { classes: "viewer" });
}

const BARS = 26;

/** A sound message: play, a wave that fills, how long it is. */
function audio(content) {
  const own = ownAddress(content.originalContentUrl);
  const seconds = Math.round((Number(content.duration) || 0) / 1000);
  const length = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  const wave = el("span", "wave", { "aria-hidden": "true" }, ...Array.from({ length: BARS }, (_, i) => bar(i, seconds)));
  const button = el("button", "round", { type: "button", "aria-label": `${tr("Play sound")} ${length}`, disabled: !own }, icon("play"));
  const body = el("div", "bubble tailed sound", {}, button, wave, el("span", "length", {}, length));
  if (own) playing(own, button, wave);
  else body.title = tr("This sound lies at {host}; nothing is fetched from other hosts here.", { host: addressOf(content.originalContentUrl)?.host ?? tr("an unknown address") });
  return body;
}

function bar(i, seed) {
  const element = el("i");
  element.style.height = `${20 + Math.round(Math.abs(Math.sin(i * 1.7 + seed)) * 80)}%`;
  return element;
}

function playing(address, button, wave) {
  let player = null;
  const show = () => button.replaceChildren(icon(player.paused ? "play" : "pause"));
  button.addEventListener("click", () => {
    if (!player) {
      player = new Audio(address);
      for (const kind of ["play", "pause", "ended"]) player.addEventListener(kind, show);
      player.addEventListener("timeupdate", () => {
        const share = player.duration ? player.currentTime / player.duration : 0;
        [...wave.children].forEach((one, i) => one.classList.toggle("played", i < share * BARS));
      });
      player.addEventListener("error", () => { button.disabled = true; });
    }
    if (player.paused) player.play().catch(() => { button.disabled = true; });
    else player.pause();
  });
}

/** A file that a friend sent. */
function file(content) {
  const size = Number(content.fileSize) ? tr("{kilobytes} KB", { kilobytes: Math.max(1, Math.round(content.fileSize / 1024)).toLocaleString() }) : "";
  const summary = el("div", "", {}, el("p", "body", {}, el("bdi", "", {}, String(content.fileName ?? CALLED_FILE()))), el("p", "kind", {}, size));
  return el("div", "bubble card tailed", {}, icon("file", 28), summary);
}
