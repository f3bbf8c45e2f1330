// What went wrong, by the code of a refusal.

import { phrase } from "./words.js";

const NO_PICTURE = phrase("This file cannot be sent: LINE takes JPEG and PNG pictures of up to 10 MB.");
const REFUSED = {
  offline: phrase("Not sent: the connection to the simulator is lost. The text is still here; send it once connected."),
  invalid: phrase("The text or name is empty or too long. A name has at most 20 characters."),
  tap: phrase("LINE does not accept this action: it is incomplete, or the time chosen is out of range."),
  picture: NO_PICTURE,
  "content-type": NO_PICTURE,
  standing: phrase("This friend cannot do that now."),
  unknown: phrase("No such friend. The simulator may have been restarted: reload the page."),
  full: phrase("There are too many friends, or groups."),
  other: phrase("The simulator failed. Please try again."),
};

/** The sentence of a code; `own` has those that the caller words in another way. */
export const refusal = (code, own = {}) => (own[code] ?? REFUSED[code] ?? REFUSED.other)();
