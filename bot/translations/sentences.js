// What a page says, in its language: in English as it stands in the code, or in the Chinese of `oaflow.po`: CHINESE, which
// the server puts before this, by the English.

let isChinese = true;

/** From now on speak this language: Chinese of any kind, else English. Gives the one that is spoken. */
export function speakLanguage(language) {
  isChinese = /^zh\b/i.test(language);
  return isChinese ? "zh-TW" : "en";
}

/** A sentence; `{name}` in it stands for the value of that name. */
export const tr = (english, values = {}) => filled(translated(english), values);

/** The sentence of one, or of any other `number`, which stands in it as `{number}` where `values` have it in no other way. */
export function plural(one, other, number, values = {}) {
  return filled(isChinese || number === 1 ? translated(one) : other, { number, ...values });
}

/** A short word that means something of its own in this context (gettext's msgctxt, behind that of the page). */
export const inContext = (context, english) => translated(english, `${context}\u0004${english}`);

/** A sentence without values that a table holds: called, it is said. */
export const phrase = (english) => () => tr(english);

const translated = (english, key = english) => (isChinese ? (CHINESE[key] ?? english) : english);

const filled = (sentence, values) => sentence.replace(/\{([a-z][a-z_]*)\}/g, (written, name) => (name in values ? values[name] : written));
