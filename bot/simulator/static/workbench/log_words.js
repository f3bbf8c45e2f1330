// The log's entries in words.

import { typeName } from "../phone/contents.js";
import { phrase, plural, tr } from "../words.js";
import { smsFault } from "./sms_faults.js";

const EVENTS = {
  follow: phrase("added the account"),
  unfollow: phrase("blocked the account"),
  postback: phrase("tapped a button"),
  join: phrase("took the account into a group"),
};
const CALLS = {
  reply: (count) => plural("Replied with 1 message", "Replied with {number} messages", count),
  push: (count) => plural("Pushed 1 message", "Pushed {number} messages", count),
  multicast: (count) => plural("Multicast 1 message", "Multicast {number} messages", count),
  profile: phrase("Asked for the profile"),
  loading: phrase("Showed the typing sign"),
  leave: phrase("Left the group"),
  validate: phrase("Validated messages"),
  content: phrase("Downloaded content"),
  "set-endpoint": phrase("Set the webhook URL"),
  "test-webhook": phrase("Tested the webhook"),
  "link-menu": phrase("Linked a rich menu"),
  "unlink-menu": phrase("Took a rich menu off"),
  "bulk-link": phrase("Linked many to a rich menu"),
  "bulk-unlink": phrase("Took the rich menus of many off"),
  "create-menu": phrase("Made a rich menu"),
  "menu-picture": phrase("Uploaded a rich menu's picture"),
  "delete-menu": phrase("Deleted a rich menu"),
  menus: phrase("Asked which rich menus there are"),
  "create-alias": phrase("Made a tab's alias"),
  "update-alias": phrase("Changed a tab's alias"),
  "delete-alias": phrase("Deleted a tab's alias"),
  aliases: phrase("Asked for the tabs' aliases"),
  "default-menu": phrase("Asked for the default rich menu"),
  "set-default-menu": phrase("Set the default rich menu"),
  "clear-default-menu": phrase("Cleared the default rich menu"),
  "menu-batch": phrase("Moved people from old rich menus to new ones"),
  "menu-batch-progress": phrase("Asked how far the move is"),
  "verify-id-token": phrase("Verified a sign-in"),
  "verify-access-token": phrase("Verified an access token"),
  deauthorize: phrase("Took a permission back"),
};
const USUAL_NO = {
  "default-menu": phrase("Asked for the default rich menu: there is none"),
  "update-alias": phrase("No such tab at LINE yet: it is made"),
};
const FAILED = {
  reply: phrase("Reply"),
  push: phrase("Push"),
  multicast: phrase("Multicast"),
};
const REASONS = {
  "Invalid reply token": phrase("Invalid reply token: used, older than a minute, or of another account"),
  "You have reached your monthly limit.": phrase("This month's paid messages are used up"),
  "Failed to send messages": phrase("This account does not know the recipient"),
  "The retry key is already accepted": phrase("This retry key was accepted before; nothing was sent again"),
  "Not found": phrase("Not found"),
};
const TROUBLES = {
  status: (status) => tr("The bot answered HTTP {status}", { status }),
  timeout: phrase("The bot did not answer within 2 seconds"),
  unreachable: phrase("The bot cannot be reached"),
};
const ALERTS = {
  mail: (who) => tr("Alert: a mail to {who}, once this is live (none goes out here)", { who }),
  webhook: (host) => (host ? tr("Alert: a web hook at {host}, once this is live (none is called here)", { host }) : tr("Alert: a web hook, once this is live (none is called here)")),
  line: (who) => tr("Alert: a push to the tester {who}, once this is live (none goes out here)", { who }),
};

/** What came by a webhook, or what the bot called. */
export function sentence(entry, state) {
  const friend = state.friends.find((f) => f.id === entry.chat);
  const group = state.groups.find((g) => g.id === entry.chat);
  if (entry.kind === "webhook") {
    const [kind, type] = entry.what.split("/");
    const what = kind === "message" ? tr("sent a {kind} message", { kind: typeName(type) }) : (EVENTS[kind]?.() ?? kind);
    const who = friend?.name ?? state.friends.find((f) => f.id === group?.member)?.name;
    if (!who) return what;
    return entry.text ? tr("{who}: “{text}”", { who, text: entry.text }) : tr("{who} {what}", { who, what });
  }
  if (entry.kind === "sms") return tr("SMS to {who}", { who: friend?.name ?? "" });
  if (entry.kind === "shop") return tr("Asked the shop {shop}", { shop: entry.text });
  if (entry.kind === "alert") return ALERTS[entry.what](entry.to);
  if (isUsualNo(entry)) return USUAL_NO[entry.what]();
  if (entry.status >= 400) return tr("{what}: refused", { what: FAILED[entry.what]?.() ?? callWords(entry.what, 0) });
  return callWords(entry.what, entry.messages);
}

/** A call of the bot's, by its name; `count`: how many messages it had. */
export const callWords = (name, count) => CALLS[name]?.(count) ?? tr("Called {name}", { name });

/** Why LINE refused: in its words, where we have none. */
export const reasonWords = (error) => REASONS[error]?.() ?? error;

/** More about it: why it failed, what is done about it, the text that was sent. */
export function detail(entry) {
  if (entry.kind === "sms") return entry.error === null ? entry.text : smsFault(entry.error);
  if (entry.kind === "shop") return entry.what;
  if (entry.kind === "alert") return entry.text;
  if (entry.kind === "call") {
    if (isUsualNo(entry)) return null;
    if (entry.status === 401) return tr("The access token is wrong");
    return entry.error ? reasonWords(entry.error) : menuName(entry.text);
  }
  if (entry.trouble === null) return entry.tries > 1 ? tr("delivered at try {tries}", { tries: entry.tries }) : null;
  const then = entry.again_in === null ? plural("tried once, not repeated by itself any more", "tried {number} times, not repeated by itself any more", entry.tries) : tr("again in {seconds} s", { seconds: entry.again_in });
  return `${TROUBLES[entry.trouble](entry.status)} · ${then}`;
}

/** A text as it is; of a rich menu, which LINE knows by a name with a mark of its version, what the playbook calls it. */
const menuName = (text) => /^oaflow (.+) [0-9a-f]{16}$/s.exec(text ?? "")?.[1] ?? text;

/** LINE says by a 404 that there is none: an answer like any other. */
export const isUsualNo = ({ kind, what, status }) => kind === "call" && status === 404 && Object.hasOwn(USUAL_NO, what);

/** Whether something went wrong; a retry key that was accepted before (409) is a success. */
export function isWrong(entry) {
  if (entry.kind === "sms") return entry.error !== null;
  return entry.kind === "webhook" ? entry.trouble !== null : entry.status >= 400 && entry.status !== 409 && !isUsualNo(entry);
}
