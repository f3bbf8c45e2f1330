// `window.liff` on the simulator's phone: LINE's LIFF SDK as a page sees it, asked of the simulator instead of LINE.
// https://developers.line.biz/en/reference/liff/
//
// The launch in the address's fragment says whose phone it is, where LINE puts its credentials; the tab remembers it.

(() => {
  const HERE = new URL("../", document.currentScript.src).pathname; // the simulator's own page, below whatever proxy
  const API = `${HERE}api/launches/`;
  const STORED = "simulator.liff"; // in the tab: launch, in_client, os, language; signed: "in" or "out" by the page
  const VERSION = "2.31.0";
  const LINE_VERSION = "15.20.0";
  const APIS = ["createShortcutOnHomeScreen", "scanCodeV2", "scanCode", "shareTargetPicker", "iap", "multipleLiffTransition", "skipChannelVerificationScreen"];

  class LiffError extends Error {
    constructor(code, message) {
      super(message);
      this.name = "LiffError";
      this.code = code;
    }
  }

  const phone = opened();
  let launch = null; // what the simulator says of this launch, after init()
  let settle;
  const ready = new Promise((resolve) => (settle = resolve));

  /** This opening of a page: new by its fragment, or remembered over LINE's second redirect and reloads. */
  function opened() {
    const fragment = new URLSearchParams(location.hash.slice(1));
    if (!fragment.has("launch")) return JSON.parse(sessionStorage.getItem(STORED) ?? "null");
    const fresh = { launch: fragment.get("launch"), in_client: fragment.get("in_client") === "1", os: fragment.get("os"), language: fragment.get("language") };
    remember(fresh);
    return fresh;
  }

  function remember(launch) {
    sessionStorage.setItem(STORED, JSON.stringify(launch));
  }

  async function ask(path = "", body) {
    const request = body && { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
    let response;
    try {
      response = await fetch(API + encodeURIComponent(phone.launch) + path, request);
    } catch {
      throw new LiffError("500", "the simulator is away");
    }
    const answer = await response.json();
    if (response.ok) return answer;
    throw new LiffError({ 400: "400", 409: "403" }[response.status] ?? "500", answer.message);
  }

  async function init(config, done, failed) {
    const { liffId } = config ?? {};
    try {
      if (!liffId) throw new LiffError("INVALID_CONFIG", "liffId is necessary for liff.init()");
      if (phone) await begin(liffId);
      if (await redirected()) return new Promise(() => {}); // another document comes
      liff.id = liffId;
    } catch (error) {
      failed?.(error);
      throw error instanceof LiffError ? error : new LiffError("INIT_FAILED", String(error));
    }
    settle();
    done?.();
  }

  async function begin(liffId) {
    const answer = await ask();
    if (answer.liff_id !== liffId) throw new LiffError("INIT_FAILED", `this page was opened by the LIFF id ${answer.liff_id}`);
    launch = answer;
    if (phone.in_client && phone.signed === "out") await signIn();
  }

  /** LINE's second redirect: from the endpoint to what stood behind the LIFF id. True where the page is left for it.
   * https://developers.line.biz/en/docs/liff/opening-liff-app/#redirect-flow */
  async function redirected() {
    const here = new URL(location.href);
    const state = here.searchParams.get("liff.state");
    if (here.hash.startsWith("#launch=")) here.hash = "";
    here.searchParams.delete("liff.state");
    const target = state ? merged(here, state) : here;
    if (target.pathname !== location.pathname) {
      location.replace(target);
      return true;
    }
    if (target.href !== location.href) history.replaceState(history.state, "", target);
    return false;
  }

  function merged(endpoint, state) {
    const [, path, query, fragment] = /^([^?#]*)(\?[^#]*)?(#.*)?$/s.exec(state);
    const target = new URL(endpoint);
    if (path) target.pathname = `${endpoint.pathname.replace(/\/$/, "")}/${path.replace(/^\//, "")}`;
    for (const [name, value] of new URLSearchParams(query)) target.searchParams.append(name, value);
    target.hash = fragment ?? "";
    return target;
  }

  async function signIn() {
    Object.assign(launch ?? {}, await ask("/tokens", {}));
    phone.signed = "in";
    remember(phone);
  }

  const isInClient = () => Boolean(phone?.in_client);
  const isLoggedIn = () => launch !== null && phone.signed !== "out" && (phone.in_client || phone.signed === "in");

  function login({ redirectUri } = {}) {
    if (isInClient()) {
      console.warn("liff.login() cannot be used in a LIFF browser: liff.init() has done it");
      return;
    }
    const target = new URL(redirectUri ?? (launch ? launch.endpoint : location.href), location.href);
    if (!phone) location.assign(HERE); // here one signs in by having a phone
    else signIn().then(() => (target.href === location.href ? location.reload() : location.assign(target)));
  }

  function logout() {
    if (!phone) return;
    phone.signed = "out";
    remember(phone);
  }

  /** What the person has signed in for. Rejects where they have not. */
  async function current() {
    if (!isLoggedIn()) throw new LiffError("UNAUTHORIZED", "Need access_token for api call, Please login first");
    return (launch = { ...(await ask()), id_token: launch.id_token, access_token: launch.access_token });
  }

  async function sendMessages(messages) {
    if (!Array.isArray(messages) || messages.length < 1 || messages.length > 5) throw new LiffError("INVALID_ARGUMENT", "Parameter 'messages' must be an array of 1 to 5 messages");
    await current();
    await ask("/messages", { messages });
  }

  /** Tell the phone around the page; false where there is none. */
  function tell(wish) {
    if (parent === window) return false;
    parent.postMessage({ liff: phone?.launch, ...wish }, location.origin);
    return true;
  }

  function openWindow({ url, external = false } = {}) {
    if (typeof url !== "string") throw new LiffError("INVALID_ARGUMENT", "Parameter 'url' must be a string");
    if (!tell({ wish: "open", url, external })) window.open(url, "_blank", "noopener");
  }

  async function requestFriendship() {
    await current();
    if (!tell({ wish: "befriend" })) return;
    await new Promise((resolve) => {
      addEventListener("message", function answered(event) {
        if (event.source !== parent || event.origin !== location.origin || event.data?.answered !== "befriend") return;
        removeEventListener("message", answered);
        resolve();
      });
    });
  }

  function decoded(token) {
    const payload = atob(token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/"));
    return JSON.parse(new TextDecoder().decode(Uint8Array.from(payload, (letter) => letter.codePointAt(0))));
  }

  async function query(name) {
    const { scope, granted } = await current();
    return { state: granted.includes(name) ? "granted" : scope.includes(name) ? "prompt" : "unavailable" };
  }

  async function createUrlBy(url) {
    const endpoint = launch && location.origin + launch.endpoint;
    if (!endpoint || !String(url).startsWith(endpoint)) throw new LiffError("INVALID_CONFIG", "the URL does not begin with the endpoint's");
    return launch.address + String(url).slice(endpoint.length);
  }

  const liff = {
    id: null,
    ready,
    init,
    isInClient,
    isLoggedIn,
    login,
    logout,
    getOS: () => phone?.os ?? "web",
    getAppLanguage: () => phone?.language ?? navigator.language,
    getLanguage: () => navigator.language,
    getVersion: () => VERSION,
    getLineVersion: () => (isInClient() ? LINE_VERSION : null),
    getContext: () => launch && { ...launch.context, endpointUrl: location.origin + launch.endpoint },
    getIDToken: () => (isLoggedIn() ? launch.id_token : null),
    getDecodedIDToken: () => (isLoggedIn() ? decoded(launch.id_token) : null),
    getAccessToken: () => (isLoggedIn() ? launch.access_token : null),
    getProfile: async () => (await current()).profile,
    getFriendship: async () => ({ friendFlag: (await current()).friendship }),
    requestFriendship,
    sendMessages,
    openWindow,
    closeWindow: () => void tell({ wish: "close" }),
    isApiAvailable: (name) => {
      if (!APIS.includes(name)) throw new LiffError("INVALID_ARGUMENT", `Unexpected API name: ${name}`);
      return name === "multipleLiffTransition" && isInClient();
    },
    permission: {
      query,
      getGrantedAll: async () => (await current()).granted,
      requestAll: async () => {
        throw new LiffError("FORBIDDEN", "liff.permission.requestAll() only operates on LINE MINI Apps");
      },
    },
    permanentLink: { createUrlBy },
  };
  window.liff = liff;

  const ASKED = /\(\s*prefers-color-scheme:\s*(\w+)\s*\)/g;
  const written = new WeakMap(); // by rule: its query as the page has it

  /** The phone's look is the page's: the only way to set it is to answer what its style sheets ask. */
  function dress() {
    const { theme = "auto" } = parent.document.documentElement.dataset; // or light, dark
    document.documentElement.style.colorScheme = theme === "auto" ? "" : theme;
    for (const rule of mediaRules([...document.styleSheets])) {
      if (!written.has(rule)) written.set(rule, rule.media.mediaText);
      const answer = (whole, asked) => (theme === "auto" ? whole : asked === theme ? "(min-width: 0px)" : "(max-width: 0px)");
      const query = written.get(rule).replace(ASKED, answer);
      if (rule.media.mediaText !== query) rule.media.mediaText = query;
    }
  }

  function mediaRules(holders) {
    return holders.flatMap((holder) => {
      const inside = isOwn(holder) ? mediaRules([...(holder.cssRules ?? [])]) : [];
      return holder instanceof CSSMediaRule ? [holder, ...inside] : inside;
    });
  }

  const isOwn = (holder) => !holder.href || new URL(holder.href).origin === location.origin; // others' rules may not be read

  if (parent !== window) {
    dress();
    addEventListener("load", dress);
    new MutationObserver(dress).observe(parent.document.documentElement, { attributeFilter: ["data-theme"] });
  }
})();
