// An account's id, as far as there is one already.

import { tr } from "../words.js";

const STARTERS = "@your_id"; // as `oaflow new` writes it

export const idWords = (id) => (id === STARTERS ? tr("Demo account (not on LINE yet)") : id);
