// A webhook or a call, whole: what was asked and what was answered.

import { el } from "../elements.js";
import { plural, tr } from "../words.js";
import { copyButton } from "./copying.js";
import { jsonView } from "./json_view.js";
import { problem, skeleton } from "./states.js";

/** `reading` is of `calls/ID` or `webhooks/ID`. */
export function exchange(reading) {
  const { value, trouble } = reading;
  if (trouble === "unknown") return el("p", "empty", {}, tr("No longer kept: only the latest are."));
  if (trouble) return problem(trouble, () => reading.again());
  if (!value) return skeleton();
  const { request, response } = value;
  const line = [request.method, request.address].filter(Boolean).join(" ");
  const parts = [half(tr("Request"), line, request)];
  if (response) parts.push(half(tr("Response"), String(response.status ?? ""), response));
  else parts.push(el("p", "empty", {}, tr("No response.")));
  if (value.cut) parts.push(el("p", "empty", {}, tr("What was too long was left out.")));
  return el("div", "exchange", {}, ...parts);
}

function half(title, line, { headers, body }) {
  const head = el("div", "half-head", {}, el("h4", "part-title", {}, title), el("code", "half-line", {}, line));
  const section = el("section", "half", {}, head);
  if (headers && Object.keys(headers).length) {
    const rows = Object.entries(headers).flatMap(([name, value]) => [el("dt", "", {}, name), el("dd", "", {}, String(value))]);
    section.append(el("details", "headers", {}, el("summary", "", {}, plural("1 header", "{number} headers", rows.length / 2)), el("dl", "pairs mono", {}, ...rows)));
  }
  if (body === null || body === undefined || body === "") section.append(el("p", "empty", {}, tr("Empty")));
  else {
    const text = typeof body === "string" ? body : JSON.stringify(body, null, 2);
    head.append(copyButton(text, { label: tr("Copy JSON") }));
    section.append(typeof body === "string" ? el("pre", "code", { tabIndex: 0 }, body) : jsonView(body));
  }
  return section;
}
