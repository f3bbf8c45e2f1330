// Scenarios are played a few at a time, and shown as they come; without this file a button plays the next ones.

const form = document.querySelector("[data-run]");
const results = document.querySelector("[data-results]");
const says = document.querySelector("[data-says]");
const button = form.querySelector("button");

async function some(begun) {
  const fields = new URLSearchParams({ proof: form.proof.value, begun, as: "part" });
  const answer = await fetch(form.action, { method: "POST", body: fields }).catch(() => null);
  if (answer === null || !answer.ok) return null;
  const part = document.createElement("template");
  part.innerHTML = await answer.text();
  return part.content.querySelector("[data-played]");
}

async function run() {
  results.replaceChildren();
  let done = 0;
  let failed = 0;
  let all = 1;
  while (done < all) {
    const part = await some(done);
    if (part === null) return form.dataset.lost;
    results.append(part);
    if ("wrong" in part.dataset) return "";
    const before = done;
    done = Number(part.dataset.done);
    all = Number(part.dataset.number);
    failed += Number(part.dataset.failed);
    if (all === 0) return form.dataset.none;
    if (done === before) break; // fewer than before: somebody took one out
    says.textContent = form.dataset.progress.replace("#done", done).replace("#all", all);
  }
  const sentence = failed ? form.dataset.fails : form.dataset.holds;
  return sentence.replace("#failed", failed).replace("#all", all);
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  button.disabled = true;
  says.textContent = form.dataset.progress.replace("#done", 0).replace("#all", "…");
  says.textContent = await run();
  button.disabled = false;
  results.querySelector(".fails > summary")?.focus();
});
