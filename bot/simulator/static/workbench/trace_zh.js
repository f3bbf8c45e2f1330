// What happened in a turn, in Chinese: the sentences for the rows of `trace_parts.js`.

import { naming, titled } from "./titles.js";
import { partsOfWait } from "./trace_parts.js";

const n = naming((text) => `「${text}」`, { member_card: "會員卡", unbind: "解除綁定" });
const says = (table, key) => (Object.hasOwn(table, key) ? table[key] : n.quote(key));

const NUMBERED = { s: "秒", m: "分鐘", h: "小時", d: "天", w: "週", mo: "個月", y: "年" };
/** `1h30m` → 1 小時 30 分鐘 */
const span = (text) => text.replace(/(\d+)(mo|[smhdwy])/g, (all, number, unit) => ` ${Number(number)} ${NUMBERED[unit]}`).trim();
const WEEKDAYS = { mon: "週一", tue: "週二", wed: "週三", thu: "週四", fri: "週五", sat: "週六", sun: "週日" };
const away = (number, unit) => `${Math.abs(number)} ${NUMBERED[unit]}`;
const heldNames = { quiet: "勿擾時段結束", staff: "客服交還對話", quota: "下個月的則數", late: "明天早上", paused: "流程恢復執行" };
const bindings = { phone: "手機", shop: "商店會員", clerk: "專屬門市人員", member: "會員" };
const ownNews = { sweep: "時間到了，重新檢查分眾與選單", menu_again: "重新確認圖文選單", quota_back: "本月則數又夠了", stopped: "流程停止了", set: "資料更新了", given: "資料準備好了" };

const outcomes = {
  "code sent": "驗證碼簡訊寄出了", "code too_soon": "剛寄過驗證碼，還不能再寄", "code refused": "今天的驗證碼次數用完了", "code failed": "驗證碼簡訊寄不出去",
  "code right": "驗證碼正確", "code wrong": "驗證碼不對", "code locked": "驗證碼錯太多次，鎖住了", "code expired": "驗證碼過期了",
  "member found": "找到會員了", "member missing": "查無會員", "member taken": "這支手機已經綁定了別的 LINE 帳號", "member shop_failed": "商店沒有回應，查不到會員",
  "clerk bound": "綁定專屬門市人員了", "clerk already": "已經有專屬門市人員了", "clerk unknown": "沒有這個門市人員代碼", "clerk suspended": "這位門市人員停用了",
};
const hookEnds = { ok: "回應了", failed: "沒有回應，或回應有錯" };
const outcome = (asked, result) => (asked === "hook" ? `外部系統${hookEnds[result] ?? n.quote(result)}` : says(outcomes, `${asked} ${result}`));

const shopNews = {
  order_placed: "下了訂單", order_paid: "訂單已付款", order_cancelled: "訂單取消", order_refunded: "訂單退款",
  member_registered: "註冊成會員", member_updated: "會員資料有變", tier_changed: "會員等級有變",
};
const anything = (text) => () => text;
const choice = (names) => (subject) => says(names, subject);

/** News that rules may hear, by the trigger's word; `subject`: what it is about. */
const news = {
  follow: choice({ first: "第一次加入好友", again: "重新加入好友", any: "加入好友" }),
  unfollow: anything("封鎖了帳號"), join: anything("帳號被邀進群組"),
  tag_added: (tag) => `加上了標籤${n.quote(tag)}`, tag_removed: (tag) => `拿掉了標籤${n.quote(tag)}`,
  attribute_changed: (key) => `屬性${n.attribute(key)}變了`,
  bound: (kind) => `綁定了${says(bindings, kind)}`, unbound: (kind) => `解除了${says(bindings, kind)}的綁定`,
  shop: (what) => `商店通知：${says(shopNews, what)}`,
  form_sent: (form) => `送出表單${n.form(form)}`, page_opened: (page) => `打開網頁${n.page(page)}`, link: (code) => `打開連結${n.link(code)}`,
  enters: (audience) => `進入分眾${n.quote(audience)}`, leaves: (audience) => `離開分眾${n.quote(audience)}`,
  marketing: choice({ stopped: "不要行銷訊息了", allowed: "願意收行銷訊息了" }),
  signal: (signal) => `收到訊號${n.quote(signal)}`, hook: (hook) => `外部系統${n.quote(hook)}有結果了`,
  staff: choice({ takes_over: "客服接手對話", hands_back: "客服交還對話" }),
  flow_ended: (flow) => `流程${n.flow(flow)}結束了`, ended: (state) => `裡面的流程結束在${n.state(state)}`,
  beacon: choice({ enter: "走進 LINE Beacon 的範圍", banner: "點了 LINE Beacon 的橫幅", stay: "停留在 LINE Beacon 的範圍", any: "LINE Beacon" }),
  account_link: choice({ ok: "帳號連結成功", failed: "帳號連結失敗", any: "帳號連結" }),
  membership: choice({ joined: "加入了會員方案", left: "離開了會員方案", renewed: "續訂了會員方案", any: "會員方案有變" }),
  member_joined: anything("有人加入群組"), member_left: anything("有人離開群組"), unsend: anything("收回了訊息"), message_edited: anything("改了訊息"), video_done: anything("看完了影片"),
  postback: (data) => `按鈕的資料是${n.quote(data)}`, after: (wait) => `時間到了（${waitWords(wait)}）`,
  image: anything("傳了圖片"), video: anything("傳了影片"), audio: anything("傳了聲音"), file: anything("傳了檔案"), location: anything("傳了位置"), sticker: anything("傳了貼圖"),
  code: (result) => outcome("code", result), member: (result) => outcome("member", result), clerk: (result) => outcome("clerk", result),
  ...Object.fromEntries(Object.entries(ownNews).map(([kind, text]) => [kind, anything(text)])),
};

const timers = {
  staff: "客服太久沒有動作", expiry: "標籤到期", menu: "固定的圖文選單到期", result: "等網頁回覆", door: "可以推播了", start: "依日期開始",
};

/** When a timer is due, counted from when the step was come to. */
const waits = {
  nextDay: (at) => `隔天 ${at}`, at: (time, at) => `${span(time)}後的 ${at}`, until: (at) => `等到 ${at}`,
  untilWeekday: (day, at) => `等到${WEEKDAYS[day]} ${at}`, untilMoment: (moment) => `等到 ${moment}`,
  date: (key, number, unit, at) => `${n.attribute(key)}${Number(number) === 0 ? "當天" : `${Number(number) < 0 ? "前" : "後"} ${away(number, unit)}`} ${at}`,
  after: (time) => `${span(time)}後`,
};

function waitWords(wait) {
  const parts = partsOfWait(wait);
  return parts ? waits[parts.key](...parts.values) : wait;
}

const rewrites = {
  merged: "和另一個聯絡人合併了", parted: "合併復原了", phone_came: "手機從另一個 LINE 帳號移過來了", phone_went: "手機移到另一個 LINE 帳號了",
  phone_came_back: "手機移回來了", phone_lost: "手機已經是另一位會員的",
};
const tagged = (text) => text.split(" ").map((tag) => `${tag.startsWith("-") ? "拿掉" : "加上"}${n.quote(tag.slice(1))}`).join("、");

const heard = {
  message: (kind, kinds) => `傳了${kinds}`, taps: (label) => `按了「${label}」`,
  event: (what) => ({ follows: "加入好友", unblocks: "解除封鎖", blocks: "封鎖了帳號", joins: "帳號被邀進群組", unfollow: "封鎖了帳號" })[what] ?? rewrites[what.replaceAll(" ", "_")],
  staff: (how) => (how === "hand back" ? "客服交還對話" : "客服接手對話"),
  staffUnbind: (kind) => `客服解除${says(bindings, kind)}的綁定`, staffBind: () => "客服綁定手機", staffDraw: (split, group) => `客服把分流${n.quote(split)}換到${n.quote(group)}`, staffTag: (tags) => `客服改標籤：${tagged(tags)}`, staffSet: (key) => `客服改屬性${n.attribute(key)}`, staffClear: (key) => `客服清掉屬性${n.attribute(key)}`,
  timer: (timer) => `時間到：${timer}`, link: (code) => `打開連結${n.link(code)}`, page: (page) => `打開網頁${n.page(page)}`, form: (form) => `送出表單${n.form(form)}`,
  hook: (hook, result) => `外部系統${n.quote(hook)}${hookEnds[result] ?? n.quote(result)}`,
  outcome: (asked, result) => outcome(asked, result), news: (kind, subject) => (Object.hasOwn(news, kind) ? news[kind](subject ?? "") : `LINE 的事件${n.quote(kind)}`),
};

export const trace = {
  waitWords, timerNames: timers, newsNames: shopNews, heard, bindings,
  timerOf: (flow, timer) => `流程「${titled("flow", flow)}」，${timer}`, startedBy: (flow) => `流程「${titled("flow", flow)}」依日期開始`,
  begunBy: (flow, audience) => `流程「${titled("flow", flow)}」開始（進入了分眾「${audience}」）`,
  heldBy: (what) => `先暫緩，等${heldNames[what] ?? what}`,
};
