// One stream of events for a page (`/admin/live`): who wants to hear of a topic follows it. A page that nobody
// looks at hears nothing: browsers have six connections to a host, and tabs are many. It hears again, from
// the beginning of each topic, once it is looked at.

const AFTER = 5000; // milliseconds until it is tried again where the browser has given up

const followed = new Map(); // by topic: its subject, who hears it
const over = [];
let source = null;
let wanted = 0;

/** `hear(data)` is called with what is new of a topic's subject; what this gives ends that. */
export function follow(topic, subject, hear) {
  followed.set(topic, { subject, hear });
  open();
  return () => {
    if (followed.get(topic)?.hear !== hear) return;
    followed.delete(topic);
    open();
  };
}

/** `said(why)` is called once the server has ended it: "signed_out", "elsewhere", "stopping". */
export function onOver(said) {
  over.push(said);
}

/** With the topics of now; of several changes at once the last one counts. */
function open() {
  clearTimeout(wanted);
  wanted = setTimeout(opened, 0);
}

function opened() {
  source?.close();
  source = null;
  if (document.hidden || followed.size === 0) return;
  const topics = new URLSearchParams([...followed].map(([topic, { subject }]) => [topic, subject]));
  source = new EventSource(`/admin/live?${topics}`);
  for (const [topic, { hear }] of followed) source.addEventListener(topic, ({ data }) => hear(JSON.parse(data)));
  source.addEventListener("over", ({ data }) => ended(JSON.parse(data).why));
  source.addEventListener("error", ({ target }) => {
    if (target === source && target.readyState === EventSource.CLOSED) wanted = setTimeout(opened, AFTER);
  });
}

function ended(why) {
  source.close();
  source = null;
  for (const said of over) said(why);
  if (why === "stopping") wanted = setTimeout(opened, AFTER);
}

document.addEventListener("visibilitychange", open);
window.addEventListener("pagehide", () => source?.close());
window.addEventListener("pageshow", ({ persisted }) => persisted && open());
