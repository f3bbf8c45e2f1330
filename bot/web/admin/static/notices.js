// Notices of this browser, also with no page open: switched on and off, and renewed after signing in again.
// What this account wants in this browser is kept there, so that another account which signs in gets none.

const { me, session } = document.body.dataset;
const SCOPE = "/admin";
const WISHES = "oaflow-notices:";
const mine = WISHES + me;
const canPush = "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;

let unkept = null; // the same in a browser that keeps nothing, until the page is left

/** `{ mode: "push" | "page", session, endpoint, sound }`, or `null`: no notices. */
function wish() {
  try {
    return JSON.parse(localStorage.getItem(mine));
  } catch {
    return unkept;
  }
}

/** Whether anybody has wanted notices in this browser. */
function isWanted() {
  try {
    return Object.keys(localStorage).some((name) => name.startsWith(WISHES));
  } catch {
    return false;
  }
}

function wishFor(wanted) {
  unkept = wanted;
  try {
    if (wanted === null) localStorage.removeItem(mine);
    else localStorage.setItem(mine, JSON.stringify(wanted));
  } catch {
    // a browser that keeps nothing
  }
}

/** Whether only a page that is open can tell: the browser has no push service, or we do not call it. */
export const isByPage = () => wish()?.mode === "page" && Notification.permission === "granted";
export const isHeard = () => wish()?.sound === true;

async function asked(what, fields = {}) {
  const proof = document.querySelector('[name="proof"]').value;
  const body = new URLSearchParams({ proof, script: "1", ...fields });
  const response = await fetch(`/admin/notices/${what}`, { method: "POST", body, redirect: "manual" });
  return response.json();
}

async function registration() {
  return (await navigator.serviceWorker.getRegistration(SCOPE)) ?? null;
}

/** The browser's subscription for our key; one for another key is replaced. */
async function subscribed(key) {
  const worker = await navigator.serviceWorker.register(new URL("service_worker.js", import.meta.url), { scope: SCOPE });
  await active(worker);
  const wanted = { userVisibleOnly: true, applicationServerKey: key };
  try {
    return await worker.pushManager.subscribe(wanted);
  } catch (error) {
    if (error.name !== "InvalidStateError") throw error;
    await (await worker.pushManager.getSubscription())?.unsubscribe();
    return worker.pushManager.subscribe(wanted);
  }
}

function active({ active, waiting, installing }) {
  const worker = installing ?? waiting;
  if (active !== null || worker === null) return null;
  return new Promise((go) => worker.addEventListener("statechange", () => worker.state === "activated" && go()));
}

async function subscribe(sound) {
  const { key } = await asked("state");
  let subscription = null;
  try {
    if (canPush && key) subscription = await subscribed(key);
  } catch {
    // the browser reaches no push service of its own
  }
  if (subscription === null) return wishFor({ mode: "page", sound });
  const { endpoint, keys } = subscription.toJSON();
  const end = await asked("on", { endpoint, key: keys.p256dh, secret: keys.auth, sound: sound ? "1" : "0" });
  if (end.error) {
    await subscription.unsubscribe();
    return wishFor({ mode: "page", sound });
  }
  return wishFor({ mode: "push", session, endpoint, sound });
}

async function unsubscribe() {
  wishFor(null);
  const subscription = await (await registration())?.pushManager.getSubscription();
  if (!subscription) return;
  await asked("off", { endpoint: subscription.endpoint });
  await subscription.unsubscribe();
}

/** After signing in, or where the browser has another subscription by now; and none for somebody else. */
async function renew() {
  if (!canPush) return;
  const wanted = wish();
  const worker = await registration();
  for (const shown of (await worker?.getNotifications()) ?? []) shown.close(); // the pages say it now
  const subscription = await worker?.pushManager.getSubscription();
  if (wanted?.mode === "push" && Notification.permission === "granted") {
    if (wanted.session !== session || subscription?.endpoint !== wanted.endpoint) await subscribe(wanted.sound);
  } else await subscription?.unsubscribe();
}

let last = Promise.resolve();

/** One thing after the other: what is switched off while the page renews it stays off. */
function inTurn(what) {
  const done = last.then(what);
  last = done.catch(() => {});
  return done;
}

// the control, on the pages that have it

const control = document.getElementById("notices");

function shown() {
  const wanted = wish();
  const part = (name) => control.querySelector(`[data-part="${name}"]`);
  const isThere = "Notification" in window;
  const permission = isThere ? Notification.permission : "denied";
  const isOn = wanted !== null && permission === "granted";
  const says = isOn ? wanted.mode : !isThere ? (/iPhone|iPad/.test(navigator.userAgent) ? "home" : "none") : permission === "denied" ? "blocked" : "";
  part("on").hidden = isOn || permission === "denied";
  part("off").hidden = !isOn;
  part("sound").hidden = !isOn;
  part("sound").querySelector("input").checked = wanted?.sound === true;
  part("says").textContent = control.dataset[says] ?? "";
  part("says").hidden = says === "";
  control.hidden = false;
}

async function doing(what) {
  control.inert = true;
  try {
    await what();
  } catch {
    // no network, or signed out: as it was
  }
  control.inert = false;
  shown();
}

if (control) {
  control.addEventListener("click", ({ target }) => {
    const part = target.closest("[data-part]")?.dataset.part;
    if (part === "on") doing(async () => (await Notification.requestPermission()) === "granted" && inTurn(() => subscribe(false)));
    if (part === "off") doing(() => inTurn(unsubscribe));
  });
  control.addEventListener("change", ({ target }) => doing(() => inTurn(() => subscribe(target.checked))));
  shown();
}

if (isWanted()) inTurn(renew).then(() => control && shown(), () => {});
