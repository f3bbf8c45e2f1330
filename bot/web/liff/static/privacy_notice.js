// The notice that the law requires before personal data are given, folded under one line (個人資料保護法 §8).

import { el } from "./elements.js";
import { tr } from "./sentences.js";

export function privacyNotice(privacy) {
  const points = [
    [tr("Who collects"), privacy.controller],
    [tr("Purpose"), privacy.purpose],
    [tr("Kinds of data"), privacy.kinds],
    [tr("Period of use"), privacy.period],
    [tr("Recipients, places and manner of use"), privacy.recipients],
    [tr("To see, correct, delete or stop the use of your data"), privacy.rights_contact],
    [tr("If you do not give them"), tr("You are free to decide. Without them this service cannot be used.")],
  ];
  const rows = points.flatMap(([name, text]) => [el("dt", "", {}, name), el("dd", "", {}, text ?? "")]);
  return el(
    "div",
    "privacy",
    {},
    el("p", "", {}, tr("Your data are used for: {purpose}. ", { purpose: privacy.purpose }), tr("By pressing the button you confirm that you have read it and agree.")),
    el("details", "", {}, el("summary", "", {}, tr("Privacy notice")), el("dl", "", {}, ...rows)),
  );
}
