// Our server: a session for LINE's ID token, and calls that go on by themselves after a break.

import { base } from "./address.js";
import { tr } from "./sentences.js";

const WAITS = [1, 2, 4, 8, 15]; // seconds between tries, then the last again and again
const MOST_SECONDS = 15; // that a call may take
const HELD_SECONDS = 40; // that a held one may: the server answers within 25

/** A call ended for good: `why` is the server's name of it. */
export class Refused extends Error {
  constructor(why) {
    super(why);
    this.why = why;
  }
}

/** The call was given up by the page itself. */
export class Stopped extends Error {}

export class Server {
  #address;
  #idToken;
  #session = null;
  #trouble;

  /** `path` are the parts of the page's address behind `/liff/`; `trouble(sentence)` gets what keeps a call
   * waiting, null when it is over. */
  constructor(path, idToken, trouble) {
    this.#address = [`${base}/liff`, ...path.map(encodeURIComponent)].join("/");
    this.#idToken = idToken;
    this.#trouble = trouble;
  }

  open(body) {
    return this.#call("POST", "open", body);
  }

  answer(body) {
    return this.#call("POST", "answer", body);
  }

  /** The screen after `step`: held by the server until there is one, or for some seconds. */
  screen(step, signal) {
    return this.#call("GET", `screen?after=${step}`, undefined, signal);
  }

  /** The free times of what the page offers; `query` as its module asks. */
  free(query) {
    return this.#call("GET", `free?${new URLSearchParams(query)}`);
  }

  async #call(method, path, body, signal) {
    for (let renewed = 0; ; renewed++) {
      this.#session ??= await this.#until("POST", "session", { id_token: this.#idToken() }, signal);
      try {
        return await this.#until(method, path, body, signal);
      } catch (error) {
        if (error.why !== "session" || renewed) throw error;
        this.#session = null; // an hour is over
      }
    }
  }

  /** The answer, however often it has to be asked for: what is sent twice is taken once. */
  async #until(method, path, body, signal) {
    for (let tries = 0; ; tries++) {
      const trouble = await this.#once(method, path, body, signal);
      this.#trouble(trouble.sentence ?? null);
      if (!trouble.sentence) return trouble.answer;
      await pause(WAITS[Math.min(tries, WAITS.length - 1)] * (0.8 + 0.4 * Math.random()), signal); // not all at once
    }
  }

  async #once(method, path, body, signal) {
    const limit = new AbortController();
    const stop = () => limit.abort();
    const timer = setTimeout(stop, (method === "GET" ? HELD_SECONDS : MOST_SECONDS) * 1000);
    signal?.addEventListener("abort", stop);
    try {
      const headers = { "Content-Type": "application/json" };
      if (this.#session) headers.Authorization = `Bearer ${this.#session.session}`;
      const sent = { method, headers, body: body && JSON.stringify(body), signal: limit.signal, cache: "no-store" };
      const response = await fetch(`${this.#address}/${path}`, sent);
      const answer = await response.json();
      if (response.ok) return { answer };
      if (response.status < 500) throw new Refused(answer.error);
      return { sentence: answer.error === "line_away" ? tr("LINE does not answer at the moment. We will try again by ourselves.") : busy() };
    } catch (error) {
      if (signal?.aborted) throw new Stopped();
      if (error instanceof Refused) throw error;
      return { sentence: navigator.onLine ? busy() : tr("You are offline. Nothing is lost; this goes on by itself.") };
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", stop);
    }
  }
}

const busy = () => tr("The system is busy. Nothing is lost; this goes on by itself.");

/** Wait, at most until the network is there again. */
export function pause(seconds, signal) {
  return new Promise((resolve, reject) => {
    const done = (settle, value) => {
      clearTimeout(timer);
      removeEventListener("online", resume);
      signal?.removeEventListener("abort", stop);
      settle(value);
    };
    const resume = () => done(resolve);
    const stop = () => done(reject, new Stopped());
    const timer = setTimeout(resume, seconds * 1000);
    addEventListener("online", resume);
    signal?.addEventListener("abort", stop);
    if (signal?.aborted) stop();
  });
}
