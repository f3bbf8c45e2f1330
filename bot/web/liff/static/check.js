// What is wrong with an answer, before it is sent; the server judges it all the same, and knows more.

import { words } from "./words.js";

/** What is to be said of an answer that surely cannot be used; null where it may be good. */
export function wrongWith({ answer, max_length: most }, text, input) {
  const w = words().wrong;
  const plain = text.normalize("NFKC");
  const { validity } = input ?? {};
  if (most && [...text].length > most) return w.long(most, [...text].length);
  if (validity?.rangeUnderflow) return w.early(input.min);
  if (validity?.rangeOverflow) return w.late(input.max);
  const good = LOOKS[answer];
  return good && !good.test(plain) ? w[answer] : null;
}

/** What is said of an answer that the server has not taken, where the playbook says nothing of its own. */
export function refused({ answer }) {
  return words().wrong[answer] ?? words().invalid;
}

const LOOKS = {
  phone: /^\D*(\d\D*){8,15}$/,
  email: /^[^\s@]+@[^\s@]+\.[^\s@]+$/,
  number: /\d/,
};
