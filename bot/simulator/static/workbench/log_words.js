// The log's entries in words.

import { typeName } from "../phone/contents.js";
import { words } from "../words.js";

/** What a webhook told the bot, or what the bot called. */
export function sentence(entry, state) {
  const w = words();
  const friend = state.friends.find((f) => f.id === entry.chat);
  const group = state.groups.find((g) => g.id === entry.chat);
  if (entry.kind === "webhook") {
    const [kind, type] = entry.what.split("/");
    const what = kind === "message" ? w.messageOf(typeName(type)) : (w.events[kind] ?? kind);
    const who = friend?.name ?? state.friends.find((f) => f.id === group?.member)?.name;
    return who && entry.text ? w.saidOf(who, entry.text) : w.eventOf(who, what);
  }
  if (entry.kind === "sms") return w.logSmsTo(friend?.name ?? "");
  if (entry.kind === "shop") return w.logShopAsked(entry.text);
  if (entry.kind === "alert") return w.logAlert[entry.what](entry.to);
  if (isUsualNo(entry)) return w.usualNo[entry.what];
  if (entry.status >= 400) return w.refused(w.failedCalls[entry.what] ?? w.calls[entry.what]?.(0) ?? w.otherCall(entry.what));
  return w.calls[entry.what]?.(entry.messages) ?? w.otherCall(entry.what);
}

/** More about it: why it failed, what is done about it, the text that was sent. */
export function detail(entry) {
  const w = words();
  if (entry.kind === "sms") return entry.error === null ? entry.text : (w.smsFaults[entry.error] ?? entry.error);
  if (entry.kind === "shop") return entry.what;
  if (entry.kind === "alert") return entry.text;
  if (entry.kind === "call") {
    if (isUsualNo(entry)) return null;
    if (entry.status === 401) return w.unauthorised;
    return entry.error ? (w.reasons[entry.error] ?? entry.error) : menuName(entry.text);
  }
  if (entry.trouble === null) return entry.tries > 1 ? w.delivered(entry.tries) : null;
  const then = entry.again_in === null ? w.givenUp(entry.tries) : w.againIn(entry.again_in);
  return `${w.trouble[entry.trouble](entry.status)} · ${then}`;
}

/** A text as it is; of a rich menu, which LINE knows by a name with a mark of its version, what the playbook calls it. */
const menuName = (text) => /^oaflow (.+) [0-9a-f]{16}$/s.exec(text ?? "")?.[1] ?? text;

/** LINE says by a 404 that there is none: an answer like any other. */
export const isUsualNo = ({ kind, what, status }) => kind === "call" && status === 404 && Object.hasOwn(words().usualNo, what);

/** Whether something went wrong; a retry key that was accepted before (409) is a success. */
export function isWrong(entry) {
  if (entry.kind === "sms") return entry.error !== null;
  return entry.kind === "webhook" ? entry.trouble !== null : entry.status >= 400 && entry.status !== 409 && !isUsualNo(entry);
}
