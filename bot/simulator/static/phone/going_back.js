// Going back in a conversation: to a message, and to before the first. What stays as it is, is said before.

import { call } from "../connection.js";
import { el } from "../elements.js";
import { refusal } from "../refusals.js";
import { phrase, tr } from "../words.js";
import { openSheet, toast } from "./sheet.js";

const NOT_BACK = {
  unknown: phrase("Not possible: that is too long ago, and what the bot knew then is not kept."),
  merged: phrase("Not possible: the bot knows that the friend of another account is the same person. Add a new friend instead."),
  phone: phrase("Not possible: the phone that was bound then is somebody else's by now."),
  standing: phrase("Not possible now: something is not done yet. Please try again in a moment."),
};

/** Ask whether to go back to this message of a friend's chat, and do it. */
export function askBack(message, friend) {
  const notice = message.author === "bot" ? tr("Everything after this message is undone, and what the bot knows of this friend (tags, answers, flows, binding, places taken) is as it was then. You play on from there.") : tr("This message and everything after it are undone, and what the bot knows of this friend (tags, answers, flows, binding, places taken) is as it was before. You play on from there.");
  const go = async () => {
    close();
    await done(() => call("POST", `friends/${encodeURIComponent(friend)}/back`, { message: message.id }), tr("Back to here: play on"));
  };
  const button = el("button", "wide-button strong", { type: "button", "data-first": "", id: "go-back", onclick: go }, tr("Go back to here"));
  const close = openSheet(tr("Back to here, and try again"), el("div", "sheet-body", {}, el("p", "notice", {}, notice), el("p", "notice", {}, tr("What stays: the time, the shop's records, what other systems were told, counts, limits of codes, and other friends. What was counting down has as much time left as it had then.")), button));
}

/** The friend is a stranger again; resolves to whether it was done. */
export const beginAnew = (friend) => done(() => call("POST", `friends/${encodeURIComponent(friend)}/anew`, {}), tr("Begun anew: the bot knows nothing of this friend"));

async function done(work, what) {
  try {
    await work();
    toast(what);
    return true;
  } catch (trouble) {
    toast(refusal(trouble.code, NOT_BACK));
    return false;
  }
}
