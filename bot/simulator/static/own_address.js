// Which addresses are this server's own: the only ones that the page loads anything from.

const LOOPBACK = /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** An address that a message names, as a URL, or null where it is none. */
export function addressOf(text) {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}

/** The same thing below this page's own origin, or null where another host has it.
 *
 * The bot names this server by one of its names (`127.0.0.1`), the browser may know it by another (`localhost`). */
export function ownAddress(text) {
  const url = typeof text === "string" ? addressOf(text) : null;
  if (!url || !/^https?:$/.test(url.protocol)) return null;
  const here = url.origin === location.origin || (LOOPBACK.test(url.hostname) && LOOPBACK.test(location.hostname) && url.port === location.port);
  return here ? location.origin + url.pathname + url.search : null;
}
