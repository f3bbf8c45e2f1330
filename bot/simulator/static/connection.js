// The way to the simulator: calls, and the stream of what changes.

/** A call that was refused: the interface's `code` (or `offline`), the server's `sentence` about it, the same by language (`said`), and a `free` name, if it has these. */
export class Trouble extends Error {
  constructor(code, sentence = "", { sentence: said = null, free = null } = {}) {
    super(code);
    this.code = code;
    this.sentence = sentence;
    this.said = said;
    this.free = free;
  }
}

/** Call the JSON interface; throws `Trouble`. */
export function call(method, path, body) {
  if (body === undefined) return ask(path, { method });
  return ask(path, { method, headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
}

/** Send a picture as it is; throws `Trouble`. */
export function upload(path, blob) {
  return ask(path, { method: "POST", headers: { "Content-Type": blob.type || "application/octet-stream" }, body: blob });
}

async function ask(path, request) {
  let response;
  try {
    response = await fetch(`api/${path}`, request);
  } catch {
    throw new Trouble("offline");
  }
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Trouble(answer.error ?? "other", answer.message, answer);
  return answer;
}

const KINDS = [
  "playbook", "message", "friend", "group", "happened", "quota", "loading", "turn", "contact", "clock", "faults", "followers", "menus", "sms", "hooks", "brake",
];
const AGAIN_AFTER = 1500;

/** Listen for ever. `begin(isLast)` reads the whole state; changes that come meanwhile are applied after it. */
export function listen({ begin, apply, up, down }) {
  let waiting = null;
  let readings = 0; // `hello` and `reset` may come together: the last reading counts

  async function start() {
    const reading = ++readings;
    waiting = [];
    try {
      await begin(() => reading === readings);
    } catch {
      if (reading !== readings) return;
      waiting = null;
      down();
      setTimeout(start, AGAIN_AFTER);
      return;
    }
    if (reading !== readings) return;
    const missed = waiting;
    waiting = null;
    for (const [kind, change] of missed) apply(kind, change);
    up();
  }

  function open() {
    const stream = new EventSource("api/events");
    stream.addEventListener("hello", start);
    stream.addEventListener("reset", start);
    stream.addEventListener("rewound", start); // what was read of a friend is not so any more
    for (const kind of KINDS) {
      stream.addEventListener(kind, (event) => {
        const change = JSON.parse(event.data);
        if (waiting) waiting.push([kind, change]);
        else apply(kind, change);
      });
    }
    stream.addEventListener("error", () => {
      down();
      if (stream.readyState === EventSource.CLOSED) setTimeout(open, AGAIN_AFTER);
    });
  }

  open();
}
