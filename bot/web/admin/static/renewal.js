// What the server has by now in place of what a page shows, and nothing beside it: what one writes meanwhile stays.

/** Over after so many milliseconds. */
export const pause = (time) => new Promise((over) => setTimeout(over, time));

/** The page at an address; null where nobody says it just now: no network, a fault, or the server starts anew. */
export async function pageNow(address) {
  try {
    const answer = await fetch(address);
    return answer.status >= 500 ? null : new DOMParser().parseFromString(await answer.text(), "text/html");
  } catch {
    return null;
  }
}
