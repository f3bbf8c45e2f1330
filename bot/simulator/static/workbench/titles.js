// What flows, steps, attributes … are called: their titles, from the live playbook.

let titles = {};
let language = "zh-TW";
let said = null;

/** What no playbook names has words by language: those of this one from now on. */
export function speakTitles(wanted) {
  language = wanted;
}

/** `{kind: {name: title}}`, and for steps `{state: {flow: {name: title}}}`; names without a title are not in it. */
export function useTitles(notice) {
  titles = notice ?? {};
}

/** The title of a thing, else its name. `flow`: in which a step is. */
export function titled(kind, name, flow = null) {
  const known = flow === null ? titles[kind] : titles[kind]?.[flow];
  const found = known && Object.hasOwn(known, name) ? known[name] : name;
  const title = typeof found === "object" ? found[language] : found;
  if (title !== name && !ENGINES.test(name)) said?.add(name.replace(FORM, ""));
  return title;
}

const ENGINES = /^\{.*\}$/; // a step of every form: no playbook names it
const FORM = /^form:/; // before the name of a form, as the flow that it is run as

/** What `tell()` says, with the names for which titles stand in it. */
export function withNames(tell) {
  const outer = said;
  said = new Set();
  try {
    return { text: tell(), names: [...said] };
  } finally {
    said = outer;
  }
}
