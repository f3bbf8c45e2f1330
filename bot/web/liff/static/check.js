// What is wrong with an answer, before it is sent; the server judges it all the same, and knows more.

import { tr } from "./sentences.js";

/** The error of an answer that surely cannot be used; null where it may be good. */
export function wrongWith({ answer, max_length: most }, text, input) {
  const plain = text.normalize("NFKC");
  const { validity } = input ?? {};
  if (most && [...text].length > most) return tr("At most {most} characters; there are {now} now.", { most: most.toLocaleString(), now: [...text].length.toLocaleString() });
  if (validity?.rangeUnderflow) return tr("It cannot be before {first}.", { first: input.min.replace("T", " ") });
  if (validity?.rangeOverflow) return tr("It cannot be after {last}.", { last: input.max.replace("T", " ") });
  const good = LOOKS[answer];
  return good && !good.test(plain) ? expected(answer) : null;
}

/** The error of an answer that the server has refused, where the playbook has none of its own. */
export function refused({ answer }) {
  return expected(answer) ?? tr("This answer cannot be used. Please check it once more.");
}

function expected(answer) {
  if (answer === "phone") return tr("Please enter a mobile number that begins with 09.");
  if (answer === "email") return tr("Please enter a whole e-mail address, such as amy@example.com.");
  return answer === "number" ? tr("Please enter a number.") : null;
}

const LOOKS = {
  phone: /^\D*(\d\D*){8,15}$/,
  email: /^[^\s@]+@[^\s@]+\.[^\s@]+$/,
  number: /\d/,
};
