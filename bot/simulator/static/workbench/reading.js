// One thing read from the server, and how that went.

import { call } from "../connection.js";

/** At most one request at a time; asked again meanwhile, it reads once more afterwards. */
export class Reading {
  /** `path()` is what to read now, null for nothing; `changed()` is called when something has come. */
  constructor(path, changed) {
    this.path = path;
    this.changed = changed;
    this.read = null;
    this.running = null; // over when nothing is being read, nor asked for
    this.forget();
  }

  /** What is known is of somebody else now. */
  forget() {
    this.value = null;
    this.trouble = null;
    this.sentence = "";
    this.stale = true;
  }

  /** Read if it may have changed. Call it when it is to be shown. */
  fresh() {
    if (this.stale) this.again();
  }

  /** Read it; where an answer is under way, once more after it, for that one may be older than what is asked for. */
  again() {
    this.stale = true;
    this.asked = true;
    this.running ??= this.readAll();
    return this.running;
  }

  async readAll() {
    try {
      while (this.asked && this.stale) await this.once();
    } finally {
      this.running = null;
    }
  }

  async once() {
    this.asked = this.stale = false;
    const path = this.path();
    if (path === null) return;
    this.read = path;
    try {
      const value = await call("GET", path);
      if (this.path() === path) Object.assign(this, { value, trouble: null });
    } catch (trouble) {
      if (this.path() === path) this.failed(trouble);
    }
    this.read = null;
    if (this.path() !== path) this.stale = true;
    this.changed();
  }

  /** The last reading stays, but for what is gone. */
  failed({ code = "other", sentence = "" }) {
    Object.assign(this, { trouble: code, sentence });
    if (code === "unknown") this.value = null;
  }
}
