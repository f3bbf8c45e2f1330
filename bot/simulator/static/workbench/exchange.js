// A webhook or a call, whole: what was asked and what was answered.

import { el } from "../elements.js";
import { words } from "../words.js";
import { copyButton } from "./copying.js";
import { jsonView } from "./json_view.js";
import { problem, skeleton } from "./states.js";

/** `reading` is of `calls/ID` or `webhooks/ID`. */
export function exchange(reading) {
  const w = words();
  const { value, trouble } = reading;
  if (trouble === "unknown") return el("p", "empty", {}, w.exchangeGone);
  if (trouble) return problem(trouble, () => reading.again());
  if (!value) return skeleton();
  const { request, response } = value;
  const line = [request.method, request.address].filter(Boolean).join(" ");
  const parts = [half(w.request, line, request)];
  if (response) parts.push(half(w.response, String(response.status ?? ""), response));
  else parts.push(el("p", "empty", {}, w.noResponse));
  if (value.cut) parts.push(el("p", "empty", {}, w.cut));
  return el("div", "exchange", {}, ...parts);
}

function half(title, line, { headers, body }) {
  const w = words();
  const head = el("div", "half-head", {}, el("h4", "part-title", {}, title), el("code", "half-line", {}, line));
  const section = el("section", "half", {}, head);
  if (headers && Object.keys(headers).length) {
    const rows = Object.entries(headers).flatMap(([name, value]) => [el("dt", "", {}, name), el("dd", "", {}, String(value))]);
    section.append(el("details", "headers", {}, el("summary", "", {}, w.headers(rows.length / 2)), el("dl", "pairs mono", {}, ...rows)));
  }
  if (body === null || body === undefined || body === "") section.append(el("p", "empty", {}, w.noBody));
  else {
    const text = typeof body === "string" ? body : JSON.stringify(body, null, 2);
    head.append(copyButton(text, { label: w.copyJson }));
    section.append(typeof body === "string" ? el("pre", "code", { tabIndex: 0 }, body) : jsonView(body));
  }
  return section;
}
