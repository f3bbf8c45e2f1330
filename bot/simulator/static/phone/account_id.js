// An account's id, as far as there is one already.

import { words } from "../words.js";

const STARTERS = "@your_id"; // as `oaflow new` writes it

export const idWords = (id) => (id === STARTERS ? words().notOnLine : id);
