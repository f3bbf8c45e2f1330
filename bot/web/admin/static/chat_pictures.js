// Pictures on their way into an answer: chosen, pasted or dragged in, seen before they go, kept with what is written.

const MOST = 5; // LINE takes five messages together
const TYPES = ["image/jpeg", "image/png"];

/** The pictures of the answer. `send(fields, file)` uploads one; `say(text)` tells; `changed()` once they are others. */
export class Pictures {
  constructor(form, { send, say, changed }) {
    this.form = form;
    this.send = send;
    this.say = say;
    this.changed = changed;
    this.list = form.querySelector(".pictures");
    this.words = this.list.dataset;
    this.uploading = 0;
    form.classList.add("is-live");
    form.elements.file.addEventListener("change", ({ target }) => {
      const files = [...target.files];
      target.value = "";
      this.add(files);
    });
  }

  get all() {
    return [...this.list.querySelectorAll("li[data-token]")].map(({ dataset }) => ({ token: dataset.token, address: dataset.address }));
  }

  get tokens() {
    return this.all.map(({ token }) => token).join(" ");
  }

  /** Those of a draft. */
  show(pictures) {
    this.list.replaceChildren(...pictures.map((one) => this.item(one)));
    this.list.hidden = pictures.length === 0;
  }

  /** Pictures among what was pasted or dropped; whether there was one. */
  take(transfer) {
    const files = [...(transfer?.files ?? [])];
    if (files.length > 0) this.add(files);
    return files.length > 0;
  }

  async add(files) {
    this.say("");
    for (const file of files) {
      if (this.list.children.length >= MOST) {
        this.say(this.words.most);
        return;
      }
      await this.upload(file);
    }
  }

  async upload(file) {
    const waits = Object.assign(document.createElement("li"), { className: "is-waiting", textContent: this.words.waits });
    this.list.append(waits);
    this.list.hidden = false;
    this.uploading += 1;
    const { proof, chat } = this.form.elements;
    const end = file.size > Number(this.words.bytes) ? { error: this.words.large } : await this.send({ proof: proof.value, chat: chat.value }, file);
    this.uploading -= 1;
    if (end.error) {
      waits.remove();
      this.say(end.error);
    } else waits.replaceWith(this.item(end));
    this.list.hidden = this.list.children.length === 0;
    this.changed();
  }

  item({ token, address }) {
    const item = document.createElement("li");
    Object.assign(item.dataset, { token, address });
    const picture = Object.assign(document.createElement("img"), { src: address, alt: this.words.called });
    picture.addEventListener("error", () => this.drop(item, false), { once: true }); // a draft of days ago
    const out = Object.assign(document.createElement("button"), { type: "button", textContent: "×", ariaLabel: this.words.out });
    out.addEventListener("click", () => this.drop(item, true));
    item.append(picture, out);
    return item;
  }

  drop(item, isWanted) {
    const next = item.nextElementSibling ?? item.previousElementSibling;
    item.remove();
    this.list.hidden = this.list.children.length === 0;
    if (isWanted) {
      const { proof, chat } = this.form.elements;
      const body = new URLSearchParams({ proof: proof.value, chat: chat.value, token: item.dataset.token });
      fetch("/admin/chat/picture/dropped", { method: "POST", body, keepalive: true }).catch(() => {}); // else it goes by itself
      (next?.querySelector("button") ?? this.form.elements.text).focus();
    }
    this.changed();
  }
}

/** Whether something that is dragged is, or may be, a picture. */
export const dragsPicture = ({ dataTransfer }) => [...(dataTransfer?.items ?? [])].some((one) => one.kind === "file" && (one.type === "" || TYPES.includes(one.type) || one.type.startsWith("image/")));
