// One page of one person: draws the screen that the server says, sends what is answered, follows what changes.

import { address } from "./address.js";
import * as storage from "./storage.js";
import * as line from "./line.js";
import { Review } from "./form.js";
import { MemberCard } from "./member_card.js";
import { Question } from "./question.js";
import { Refused, Server, Stopped, pause } from "./server.js";
import { over, seen } from "./still_screens.js";
import { tr } from "./sentences.js";

const QUIET_MS = 300; // a wait that needs no words
const SEEN_MS = 1500; // a success is looked at
const CARD = "member_card";
const DRAWN_HERE = ["question", "card"];

export class Page {
  #data;
  #name;
  #root;
  #server;
  #inputs = {};
  #views = {}; // modules by kind of screen, of kinds that have one
  #phone = null; // the last that was given here
  #screen = null;
  #view = null;
  #drawn = 0; // when
  #busy = false;
  #own = false; // what is shown came of what was done here, not on another telephone
  #unsent = false; // who goes back leaves what was typed, and finds it on the way forward
  #saying = null; // the last trigger
  #following = null;
  #waits = null;
  #notice = document.getElementById("notice");
  #trouble = null;
  #sentence = null;

  /** `data` is the channel's, `name` the page's; `root` is where screens are drawn. */
  constructor(data, name, root) {
    this.#data = data;
    this.#name = name;
    this.#root = root;
    this.#server = new Server([data.channel, name], line.idToken, (trouble) => this.#tell({ trouble }));
    document.addEventListener("visibilitychange", () => (document.hidden ? this.#following?.abort() : this.#follow()));
  }

  /** Open the page, or open it anew. `_tap`: by which area of a rich menu; it was tapped once, whatever comes. */
  open({ _tap, ...inputs }) {
    this.#inputs = inputs;
    return this.#do(() => this.#server.open({ inputs: _tap ? { ...inputs, _tap } : inputs }));
  }

  #answer(text, more = {}) {
    const { step, visit = 0, answer } = this.#screen;
    if (answer === "phone" && !more.act) this.#phone = text;
    return this.#do(() => this.#server.answer({ step, visit, text, ...more }));
  }

  /** What a form does instead of answering; `subject` is the field that is changed. */
  #act = (act, subject = "") => {
    this.#unsent = act === "back";
    return this.#answer(subject, { act });
  };

  /** One thing at a time: what is tapped meanwhile was tapped twice. */
  async #do(call) {
    if (this.#busy || this.#waits !== null) return;
    this.#busy = true;
    this.#own = true;
    this.#following?.abort();
    this.#wait(true);
    try {
      this.#show(await this.#ready(await call()), true);
      storage.signedIn.forget();
    } catch (error) {
      this.#refused(error);
    } finally {
      this.#busy = false;
    }
    this.#follow();
  }

  /** Draw what comes later, for as long as somebody looks: the next screen comes by itself. */
  async #follow() {
    if (this.#busy || document.hidden || !this.#screen) return;
    this.#following?.abort();
    const { signal } = (this.#following = new AbortController());
    try {
      while (!signal.aborted) {
        const began = performance.now();
        const screen = await this.#ready(await this.#server.screen(this.#screen.step, signal));
        if (signal.aborted) return;
        if (this.#screen.kind === "done") await pause((this.#drawn + SEEN_MS - performance.now()) / 1000, signal);
        if (screen.step !== this.#screen.step || screen.kind !== this.#screen.kind) this.#show(screen, this.#waits !== null);
        else if (performance.now() - began < 2000) await pause(2, signal); // the server holds nobody just now
      }
    } catch (error) {
      if (!(error instanceof Stopped)) this.#refused(error);
    }
  }

  /** The screen, once there is what draws it. */
  async #ready(screen) {
    if (hasModule(screen)) this.#views[screen.kind] ??= await import(`./${screen.kind}.js`);
    return screen;
  }

  #show(screen, answered) {
    const left = this.#screen;
    if (left?.form && left.state !== screen.state && !this.#unsent) storage.typed.keep(this.#name, left.state, ""); // the server has it
    this.#unsent = false;
    this.#screen = screen;
    if (screen.kind === "busy") return this.#wait(true);
    this.#wait(false);
    const same = this.#view?.of === subject(screen);
    const own = this.#own;
    if (screen.kind === "question") this.#own = false; // its answer may come from another telephone
    if (same && this.#view.update) return this.#view.update(screen, answered);
    if (!same || answered) this.#draw(Object.assign(this.#viewOf(screen), { of: subject(screen) }), screen);
    else if (!screen.say || screen.say === this.#saying) return; // that trigger was sent: nothing is new
    this.#say(screen, own);
  }

  #viewOf(screen) {
    const acts = {
      again: () => this.open(this.#inputs),
      close: line.close,
      unbind: () => this.#answer("unbind", { access_token: line.accessToken() }),
    };
    switch (screen.kind) {
      case "question":
        return this.#question(screen);
      case "review":
        return new Review(screen, { act: this.#act, language: this.#data.language });
      case "card":
        return new MemberCard(screen, () => this.open({ ...this.#inputs, fresh: "1" }), this.#data.timezone);
      default:
        if (hasModule(screen)) return this.#views[screen.kind].view(screen, this.#reach(acts.again));
        return seen(screen, this.#name, acts, this.#data.pages);
    }
  }

  /** What a module works with that draws a kind of screen by itself; `reopen` drops what the page was opened with. */
  #reach(again) {
    const { timezone, pages } = this.#data;
    const [answer, free] = [(text) => this.#answer(text), (query) => this.#server.free(query)];
    return { ...line, answer, free, again, reopen: () => this.open({}), timezone, pages };
  }

  #question(screen) {
    const [page, state] = [this.#name, screen.state];
    return new Question(screen, {
      answer: (text) => this.#answer(text),
      act: this.#act,
      begun: storage.typed.read(page, state) || (screen.form?.given ?? ""),
      changed: (text) => storage.typed.keep(page, state, text),
      privacy: this.#data.privacy,
      sentTo: this.#phone,
      intro: this.#view || screen.form?.resumed ? null : this.#data.pages[page].intro,
      language: this.#data.language,
    });
  }

  #draw(view, screen) {
    this.#view?.end?.();
    this.#view = view;
    this.#drawn = performance.now();
    this.#picture(screen);
    this.#root.replaceChildren(view.element);
    (view.tapped ?? this.#root).after(this.#notice); // in sight above a keyboard
    scrollTo(0, 0);
    if (view.focus) view.focus();
    else view.element.querySelector("h1")?.focus();
  }

  /** The shop's picture, or else the account's, is above the first question, and makes room for the code's keyboard. */
  #picture(screen) {
    const hero = document.getElementById("hero");
    if (!hero) return; // it could not be loaded
    hero.hidden = screen.kind !== "question" || screen.answer === "code" || screen.form?.number > 1;
    if (hero.hidden) return;
    const shown = screen.picture ? address(screen.picture) : this.#data.face;
    hero.className = screen.picture ? "hero" : "hero account";
    if (hero.getAttribute("src") !== shown) hero.src = shown;
  }

  /** Sends the trigger once, and only from the telephone that has caused the result; a result may leave a question open. */
  async #say(screen, own) {
    const ended = screen.kind === "done" || screen.kind === "problem";
    if (!ended && !screen.say) return;
    if (ended) storage.typed.forget(this.#name);
    if (!own) return this.#view.later?.();
    const sent = !screen.say || storage.sentTriggers.has(this.#name, screen.step) || (await this.#send(screen));
    if (!sent) this.#view.later?.();
    if (screen.kind === "done") setTimeout(() => this.#leave(screen, sent), sent ? SEEN_MS : 2 * SEEN_MS);
  }

  async #send(screen) {
    this.#saying = screen.say;
    storage.sentTriggers.remember(this.#name, screen.step); // first: twice is worse than not at all, which has a remedy
    try {
      await line.say(screen.say);
      return true;
    } catch {
      return false; // the result comes by itself within a minute
    }
  }

  /** A success goes on by itself: to the chat, or to the card that was wanted. */
  #leave(screen, sent) {
    if (this.#screen.kind !== "done" || this.#screen.flow !== screen.flow) return;
    if (this.#name !== CARD) line.close();
    else if (!sent) this.open(this.#inputs);
  }

  #refused(error) {
    this.#wait(false);
    this.#following?.abort();
    this.#screen = null;
    const why = error instanceof Refused ? error.why : "other";
    if (why === "expired" && !storage.signedIn.again()) {
      storage.signedIn.remember();
      return line.signInAgain();
    }
    if (!(error instanceof Refused)) console.error(error);
    const link = line.link(this.#data.liff_id, this.#name, this.#inputs);
    const acts = { again: () => this.open(this.#inputs), close: line.close };
    this.#draw(over(why, link, acts), { kind: "problem" });
  }

  /** Something is on its way; after a moment a sentence says what. */
  #wait(on) {
    if (on === (this.#waits !== null)) return;
    clearTimeout(this.#waits);
    this.#root.toggleAttribute("aria-busy", on);
    this.#waits = on ? setTimeout(() => this.#tell({ sentence: this.#view?.waiting ?? tr("Opening, one moment…") }), QUIET_MS) : null;
    if (!on) this.#tell({ sentence: null });
  }

  /** The one line below: what keeps us waiting, the graver thing first. */
  #tell(news) {
    if ("trouble" in news) this.#trouble = news.trouble;
    if ("sentence" in news) this.#sentence = news.sentence;
    const text = this.#trouble ?? this.#sentence;
    if (this.#notice.textContent !== (text ?? "")) this.#notice.textContent = text ?? "";
  }
}

/** Whether a module of its name, loaded where it is shown, draws this kind: then what it shows is called like it. */
function hasModule(screen) {
  return screen.kind in screen && !DRAWN_HERE.includes(screen.kind);
}

/** What a screen is about: a view draws all that are about the same. */
function subject(screen) {
  const { kind, flow, state, notice, texts, form, tags_gone: tags } = screen;
  if (kind === "card" || hasModule(screen)) return kind;
  if (kind === "review") return JSON.stringify([kind, form]);
  return JSON.stringify(kind === "question" ? [kind, flow, state, notice] : [kind, flow, state, texts, tags]);
}
