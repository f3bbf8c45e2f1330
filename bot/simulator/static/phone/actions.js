// What a tap does: most of it is LINE's to do, the rest is the phone's own.
// https://developers.line.biz/en/reference/messaging-api/#action-objects

import { copied } from "../clipboard.js";
import { addressOf, ownAddress } from "../own_address.js";
import { tr } from "../words.js";
import { askDate } from "./date_sheet.js";
import { tellAddress } from "./link_sheet.js";
import { toast } from "./sheet.js";

const SHORT = /^https?:\/\/[^/]+\/[lo]\//; // the bot's own, which lead on
const FOR_LINE = new Set(["message", "postback", "datetimepicker", "richmenuswitch"]);

/** `ports`: tap(body) resolves to whether LINE took it; account() is its LINE ID, now() the moment; liff(address) is whether it opens a page;
 * leadsTo(address) resolves to `{location}` of one of the bot's short addresses; fill(text), album(), camera(), places(), keyboard(text), voice(), menu(open) are the phone's. Returns `runAction(action, message, element)`; it resolves to whether something came of it. */
export function actions(ports) {
  async function run(action, message) {
    if (FOR_LINE.has(action.type)) return tap(action, message);
    switch (action.type) {
      case "uri":
        if (message?.counted) ports.tap({ action, message: message.id });
        return follow(action.uri);
      case "clipboard":
        return copy(action.clipboardText);
      case "camera":
        return ports.camera();
      case "cameraRoll":
        return ports.album();
      case "location":
        return ports.places();
      default:
        toast(tr("LINE has no action “{type}”", { type: String(action.type) }));
        return false;
    }
  }

  async function tap(action, message) {
    const body = message ? { action, message: message.id } : { action };
    if (action.type === "datetimepicker") {
      const params = await askDate(action, ports.now());
      if (!params) return false;
      body.params = params;
    }
    if (action.type === "postback") open(action);
    return ports.tap(body);
  }

  /** What a postback does with the field and the menu, at once. */
  function open({ inputOption, fillInText }) {
    if (inputOption === "openKeyboard") ports.keyboard(typeof fillInText === "string" ? fillInText : "");
    else if (inputOption === "openVoice") ports.voice();
    else if (inputOption === "openRichMenu" || inputOption === "closeRichMenu") ports.menu(inputOption === "openRichMenu");
  }

  async function follow(uri) {
    const text = String(uri ?? "");
    if (ports.liff(text)) return true;
    const own = ownAddress(text);
    const leads = own && SHORT.test(own) ? await ports.leadsTo(own) : null;
    if (leads?.location) return follow(leads.location);
    const prefilled = own ? null : forField(text);
    if (own) window.open(own, "_blank", "noopener");
    else if (prefilled !== null) ports.fill(prefilled);
    else tellAddress(text);
    return true;
  }

  /** https://line.me/R/oaMessage/{LINE ID}/?{text}: the text for this account's field, else null. */
  function forField(uri) {
    const url = addressOf(uri);
    if (url?.host !== "line.me") return null;
    const [, id] = /^\/R\/oaMessage\/([^/]+)/.exec(url.pathname) ?? [];
    return id && decoded(id) === ports.account() ? decoded(url.search.slice(1)) : null;
  }

  async function copy(text) {
    toast((await copied(String(text ?? ""))) ? tr("Copied “{text}”", { text: short(text) }) : tr("The browser does not let the page copy"));
    return true;
  }

  return async (action, message, element) => {
    if (!action || typeof action !== "object") return false;
    element?.classList.add("pressed");
    try {
      return await run(action, message);
    } finally {
      element?.classList.remove("pressed");
    }
  };
}

const short = (text) => (text.length > 30 ? `${text.slice(0, 29)}…` : text);

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a stray % of the address: shown as it is
  }
}
