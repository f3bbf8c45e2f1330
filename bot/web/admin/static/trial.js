// The phone of a trial: it begins, how far it is, the phone itself; beside the editor where there is room for it.

const SOON = 400; // milliseconds between two looks while it begins
const LATER = 10_000; // and once it runs
const ROOM = matchMedia("(min-width: 1000px)");
const trial = document.querySelector("[data-trial]");
const part = (name) => trial.querySelector(`[data-trial-${name}]`);
const opener = document.querySelector("[data-try]");
const [phone, says, stale] = ["phone", "says", "stale"].map(part);
let waits = 0;

const isUnderWay = (stage) => stage === "files" || stage === "starting";

function draw({ stage, says: text, phone: address }) {
  trial.dataset.stage = stage;
  says.textContent = text;
  part("begin").hidden = stage !== "none" && stage !== "ended";
  part("end").hidden = !part("begin").hidden;
  part("record").hidden = stage !== "ready";
  if (stage === "ready" && !phone.firstElementChild) {
    const frame = document.createElement("iframe");
    frame.className = "phone";
    frame.title = phone.dataset.title;
    frame.src = address;
    phone.append(frame);
  }
  if (stage !== "ready") phone.replaceChildren();
}

/** Look how far it is, and again: until it is over, or nobody is signed in any more. */
async function follow() {
  clearTimeout(waits);
  const answer = await fetch("/admin/playbook/try/state", { redirect: "error" }).catch(() => null);
  if (answer !== null && !answer.ok) return phone.replaceChildren();
  const now = answer === null ? null : await answer.json();
  if (now !== null) draw(now);
  if (now === null || now.stage === "ready") waits = setTimeout(follow, LATER);
  else if (isUnderWay(now.stage)) waits = setTimeout(follow, SOON);
  return now?.stage;
}

function beside(isOpen) {
  trial.hidden = !isOpen;
  trial.closest("[data-playbook]").classList.toggle("is-trying", isOpen);
  opener.hidden = isOpen;
}

/** Send a form of the trial; what does not work out is said by the page that answers it. */
async function sent(event) {
  event.preventDefault();
  const form = event.target;
  if (form === part("end")) phone.replaceChildren(); // it would ask on for what is over
  const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) }).catch(() => null);
  if (answer === null || !answer.ok) return form.submit();
  const stage = await follow();
  if (opener) beside(stage !== "none");
}

for (const name of ["begin", "end"]) part(name).addEventListener("submit", sent);
opener?.addEventListener("submit", (event) => ROOM.matches && sent(event));
if (stale) document.addEventListener("checked", ({ detail: isWrong }) => (stale.hidden = !isWrong));
if (!opener) follow();
else if (ROOM.matches) follow().then((stage) => stage && stage !== "none" && beside(true));
