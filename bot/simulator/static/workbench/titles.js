// What flows, steps, attributes … are called: their titles, which the server tells of the live playbook.

let titles = {};
let said = null;

/** `{kind: {name: title}}`, and for steps `{state: {flow: {name: title}}}`; names without a title are not in it. */
export function useTitles(told) {
  titles = told ?? {};
}

/** The title of a thing, else its name. `flow`: in which a step is. */
export function titled(kind, name, flow = null) {
  const known = flow === null ? titles[kind] : titles[kind]?.[flow];
  const title = known && Object.hasOwn(known, name) ? known[name] : name;
  if (title !== name) said?.add(name);
  return title;
}

/** The title of a step of which nobody says in which flow it is: where all steps of this name have the same. */
function titledAnywhere(state) {
  const found = new Set(Object.values(titles.state ?? {}).flatMap((of) => (Object.hasOwn(of, state) ? [of[state]] : [])));
  if (found.size !== 1) return state;
  said?.add(state);
  return [...found][0];
}

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

/** How things are named within a sentence of a language with its quotation marks; `ownPages`: those that every playbook has. */
export const naming = (quote, ownPages) => ({
  quote,
  flow: (name) => quote(titled("flow", name)),
  state: (name, flow = null) => quote(flow === null ? titledAnywhere(name) : titled("state", name, flow)),
  attribute: (name) => quote(titled("attribute", name)),
  page: (name) => quote(Object.hasOwn(ownPages, name) ? ownPages[name] : titled("page", name)),
  form: (name) => quote(titled("form", name)),
  link: (name) => quote(titled("link", name)),
  channel: (name) => quote(titled("channel", name)),
  store: (name) => quote(titled("store", name)),
});
