// What the law wants said before personal data are given, folded under one line (個人資料保護法 §8).

import { el } from "./elements.js";
import { words } from "./words.js";

export function privacyNotice(privacy) {
  const w = words();
  const points = {
    controller: privacy.controller,
    purpose: privacy.purpose,
    kinds: privacy.kinds,
    period: privacy.period,
    recipients: privacy.recipients,
    rights: privacy.rights_contact,
    refusing: w.refusing,
  };
  const rows = Object.entries(points).flatMap(([name, text]) => [el("dt", "", {}, w.notice[name]), el("dd", "", {}, text ?? "")]);
  return el(
    "div",
    "privacy",
    {},
    el("p", "", {}, w.noticePurpose(privacy.purpose), w.noticeAgree),
    el("details", "", {}, el("summary", "", {}, w.noticeTitle), el("dl", "", {}, ...rows)),
  );
}
