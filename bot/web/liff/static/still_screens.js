// Screens that say one thing: how it ended, that it is closed, what goes with the binding, what went wrong.

import { told } from "./told.js";
import { words } from "./words.js";

/** A screen of the server's that asks nothing; `acts` are `again`, `close` and `unbind`, `pages` are the channel's. */
export function seen(screen, page, acts, pages) {
  switch (screen.kind) {
    case "done":
      return done(screen, page, acts);
    case "closed":
      return closed(screen, acts);
    case "in_chat":
      return inChat(acts);
    case "incomplete":
      return incomplete(acts);
    case "sent":
      return sent(acts);
    case "unbind":
      return unbind(screen, acts, pages);
    default:
      return problem(screen, page, acts);
  }
}

function done(screen, page, acts) {
  const w = words();
  const [title, ...texts] = screen.texts?.length ? screen.texts : [page === "unbind" ? w.unbound : screen.form ? w.formDone : w.doneTitle];
  const next = page === "member_card" ? w.doneCard : w.doneBack;
  const buttons = page === "member_card" ? [] : [{ label: w.toChat, act: acts.close, look: "quiet" }];
  const element = told({ mark: "done", title, texts: [...texts, next], buttons, look: "good" });
  const last = [...element.querySelectorAll(".help")].at(-1);
  return { element, later: () => (last.textContent = w.doneLater) };
}

function problem(screen, page, acts) {
  const w = words();
  const again = { label: w.tryAgain, act: acts.again };
  const chat = { label: w.toChat, act: acts.close };
  if (screen.texts?.length) {
    const [title, ...texts] = screen.texts;
    return still({ mark: "problem", title, texts: [...texts, w.problemHelp], buttons: [again, chat], look: "bad" });
  }
  if (screen.state) {
    const texts = [w.problemKept, w.problemHelp];
    return still({ mark: "problem", title: w.problemTitle, texts, buttons: [again, chat], look: "bad" });
  }
  if (page === "unbind" || page === "member_card")
    return still({ mark: "phone", title: w.notBoundTitle, texts: [w.notBoundText], buttons: [chat] });
  return still({ mark: "closed", title: w.overTitle, texts: [w.overText], buttons: [again, chat] });
}

/** Closed, paused or over: only what binds may say that it is the binding's address that cannot be used. */
function closed(screen, acts) {
  const w = words();
  const buttons = [{ label: w.toChat, act: acts.close }];
  if (screen.form) return still({ mark: "closed", title: w.formClosed, texts: [w.problemHelp], buttons });
  if (!screen.binds) return still({ mark: "closed", title: w.notOpenTitle, texts: [w.problemHelp], buttons });
  return still({ mark: "closed", title: w.closedTitle, texts: [w.closedText], buttons });
}

function inChat(acts) {
  const w = words();
  const buttons = [
    { label: w.inChatHere, act: acts.again },
    { label: w.toChat, act: acts.close },
  ];
  return still({ mark: "phone", title: w.inChatTitle, texts: [w.inChatText], buttons });
}

/** The address lacks what the flow needs, such as the code of a clerk: to open it once more leads nowhere. */
function incomplete(acts) {
  const w = words();
  const buttons = [{ label: w.toChat, act: acts.close }];
  return still({ mark: "problem", title: w.incompleteTitle, texts: [w.incompleteText], buttons });
}

/** A form that is sent once. */
function sent(acts) {
  const w = words();
  return still({ mark: "done", title: w.formOnceTitle, texts: [w.formOnceText], buttons: [{ label: w.toChat, act: acts.close }], look: "good" });
}

function unbind(screen, acts, pages) {
  const w = words();
  const tags = screen.tags_gone ?? [];
  const list = [...("member_card" in pages ? [w.unbindCard] : []), ...(tags.length ? [w.unbindTags(tags.join("、"))] : [])];
  const buttons = [
    { label: w.unbindDo, act: acts.unbind, look: "danger" },
    { label: w.cancel, act: acts.close },
  ];
  return still({ mark: "unlink", title: w.unbindTitle, texts: [w.unbindKept], list, buttons });
}

/** A call that ended for good; `link` opens the page anew in LINE. */
export function over(why, link, acts) {
  const w = words();
  const again = { label: w.tryAgain, act: acts.again };
  const chat = { label: w.toChat, act: acts.close };
  switch (why) {
    case "expired":
      return still({ mark: "again", title: w.signInTitle, texts: [w.signInText], buttons: [{ label: w.signIn, href: link }] });
    case "refused":
    case "session":
      return still({ mark: "problem", title: w.refusedTitle, texts: [w.refusedText], buttons: [chat], look: "bad" });
    case "unknown":
      return still({ mark: "problem", title: w.missingTitle, texts: [w.missingText], buttons: [chat], look: "bad" });
    case "too_many":
      return still({ mark: "problem", title: w.tooMany, texts: [w.problemHelp], buttons: [again, chat], look: "bad" });
    default:
      return still({ mark: "problem", title: w.problemTitle, texts: [w.problemKept], buttons: [again, chat], look: "bad" });
  }
}

function still(parts) {
  return { element: told(parts) };
}
