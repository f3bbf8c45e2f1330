// A person's own links to bring friends by, and how they were brought themselves. No friend is named.

import { el, mark } from "./elements.js";
import { address } from "./address.js";
import { Pull } from "./pull.js";
import { plural, tr } from "./sentences.js";

const DEED = {
  followed: () => tr("when your friend has joined"),
  bound: () => tr("when your friend has joined and linked their account"),
  ordered: () => tr("when your friend has joined and bought something"),
};
const BROUGHT = {
  opened: () => tr("A friend invites you. Add us as a friend to begin."),
  came: { bound: () => tr("Welcome! Link your account, and it counts for both of you."), ordered: () => tr("Welcome! With your first order it counts for both of you.") },
  judged: () => tr("One moment, we are looking whether it counts."),
  done: () => tr("Done: thank you for coming by your friend."),
  refused: () => tr("This time it does not count: it is for people who come for the first time."),
};

/** What `page.js` shows a screen with. */
export const view = (screen, { timezone, reopen, close, share, open }) => new Invites(screen, { refresh: reopen, close, share, open }, timezone);

export class Invites {
  #acts;
  #timezone;
  #pull;
  waiting = tr("One moment…");

  /** `acts`: `refresh()`, `close()`, `share(text)`, `open(url)`; `timezone` is the playbook's. */
  constructor(screen, acts, timezone) {
    this.#acts = acts;
    this.#timezone = timezone;
    this.element = el("section", "screen stamps invites");
    this.#pull = new Pull(this.element, acts.refresh);
    this.update(screen);
  }

  update(screen) {
    const isNew = screen.invited.some(({ state }) => state === "opened");
    this.element.replaceChildren(
      this.#pull.hint,
      el("h1", "", { tabIndex: -1 }, isNew ? tr("Your friend invites you") : tr("Invite friends")),
      ...screen.invited.map((one) => this.#invited(one, screen.add_friend)),
      ...(isNew ? [] : screen.invites.map((one) => this.#invite(one))),
      ...(isNew || screen.invites.length ? [] : [el("p", "help", {}, tr("Nothing is on just now"))]),
      el("div", "fresh", {}, el("span", "", {}), el("button", "link", { type: "button", onclick: this.#acts.refresh }, mark("again", 18), tr("Update"))),
    );
  }

  focus() {
    this.element.querySelector("h1").focus({ preventScroll: true });
  }

  end() {
    this.#pull.end();
  }

  #invited({ title, deed, state, why, friend }, addFriend) {
    const says = state === "came" ? (BROUGHT.came[deed] ?? BROUGHT.judged)() : state === "refused" && why !== "before" ? tr("This time it does not count.") : BROUGHT[state]();
    return el(
      "article",
      "stamp-card",
      {},
      el(
        "div",
        "coupon-words",
        {},
        el("h2", "", {}, title),
        el("p", "invited", { role: "status" }, says),
        friend && (state === "opened" || state === "came") ? el("p", "stamp-next", {}, tr("For you: {title}", { title: friend })) : null,
        state === "opened" ? el("button", "button main", { type: "button", onclick: () => this.#acts.open(addFriend) }, tr("Add as a friend")) : null,
      ),
    );
  }

  #invite({ title, terms, image, link, qr, deed, friends, rewarded, left, friend, inviter, until }) {
    const told = el("p", "help", { role: "status" });
    return el(
      "article",
      "stamp-card",
      {},
      image ? el("img", "coupon-picture", { src: address(image), alt: "" }) : null,
      el(
        "div",
        "coupon-words",
        {},
        el("h2", "", {}, title),
        terms ? el("p", "terms", {}, terms) : null,
        inviter ? el("p", "stamp-next", {}, tr("For you: {title}, {deed}", { title: inviter, deed: DEED[deed]() })) : null,
        friend ? el("p", "stamp-next", {}, tr("For your friend: {title}", { title: friend })) : null,
        el("img", "code-picture qr", { src: `data:image/svg+xml,${encodeURIComponent(qr)}`, alt: tr("QR code of your link") }),
        el("button", "button main", { type: "button", onclick: () => this.#share(title, link, told) }, tr("Send it to friends")),
        el("button", "button quiet", { type: "button", onclick: () => this.#copy(link, told) }, tr("Copy the link")),
        told,
        el("p", "stamp-count", {}, plural("1 friend has come", "{number} friends have come", friends), " · ", plural("rewarded once", "rewarded {number} times", rewarded)),
        inviter && left === 0 ? el("p", "help", {}, tr("You have all your rewards, thank you! Your friends still get theirs.")) : null,
        until ? el("p", "until", {}, tr("Until {when}", { when: this.#day(until) })) : null,
      ),
    );
  }

  /** LINE's own choice of friends; where the client has none the link is copied. */
  async #share(title, link, told) {
    let isSent;
    try {
      isSent = await this.#acts.share(`${title}\n${link}`);
    } catch (error) {
      console.error(error);
      isSent = false;
    }
    if (isSent) told.textContent = tr("Sent, thank you!");
    else await this.#copy(link, told);
  }

  async #copy(link, told) {
    try {
      await navigator.clipboard.writeText(link);
      told.textContent = tr("The link is copied: paste it into a chat");
    } catch {
      told.textContent = link; // to be copied by hand
    }
  }

  /** The last day: at midnight that is the day before. */
  #day(until) {
    return new Date(until - 1).toLocaleDateString(document.documentElement.lang, { year: "numeric", month: "numeric", day: "numeric", timeZone: this.#timezone });
  }
}
