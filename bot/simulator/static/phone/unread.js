// What has come and was not seen yet: for each friend, over reloads of this tab.

import { ofTab } from "../memory.js";

export class Unread {
  constructor() {
    /** How many messages of the bot each friend has not seen. */
    this.counts = new Map();
  }

  /** A message came while another chat was shown. */
  add(friend) {
    this.put(friend, (this.counts.get(friend) ?? 0) + 1);
  }

  /** All that this friend got has been seen, up to the message `last`. */
  seen(friend, last) {
    this.put(friend, 0);
    if (last) ofTab.put(`seen.${friend}`, last);
  }

  /** What came while the page was not there is unread too: at least one message, if the `latest` is not the one that was seen. */
  remember(friends, latest, shown) {
    for (const { id } of friends) {
      const [last, known] = [latest.get(id), ofTab.get(`seen.${id}`)];
      const missed = last?.author === "bot" && known !== null && known !== last.id && id !== shown;
      this.put(id, Math.max(ofTab.get(`unread.${id}`) ?? 0, missed ? 1 : 0));
    }
  }

  /** The id of the first message that this friend has not seen, or null: behind the one seen last, else by their number. */
  first(friend, messages) {
    const count = this.counts.get(friend) ?? 0;
    if (!count) return null;
    const last = ofTab.get(`seen.${friend}`);
    const at = messages.findIndex(({ id }) => id === last);
    const unseen = messages.slice(at + 1).filter(({ author }) => author === "bot");
    return (at < 0 ? unseen.slice(-count) : unseen)[0]?.id ?? null;
  }

  put(friend, count) {
    if (count) this.counts.set(friend, count);
    else this.counts.delete(friend);
    ofTab.put(`unread.${friend}`, count || null);
  }
}
