// What outlives a reload of this page, as long as it stays open: nothing else knows it.

const key = (...parts) => `oaflow:${parts.join(":")}`;

/** What was typed as an answer, so that signing in again loses nothing. */
export const typed = {
  read: (page, state) => read(key("typed", page, state)) ?? "",
  keep: (page, state, text) => write(key("typed", page, state), text),
  forget: (page) => forget(key("typed", page, "")),
};

/** Whether the trigger of this step was sent already. */
export const sentTriggers = {
  has: (page, step) => read(key("said", page)) === String(step),
  remember: (page, step) => write(key("said", page), String(step)),
};

/** What one opening of an address is called, so that it counts once, however often it is sent. */
export const opening = {
  name(kind, code) {
    const found = read(key("opening", kind, code)) ?? crypto.randomUUID();
    write(key("opening", kind, code), found);
    return found;
  },
  forget: (kind, code) => forget(key("opening", kind, code)),
};

/** Whether we have signed this person in again already: once helps, twice would go round for ever. */
export const signedIn = {
  again: () => read(key("again")) !== null,
  remember: () => write(key("again"), "1"),
  forget: () => forget(key("again")),
};

// A browser may refuse to keep anything: then a reload begins with empty fields.
function read(name) {
  try {
    return sessionStorage.getItem(name);
  } catch {
    return null;
  }
}

function write(name, text) {
  try {
    sessionStorage.setItem(name, text);
  } catch {
    /* as above */
  }
}

function forget(start) {
  try {
    for (const name of Object.keys(sessionStorage)) if (name.startsWith(start)) sessionStorage.removeItem(name);
  } catch {
    /* as above */
  }
}
