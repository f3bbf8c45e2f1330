// The pretend shop: its members, to be found, added, changed and deleted, and what goes wrong there.

import { call } from "../connection.js";
import { el, face } from "../elements.js";
import { currentLanguage, hintProps, number, textProps, tr } from "../words.js";
import { memberForm } from "./member_form.js";
import { Reading } from "./reading.js";
import { shopNews } from "./shop_news.js";
import { showRows } from "./rows.js";
import { showStanding } from "./states.js";

const SHOWN = 100;
const SEARCH_FROM = 8;

export class Shop {
  /** `toFaults()` shows where a shop is made to go wrong. */
  constructor(changed, toFaults) {
    this.changed = changed;
    this.toFaults = toFaults;
    this.name = null;
    this.sought = "";
    this.form = null;
    this.shops = new Reading(() => "shops", changed);
    this.members = new Reading(() => this.name && `${this.path}/members`, changed);
    this.build();
  }

  get path() {
    return `shop/${encodeURIComponent(this.name)}`;
  }

  /** Whether the playbook has any; null before it was read. */
  get any() {
    this.shops.fresh();
    return this.shops.value && this.shops.value.shops.length > 0;
  }

  /** The playbook was edited: it may have other shops. */
  hearPlaybook() {
    this.shops.stale = true;
  }

  /** The bot may have written into the shop. */
  hear() {
    this.members.stale = true;
  }

  begin() {
    this.shops.forget();
    this.members.forget();
  }

  build() {
    this.state = el("div");
    this.head = el("div", "shop-head");
    this.search = el("input", "shop-search", { type: "search", dir: "auto", ...hintProps("Find a name, phone or member number"), oninput: () => this.seek() });
    this.add = el("button", "primary small", { type: "button", ...textProps("Add a member"), onclick: () => this.edit(null) });
    this.list = el("ul", "members");
    this.more = el("p", "empty");
    const faults = el("button", "plain", { type: "button", ...textProps("Give the shop a bad day (in Faults)"), onclick: () => this.toFaults() });
    this.news = el("section", "shop-tells", { hidden: true });
    this.listing = el("div", "shop-listing", {}, this.news, el("div", "shop-tools", {}, this.search, this.add), this.list, this.more, el("div", "shop-ends", {}, faults));
    this.editing = el("div", "shop-editing", { hidden: true });
    this.element = el("div", "panel", {}, this.state, this.head, this.listing, this.editing);
  }

  seek() {
    this.sought = this.search.value.trim().toLowerCase();
    this.changed();
  }

  draw({ friend }) {
    this.friend = friend;
    this.drawNow();
  }

  drawNow() {
    this.shops.fresh();
    const known = this.shops.value?.shops;
    showStanding(this.state, known ? null : (this.shops.trouble ?? "reading"), () => this.shops.again());
    this.head.hidden = this.listing.hidden = !known?.length || this.form !== null;
    this.editing.hidden = this.form === null;
    if (!known?.length) return;
    const shop = known.find((one) => one.name === this.name) ?? known[0];
    if (shop.name !== this.name) this.choose(shop.name);
    this.members.fresh();
    this.drawHead(known, shop);
    this.drawMembers();
    this.drawNews();
  }

  /** What the shop can tell of the friend being played. */
  drawNews() {
    const { friend } = this;
    const stamp = JSON.stringify([friend?.id ?? null, friend?.name ?? null, this.name, currentLanguage()]);
    if (this.news.dataset.stamp === stamp) return;
    this.news.dataset.stamp = stamp;
    this.news.hidden = !friend;
    if (!friend) return;
    const send = (body) => call("POST", `friends/${encodeURIComponent(friend.id)}/shop`, { ...body, shop: this.name });
    this.news.replaceChildren(el("h3", "part-title", {}, tr("What the shop tells of {name}", { name: friend.name })), shopNews(friend, send));
  }

  choose(name) {
    this.name = name;
    this.members.forget();
    this.changed();
  }

  drawHead(shops, shop) {
    const stamp = JSON.stringify([shops.map((one) => one.name), shop.name, shop.heard, tr("A {platform} on this machine. The bot looks members up here; changes count at once and are gone with the program.", { platform: shop.platform })]);
    if (this.head.dataset.stamp === stamp) return;
    this.head.dataset.stamp = stamp;
    const { platforms } = this.shops.value;
    const options = shops.map((one) => el("option", "", { value: one.name, selected: one === shop }, tr("{name} ({platform})", { name: one.name, platform: platform(one, platforms) })));
    const choice = el("select", "shop-choice", { "aria-label": tr("Choose a shop"), onchange: (event) => this.choose(event.target.value) }, ...options);
    this.head.replaceChildren(shops.length > 1 ? choice : el("h3", "", {}, tr("{name} ({platform})", { name: shop.name, platform: platform(shop, platforms) })), el("p", "empty", {}, tr("A {platform} on this machine. The bot looks members up here; changes count at once and are gone with the program.", { platform: platform(shop, platforms) })), ...(shop.heard ? [] : [el("p", "shop-unheard", {}, tr("It cannot tell the bot what changes here: bot.yaml has no api_token. Write  api_token: ${EVENTS_TOKEN:-}  there."))]), ways(shop, platforms));
  }

  drawMembers() {
    const all = this.members.value?.members ?? [];
    const found = all.filter((member) => [member.name, member.number, member.phone ?? "", member.tier ?? ""].join(" ").toLowerCase().includes(this.sought));
    this.search.hidden = all.length < SEARCH_FROM && !this.sought;
    const rest = found.length - SHOWN;
    const notice = this.members.trouble ? tr("This part cannot be read. Everything else is still here.") : !this.members.value ? "" : rest > 0 ? tr("{number} more: search to find them.", { number: number(rest) }) : found.length ? "" : all.length ? tr("No such member.") : tr("No members yet. Add one, and their phone can be bound.");
    if (this.more.textContent !== notice) this.more.textContent = notice;
    showRows(this.list, found.slice(0, SHOWN).map((member) => ({ key: member.number, stamp: JSON.stringify([member, currentLanguage()]), make: () => this.row(member) })));
  }

  row(member) {
    const points = member.points.reduce((sum, grant) => sum + grant.left, 0);
    const facts = [member.phone ?? tr("no phone"), member.tier, tr("{number} points", { number: number(points) }), member.line_at ? tr("LINE id written by the bot") : null].filter(Boolean).join(" · ");
    const notice = el("span", "member-words", {}, el("bdi", "member-name", {}, member.name || tr("No name")), el("span", "member-facts", {}, facts));
    const side = el("span", "mono member-number", {}, member.number);
    return el("li", "", {}, el("button", "member", { type: "button", "data-part": "edit", onclick: () => this.edit(member) }, face(member.name || "?", member.number, "small"), notice, side));
  }

  /** Change a member, or add one (null), in the list's place. */
  edit(member) {
    const close = async (changed) => {
      this.form = null;
      this.editing.replaceChildren();
      if (changed) await this.members.again();
      this.drawNow();
      (this.list.querySelector(`[data-key="${CSS.escape(member?.number ?? changed ?? "")}"] button`) ?? this.add).focus();
    };
    const at = (id) => `${this.path}/members/${encodeURIComponent(id)}`;
    this.form = memberForm(member, this.friend, {
      save: (id, body) => call("PUT", at(id), body),
      remove: (id) => call("DELETE", at(id), {}),
      taken: (id) => (this.members.value?.members ?? []).some((one) => one.number === id),
      close,
    });
    this.editing.replaceChildren(this.form);
    this.drawNow();
    this.form.querySelector("input:not(:disabled)").focus();
  }
}

/** The other side's pages: the shop's back office, and what our staff see of it. */
function ways(shop, platforms) {
  const way = (address, word) => el("a", "", { href: address, target: "_blank", rel: "noopener" }, word);
  const name = encodeURIComponent(shop.name);
  const office = platforms[shop.platform]?.office ? [way(`shop/${shop.platform}/${name}/office`, tr("Open the shop’s back office"))] : [];
  return el("p", "shop-ways", {}, ...office, way(`/admin/shops/${name}`, tr("Open our staff’s pages, /admin")));
}

const platform = ({ platform: name }, platforms) => platforms[name]?.brand || ({ hook: tr("system of its own") }[name] ?? name);
