// In which group of each split a person is, and another one.

import { el } from "../elements.js";
import { tr } from "../words.js";
import { choice, why } from "./person_edit.js";

export function groups(person, { splits }) {
  if (!splits?.length) return [];
  const rows = splits.map(({ name, group, groups: all }) => {
    const notice = el("p", "edit-notice bad", { role: "alert" });
    const field = choice(all.map((one) => [one, one]), group);
    field.dataset.edits = `split ${name}`;
    field.setAttribute("aria-label", tr("Group of {name}", { name }));
    field.addEventListener("change", () => {
      notice.textContent = "";
      person.act({ draws: { [name]: field.value } }).catch((trouble) => {
        notice.textContent = why(trouble);
        field.value = group;
      });
    });
    return el("li", "attribute", {}, el("label", "attribute-line", {}, el("bdi", "attribute-name", {}, name), field), notice);
  });
  return [el("section", "fact", {}, el("h4", "part-title", {}, tr("Splits")), el("ul", "attributes", {}, ...rows), el("p", "empty small", {}, tr("Everybody is drawn for a group. Choose another one to try what it gets.")))];
}
