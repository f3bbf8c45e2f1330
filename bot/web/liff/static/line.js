// LINE's SDK, as far as these pages use it: https://developers.line.biz/en/reference/liff/

const sdk = () => window.liff;

export const isThere = () => Boolean(sdk());

/** The language of the LINE app, or of the browser where the SDK cannot tell. */
export const language = () => sdk()?.getAppLanguage?.() || navigator.language;

/** Whether this is LINE's own browser, in which alone the pages work. LINE for PC opens another one. */
export const isInside = () => sdk().isInClient();

export const isOnTelephone = () => sdk().getOS() !== "web";

/** Redirects from LIFF's first address to its second, or leaves the page for it. */
export const begin = (liffId) => sdk().init({ liffId });

/** Who this is, signed by LINE; null where the LIFF app lacks the scope `openid`. */
export const idToken = () => sdk().getIDToken();

export const accessToken = () => sdk().getAccessToken();

/** Say a text in the person's name; rejected outside a chat, or without the permission. */
export const say = (text) => sdk().sendMessages([{ type: "text", text }]);

/** Let the person choose friends who get this text; `false` where the client cannot, or they chose nobody. */
export async function share(text) {
  if (!sdk().isApiAvailable?.("shareTargetPicker")) return false;
  return Boolean(await sdk().shareTargetPicker([{ type: "text", text }]));
}

/** Open an address in LINE's browser; one of a telephone or of LINE opens what it is for. */
export const open = (url) => (/^https?:/.test(url) ? sdk().openWindow({ url, external: false }) : location.assign(url));

/** In the browser of the phone, which can save files: LINE's own cannot. */
export const openOutside = (path) => sdk().openWindow({ url: new URL(path, location.href).href, external: true });

export const close = () => sdk().closeWindow();

/** Sign in anew: in LINE's own browser `liff.init()` does it, and `liff.login()` does not work. */
export function signInAgain() {
  sdk().logout();
  location.reload();
}

/** The link that opens a page in LINE. */
export function link(liffId, page, inputs = {}) {
  const query = new URLSearchParams(inputs).toString();
  return `https://liff.line.me/${liffId}${page ? `/${page}` : ""}${query ? `?${query}` : ""}`;
}
