// What went wrong, by the code of a refusal.

import { later } from "./words.js";

const NO_PICTURE = later("This file cannot be sent: LINE takes JPEG and PNG pictures of up to 10 MB.");
const REFUSED = {
  offline: later("Not sent: the connection to the simulator is lost. The text is still here; send it once connected."),
  invalid: later("The text or name is empty or too long. A name has at most 20 characters."),
  tap: later("LINE does not accept this action: it is incomplete, or the time chosen is out of range."),
  picture: NO_PICTURE,
  "content-type": NO_PICTURE,
  standing: later("This friend cannot do that now."),
  unknown: later("No such friend. The simulator may have been restarted: reload the page."),
  full: later("There are too many friends, or groups."),
  other: later("The simulator failed. Please try again."),
};

/** The sentence of a code; `own` has those that whoever asks says in another way. */
export const refusal = (code, own = {}) => (own[code] ?? REFUSED[code] ?? REFUSED.other)();
