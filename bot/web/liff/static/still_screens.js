// Screens that say one thing: how it ended, that it is closed, what goes with the binding, what went wrong.

import { messageScreen } from "./message_screen.js";
import { tr } from "./sentences.js";

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
  const [title, ...texts] = screen.texts?.length ? screen.texts : [page === "unbind" ? tr("Your account is unlinked") : screen.form ? tr("Sent, thank you") : tr("All done")];
  const next = page === "member_card" ? tr("Opening your member card…") : tr("Going back to the chat…");
  const buttons = page === "member_card" ? [] : [{ ...toChat(acts), look: "quiet" }];
  const element = messageScreen({ mark: "done", title, texts: [...texts, next], buttons, look: "good" });
  const last = [...element.querySelectorAll(".help")].at(-1);
  return { element, later: () => (last.textContent = tr("The result comes to the chat within a minute.")) };
}

function problem(screen, page, acts) {
  const [again, chat] = [{ label: tr("Try again"), act: acts.again }, toChat(acts)];
  if (screen.texts?.length) {
    const [title, ...texts] = screen.texts;
    return still({ mark: "problem", title, texts: [...texts, help()], buttons: [again, chat], look: "bad" });
  }
  if (screen.state) {
    const texts = [tr("Nothing of yours has changed, you can try again."), help()];
    return still({ mark: "problem", title: tr("This did not work out"), texts, buttons: [again, chat], look: "bad" });
  }
  if (page === "unbind" || page === "member_card")
    return still({ mark: "phone", title: tr("Your phone is not linked yet"), texts: [tr("Once it is, you can use this page.")], buttons: [chat] });
  return still({ mark: "closed", title: tr("This page is over"), texts: [tr("Open it once more to begin anew.")], buttons: [again, chat] });
}

/** Closed, paused or over: only what binds may say that it is the binding's address that cannot be used. */
function closed(screen, acts) {
  const buttons = [toChat(acts)];
  if (screen.form) return still({ mark: "closed", title: tr("This form is not open at the moment"), texts: [help()], buttons });
  if (!screen.binds) return still({ mark: "closed", title: tr("This is not open at the moment"), texts: [help()], buttons });
  return still({ mark: "closed", title: tr("This link cannot be used at the moment"), texts: [tr("Please try again later. Nothing of yours has changed.")], buttons });
}

function inChat(acts) {
  const buttons = [{ label: tr("Continue here"), act: acts.again }, toChat(acts)];
  return still({ mark: "phone", title: tr("This has moved to the chat"), texts: [tr("Please go on in the chat, or continue here.")], buttons });
}

/** The address lacks what the flow needs, such as the code of a clerk: to open it once more leads nowhere. */
function incomplete(acts) {
  const buttons = [toChat(acts)];
  return still({ mark: "problem", title: tr("A code is missing in this link"), texts: [tr("Please scan the QR code that the store's staff show you again, or tap the whole link. Nothing of yours has changed.")], buttons });
}

/** A form that is sent once. */
function sent(acts) {
  return still({ mark: "done", title: tr("You have filled this in already"), texts: [tr("We have your answers, thank you.")], buttons: [toChat(acts)], look: "good" });
}

function unbind(screen, acts, pages) {
  const tags = screen.tags_gone ?? [];
  const list = [...("member_card" in pages ? [tr("Your member card will no longer be shown")] : []), ...(tags.length ? [tr("These tags are removed: {tags}", { tags: tags.join("、") })] : [])];
  const buttons = [
    { label: tr("Unlink"), act: acts.unbind, look: "danger" },
    { label: tr("Cancel"), act: acts.close },
  ];
  return still({ mark: "unlink", title: tr("Unlink your account?"), texts: [tr("Your membership and points at the shop stay, and you can link again later.")], list, buttons });
}

/** A call that ended for good; `link` opens the page anew in LINE. */
export function over(why, link, acts) {
  const [again, chat] = [{ label: tr("Try again"), act: acts.again }, toChat(acts)];
  switch (why) {
    case "expired":
      return still({ mark: "again", title: tr("Please sign in again"), texts: [tr("Your sign-in has expired. What you have typed is kept.")], buttons: [{ label: tr("Sign in again"), href: link }] });
    case "refused":
    case "session":
      return still({ mark: "problem", title: tr("Your LINE account could not be confirmed"), texts: [tr("Please close this page, go back to the chat and tap the button again. Nothing of yours has changed.")], buttons: [chat], look: "bad" });
    case "unknown":
      return still({ mark: "problem", title: tr("This page does not exist"), texts: [tr("Please go back to the chat and tap the newest button.")], buttons: [chat], look: "bad" });
    case "too_many":
      return still({ mark: "problem", title: tr("Too many attempts. Please try again later."), texts: [help()], buttons: [again, chat], look: "bad" });
    default:
      return still({ mark: "problem", title: tr("This did not work out"), texts: [tr("Nothing of yours has changed, you can try again.")], buttons: [again, chat], look: "bad" });
  }
}

function still(parts) {
  return { element: messageScreen(parts) };
}

const toChat = (acts) => ({ label: tr("Back to the chat"), act: acts.close });
const help = () => tr("If you need help, write to us in the chat.");
