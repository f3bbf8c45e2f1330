// What happened in a turn, in Chinese: the sentences for the rows of `trace_parts.js`.

import { naming, titled } from "./titles.js";
import { partsOfWait } from "./trace_parts.js";

const n = naming((text) => `「${text}」`, { member_card: "會員卡", unbind: "解除綁定" });

const NUMBERED = { s: "秒", m: "分鐘", h: "小時", d: "天", w: "週", mo: "個月", y: "年" };
/** `1h30m` → 1 小時 30 分鐘 */
const span = (text) => text.replace(/(\d+)(mo|[smhdwy])/g, (all, number, unit) => ` ${Number(number)} ${NUMBERED[unit]}`).trim();
const WEEKDAYS = { mon: "週一", tue: "週二", wed: "週三", thu: "週四", fri: "週五", sat: "週六", sun: "週日" };
const away = (number, unit) => `${Math.abs(number)} ${NUMBERED[unit]}`;
const heldNames = { quiet: "勿擾時段結束", staff: "客服交還對話", quota: "下個月的則數", late: "明天早上", paused: "流程恢復執行" };
const bindings = { phone: "手機", shop: "商店會員", clerk: "專屬門市人員", member: "會員" };

const shopNews = {
  order_placed: "下了訂單", order_paid: "訂單已付款", order_cancelled: "訂單取消", order_refunded: "訂單退款",
  member_registered: "註冊成會員", member_updated: "會員資料有變", tier_changed: "會員等級有變",
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

export const trace = {
  waitWords, timerNames: timers, newsNames: shopNews, bindings,
  timerOf: (flow, timer) => `流程「${titled("flow", flow)}」，${timer}`, startedBy: (flow) => `流程「${titled("flow", flow)}」依日期開始`,
  begunBy: (flow, audience) => `流程「${titled("flow", flow)}」開始（進入了分眾「${audience}」）`,
  heldBy: (what) => `先暫緩，等${heldNames[what] ?? what}`,
};
