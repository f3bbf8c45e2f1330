// The way to the simulator: calls, and the stream of what changes.

export class Trouble extends Error {
  constructor(code) {
    super(code);
    this.code = code;
  }
}

/** Call the JSON interface; throws `Trouble` with the interface's code, or `offline`. */
export async function call(method, path, body) {
  let response;
  try {
    response = await fetch(`api/${path}`, {
      method,
      headers: body === undefined ? {} : { "Content-Type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    throw new Trouble("offline");
  }
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Trouble(answer.error ?? "other");
  return answer;
}

const KINDS = ["message", "friend", "group", "happened", "quota", "loading"];
const AGAIN_AFTER = 1500;

/** Listen for ever. `begin()` reads the whole state; changes that come meanwhile are applied after it. */
export function listen({ begin, apply, up, down }) {
  let waiting = null;

  async function start() {
    waiting = [];
    try {
      await begin();
    } catch {
      waiting = null;
      down();
      setTimeout(start, AGAIN_AFTER);
      return;
    }
    const missed = waiting;
    waiting = null;
    for (const [kind, change] of missed) apply(kind, change);
    up();
  }

  function open() {
    const stream = new EventSource("api/events");
    stream.addEventListener("hello", start);
    stream.addEventListener("reset", start);
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
