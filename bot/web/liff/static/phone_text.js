// A telephone number as people write it: `0912 345 678`, whatever was typed or pasted.

const MOBILE = /(?:\+?886[\s-]*)?0?(9\d{2})[\s-]*(\d{3})[\s-]*(\d{3})(?!\d)/;
const ONLY_DIGITS = /^[\d\s()+-]*$/;

/** The text of a field: a Taiwanese mobile number in groups, alone; anything else as it was typed. */
export function phoneText(raw) {
  const plain = raw.normalize("NFKC").replace(/[‐-―]/g, "-");
  const found = plain.match(MOBILE);
  if (found && !/\d/.test(plain.slice(0, found.index).slice(-1))) return `0${found[1]} ${found[2]} ${found[3]}`;
  if (!ONLY_DIGITS.test(plain)) return plain;
  const digits = plain.replace(/\D/g, "");
  const begun = plain.startsWith("+") ? null : digits;
  if (begun?.startsWith("09")) return grouped(begun);
  return plain;
}

function grouped(digits) {
  return [digits.slice(0, 4), digits.slice(4, 7), digits.slice(7)].filter(Boolean).join(" ");
}

/** The place of the caret in `after` with as many digits before it as before the change. */
export function caretIn(before, caret, after) {
  if (caret >= before.length) return after.length;
  let digits = before.slice(0, caret).normalize("NFKC").replace(/\D/g, "").length;
  for (let place = 0; place < after.length; place++) {
    if (digits === 0) return place;
    if (/\d/.test(after[place])) digits--;
  }
  return after.length;
}
