// What happened in a turn, in Chinese: the sentences for the rows of `trace_parts.js`.

import { naming, titled } from "./titles.js";
import { partsOfWait } from "./trace_parts.js";

const n = naming((text) => `「${text}」`, { member_card: "會員卡", unbind: "解除綁定" });
const several = (names, by = "、") => names.split(/ or |, /).map(n.quote).join(by);
const says = (table, key) => (Object.hasOwn(table, key) ? table[key] : n.quote(key));

const NUMBERED = { s: "秒", m: "分鐘", h: "小時", d: "天", w: "週", mo: "個月", y: "年" };
/** `1h30m` → 1 小時 30 分鐘 */
const span = (text) => text.replace(/(\d+)(mo|[smhdwy])/g, (all, number, unit) => ` ${Number(number)} ${NUMBERED[unit]}`).trim();
/** `once_per`, as its table has it or as a span. */
const often = (limit) => ({ person: "每人一次", conversation: "每段對話一次", day: "每人每天一次" })[limit] ?? `每人 ${span(limit)}一次`;
const WEEKDAYS = { mon: "週一", tue: "週二", wed: "週三", thu: "週四", fri: "週五", sat: "週六", sun: "週日" };
const away = (number, unit) => `${Math.abs(number)} ${NUMBERED[unit]}`;
const YES_NO = { true: "是", false: "否" };
const value = (text) => (Object.hasOwn(YES_NO, text) ? YES_NO[text] : n.quote(text));

const heldNames = { quiet: "勿擾時段結束", staff: "客服交還對話", quota: "下個月的則數", late: "明天早上", paused: "流程恢復執行" };
const skippedNames = {
  "marketing stopped": "客人不要行銷訊息", blocked: "客人封鎖了帳號", late: "太晚了", quiet: "勿擾時段",
  max_pushes: "這個流程的推播則數用完了", pushes_per_person: "這位客人最近收太多則了", standby: "真人客服或別的系統正在回覆",
};
const stopNames = { paused: "流程暫停中", closed: "流程已關閉", stopped: "流程已停止", "not yet active": "活動還沒開始", "no longer active": "活動已經結束", "is in it already": "已經在這個流程裡了" };
const endNames = { ...skippedNames, ...stopNames, exit: "依劇本離開", unbound: "解除了綁定" };
const bindings = { phone: "手機", shop: "商店會員", clerk: "專屬門市人員", member: "會員" };
const credits = { none: "沒有", low: "快用完了", fine: "足夠" };
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

const tests = {
  order: (sign, number) => `${sign} ${number}`, known: (how) => (how === "known" ? "有值" : "沒有值"),
  text: (how, text) => `${how === "contains" ? "包含" : "開頭是"}${n.quote(text)}`,
  ago: (how, time) => ({ within: `${span(time)}內`, over: `超過 ${span(time)}以前`, in_next: `接下來 ${span(time)}內` })[how],
  daysAgo: (days) => `${days} 天前`, inDays: (days) => (days === "0" ? "今天" : `${days} 天後`), anniversary: (days) => (days === "0" ? "週年就在今天" : `再 ${days} 天就是週年`),
  inMonth: (month) => (month === "this" ? "這個月" : month === "next" ? "下個月" : `${month} 月`), during: (hours) => `在${n.quote(hours)}`,
  today: (away) => (away ? `今天 ${away.replace(/([+-]\d+)(mo|d)/g, (all, number, unit) => `${number} ${NUMBERED[unit]}`)}` : "今天"), is: (text) => value(text),
};

const contactFields = {
  name: "姓名", language: "語言", phone: "手機", email: "Email", member_no: "會員編號", friend: "是好友", marketing: "願意收行銷訊息", followed: "加入好友的時間",
  last_seen: "上次出現的時間", last_push: "上次推播的時間", last_staff: "上次找客服的時間", last_order: "上次下單的時間", clerk: "專屬門市人員", clerk_since: "綁定門市人員的時間",
};
const eventFields = {
  seconds: "還要等幾秒", waiting: "前一則還沒用", amount: "金額", result: "結果", tag: "標籤", by: "由誰", old: "原來的值", new: "新的值", at: "結束在哪一步", date: "日期", time: "時間", date_time: "日期和時間", address: "地址", title: "名稱",
};
const subjects = {
  attribute: (key) => `屬性${n.attribute(key)}`, contact: (field) => says(contactFields, field), answer: (name) => `${n.state(name)}的回答`, event: (field) => says(eventFields, field),
};

/** What decided a condition, as a fact. */
const reasons = {
  nothingAsked: () => "沒有任何條件",
  tagOff: (tags) => `沒有標籤${several(tags, "或")}`, tagExpired: (tags) => `標籤${several(tags)}已經過期`, tagOn: (tags, since) => `有標籤${several(tags, "或")}（${since} 起）`,
  bound: (kind, others, yes) => `${yes === "yes" ? "已綁定" : "還沒有綁定"}${[kind, ...(others ?? "").split(" or ").filter(Boolean)].map((one) => says(bindings, one)).join("或")}`,
  boundBefore: (yes) => (yes === "yes" ? "以前綁定過手機" : "從來沒有綁定過手機"),
  during: (hours, yes) => `現在${yes === "yes" ? "是" : "不是"}${n.quote(hours)}`,
  onList: (list, yes) => `${yes === "yes" ? "在" : "不在"}名單${n.quote(list.replace(/@.*$/, ""))}裡`,
  channel: (wanted, here) => `官方帳號是${n.channel(here)}（要的是${wanted.split(" or ").map(n.channel).join("或")}）`,
  split: (split, groups, yes) => `在分流${n.quote(split)}裡${yes === "yes" ? "分到" : "沒有分到"}${several(groups, "或")}`,
  inFlow: (flows, states, yes) => `${yes === "yes" ? "正在" : "不在"}流程${flows.split(" or ").map(n.flow).join("或")}${states ? `的${states.split(" or ").map((state) => n.state(state, flows)).join("或")}` : ""}裡`,
  noClerk: () => "沒有專屬門市人員", store: (wanted, found) => `專屬門市是${n.store(found)}（要的是${wanted.split(" or ").map(n.store).join("或")}）`,
  staff: (asked, yes) => ((asked === "true") === (yes === "yes") ? "客服正在處理對話" : "客服沒有在處理對話"), smsCredit: (wanted, found) => `簡訊點數${credits[found]}`,
  noSetting: () => "沒有這個設定", setting: (name, found) => `設定${n.quote(name)}是${value(found)}`,
  tested: (kind, name, wanted, found) => `${subjects[kind](name)}${foundWords(found)}（條件：${wanted}）`,
};
const foundWords = (found) => (found === "not known" ? "還不知道" : found === "known, private" ? "有，內容不顯示" : `是${value(found.replace(/^it is /, ""))}`);

const lost = {
  "the event belongs to another channel": "這件事不是在這個官方帳號發生的", "its reply token is too old": "超過一分鐘，不能再用免費的回覆", "the event has no reply token": "不是客人剛傳訊息來，沒有免費的回覆可用",
};
const noticeNames = { phone_moved: "手機號碼已改綁定到另一個 LINE 帳號" };
const rewrites = {
  merged: "和另一個聯絡人合併了", parted: "合併復原了", phone_came: "手機從另一個 LINE 帳號移過來了", phone_went: "手機移到另一個 LINE 帳號了",
  phone_came_back: "手機移回來了", phone_lost: "手機已經是另一位會員的",
};
const messages = (number) => `${number} 則`;
const tagged = (text) => text.split(" ").map((tag) => `${tag.startsWith("-") ? "拿掉" : "加上"}${n.quote(tag.slice(1))}`).join("、");

/** A step that was heard: the person's own words, or news. */
const because = (heard, said) => {
  const found = /^(\w+): (.*)$/s.exec(heard) ?? [null, heard, ""];
  if (said === heard || !Object.hasOwn(news, found[1])) return n.quote(heard);
  return news[found[1]](found[2]);
};

const steps = {
  rule: (heard, said) => (heard ? `符合規則：${because(heard, said)}` : "符合規則"), ruleOfRest: () => "沒有符合的規則，用預設回答（anything_else）", branch: () => "符合這個分支",
  if: () => "條件不成立", unless: () => "符合排除的條件，所以不做", oncePer: (limit) => `這條規則設了「${often(limit)}」，這次跳過${limit === "day" ? "；隔天 00:00 以後才會再回" : ""}`, flowOncePer: (flow, limit) => `流程${n.flow(flow)}設了「${often(limit)}」，這次不開始`,
  notYet: (moment) => `這條規則從 ${moment} 開始，還沒到，這次跳過`, over: (moment) => `這條規則到 ${moment} 為止，已經過了，這次跳過`, noneLeft: (most) => `這條規則只給前 ${most} 名，名額已滿，這次跳過`, placeTaken: () => "拿到一個名額",
  tapped: (label) => `按了${n.quote(label)}`, tapUnknown: () => "這個按鈕劇本裡已經沒有了",
  linkOpened: (code) => `從連結${n.link(code)}來`, linkUnknown: (code) => `連結${n.link(code)}已經不在了`,
  marketingWord: (how) => (how === "stopped" ? "客人表示不要行銷訊息" : "客人表示願意收行銷訊息"),
  answer: () => "收到客人的回答", ask: () => "送出問題", otherwise: () => "答案不符，送出提示文字", tries: () => "答錯太多次",
  nobodyHears: () => "沒有符合的規則", postbackUnknown: () => "沒有規則處理這個按鈕",
  stateLost: (flow, state) => `流程${n.flow(flow)}已經沒有步驟${n.state(state, flow)}`, state: (state, flow) => `進到${n.state(state, flow)}這一步（流程${n.flow(flow)}）`,
  movedOut: (from) => `劇本改了：從${n.state(from)}離開流程`, moved: (to, from) => `劇本改了：從${n.state(from)}移到${n.state(to)}`,
  flowEnded: (flow, at) => `流程${n.flow(flow)}結束在${Object.hasOwn(endNames, at) ? n.quote(endNames[at]) : n.state(at, flow)}`,
  flowStopped: (flow) => `流程${n.flow(flow)}停止了`, flowLeft: (flow, cause) => `離開流程${n.flow(flow)}：當初讓它開始的事已經取消（${undone(cause)}）`,
  start: (flow) => `開始流程${n.flow(flow)}`, startNot: (flow, why) => `流程${n.flow(flow)}沒有開始：${stopNames[why]}`,
  startOver: (flow, moment) => `流程${n.flow(flow)}沒有開始：知道日期的時候，${moment} 已經過了`, startLate: (flow, moment) => `流程${n.flow(flow)}晚了才開始：知道日期的時候，${moment} 已經過了`,
  startNotIn: (flow, audience) => `流程${n.flow(flow)}沒有開始：已經不在分眾${n.quote(audience)}裡`, startWaits: (flow, moment) => `流程${n.flow(flow)}等到 ${moment} 開始`,
  split: (group, split) => `分流${n.quote(split)}換到${n.quote(group)}`,
  exit: (number) => `離開 ${number} 個流程`, exitNone: () => "本來就不在任何流程裡", raise: (signal) => `發出訊號${n.quote(signal)}`,
  held: (by) => `先暫緩，等${heldNames[by] ?? by}`, timerWaits: () => "流程暫停中，恢復之後才繼續", timerStale: () => "這個等待已經取消",
  pushWaits: (flow) => `推播先暫緩：等流程${n.flow(flow)}的結果先回`, pushSkipped: (why) => `略過推播：${skippedNames[why] ?? why}`,
  replyLost: (why) => `回覆送不出去：${lost[why] ?? why.replace(/^(\d+) over (\d+) messages$/, "一次最多 $2 則，多了 $1 則")}`, replyDropped: () => "不回覆：真人客服或別的系統正在回覆",
  reply: (number) => `回覆 ${messages(number)}`, push: (number) => `推播 ${messages(number)}`, show: (number) => `網頁顯示 ${messages(number)}`,
  messageNotSent: (card) => `卡片${n.quote(card)}有一則訊息沒有送出：填入資料之後，LINE 不會收`,
  tapLeftOut: (tap, page) => `按鈕${n.quote(tap)}沒有放上去：網頁${n.page(page)}在這裡關閉或暫停中`, tapBroken: () => "有一個按鈕沒有放上去：它的網址現在用不了",
  notice: (what) => `告訴客人：${says(noticeNames, what)}`,
  resultDone: () => "告訴客人結果", resultWaits: () => "等網頁替客人說出結果，最多一分鐘", resultNotSaid: () => "結果由外層的流程回覆", resultWithdrawn: () => "不回結果：綁定已經先取消", resultLost: () => "結果送不出去：劇本裡已經沒有了",
  closedSaid: () => "告訴客人這個網頁暫時關閉", pageNotOpened: (flow, missing) => `網頁沒有打開：流程${n.flow(flow)}還缺${several(missing)}`,
  pageUnknown: (page) => `沒有網頁${n.page(page)}`, pageAsksNothing: (page) => `網頁${n.page(page)}現在沒有問題要回答`, pageStale: () => "這個答案回的是上一題，沒有採用", askedOnPage: (page) => `網頁${n.page(page)}正在問這個，請客人到那裡回答`,
  formKept: (form) => `收到表單${n.form(form)}`, formClosed: (form) => `表單${n.form(form)}已經關閉`, formSentBefore: (form) => `表單${n.form(form)}已經填過，不能再填一次`, formFieldWrong: (number) => `表單的第 ${number} 個欄位不正確`,
  tagsAdded: (tags) => `加上標籤${several(tags)}`, tagsThere: () => "標籤本來就有", tagsRemoved: (tags) => `拿掉標籤${several(tags)}`, tagsNotThere: () => "本來就沒有這些標籤",
  set: (key) => `記下屬性${n.attribute(key)}`, setSame: (key) => `屬性${n.attribute(key)}本來就是這樣`, setRefused: (key) => `屬性${n.attribute(key)}不能是這個值`,
  increase: (key, by) => `屬性${n.attribute(key)}加 ${by}`, increaseRefused: (key) => `屬性${n.attribute(key)}太大了，存不下`, cleared: (key) => `清掉屬性${n.attribute(key)}`, clearedNothing: (key) => `本來就不知道屬性${n.attribute(key)}`,
  marketing: (how) => (how === "stopped" ? "不再送行銷訊息" : "可以送行銷訊息"),
  menuNone: () => "沒有條件成立的圖文選單", menu: (menu) => `換上圖文選單${n.quote(menu)}`, pinMenu: (menu) => `固定圖文選單${n.quote(menu)}`, unpinMenu: () => "不再固定圖文選單",
  loading: (seconds) => `顯示「正在輸入」${seconds} 秒`, notifyStaff: () => "通知客服", note: () => "記了一筆", handOver: () => "交給客服", handBack: () => "交還給機器人",
  staffSilent: () => "客服正在處理這段對話，機器人先不回覆", inGroup: (how) => ({ leaves: "離開群組：劇本設定不留在群組裡", silent: "群組裡不回答" })[how],
  notAsked: () => "沒有去問：沒有值，或已經沒有人在等結果",
  call: (hook) => `問外部系統${n.quote(hook)}，等它回應`, sendCode: () => "請簡訊商寄驗證碼，等它回應", checkCode: () => "核對驗證碼", findMember: () => "找會員，等結果",
  moveMember: () => "把手機移過來，等結果", refreshMember: () => "重讀會員資料，等商店回應", bindClerk: () => "查門市人員代碼，等結果",
  findNotProven: () => "沒有找會員：這次還沒有答對驗證碼", moveNotProven: () => "沒有移手機：還不知道生日", notBound: () => "沒有綁定：這次沒有找到會員", bound: () => "綁定完成",
  unbound: (kind) => `解除${says(bindings, kind)}的綁定`, wasNotBound: (kind) => `本來就沒有綁定${says(bindings, kind)}`, phoneWasNotBound: () => "本來就沒有綁定手機", unbindUnknown: () => "不是解除綁定頁上的按鈕，沒有解除",
  memberLapsed: () => "會員保留的時間過了，要重找一次", memberLeftOut: () => "不是這位會員的資料，或已經解除綁定，沒有採用",
  lateOutcome: (asked, flow) => `結果來得太晚：流程${n.flow(flow)}已經往下走了`, outcome: (asked, result) => `${outcome(asked, result)}，目前沒有流程在等這個結果`,
  rewritten: (what) => rewrites[what], chainCut: () => "一次觸發太多步驟，到這裡停止",
};

const undone = (cause) => because(cause.replace(/^(\w+) /, "$1: "), null);

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
  steps, reasons, tests, waitWords, timerNames: timers, newsNames: shopNews, heard, bindings, heldNames, skippedNames,
  timerOf: (flow, timer) => `流程「${titled("flow", flow)}」，${timer}`, startedBy: (flow) => `流程「${titled("flow", flow)}」依日期開始`,
  begunBy: (flow, audience) => `流程「${titled("flow", flow)}」開始（進入了分眾「${audience}」）`,
  heldBy: (what) => `先暫緩，等${heldNames[what] ?? what}`,
  answersLater: {
    call: "等外部系統回應，才會回覆", sendCode: "等驗證碼簡訊寄出，才會回覆", checkCode: "等驗證碼核對完，才會回覆", findMember: "等會員查到，才會回覆",
    moveMember: "等手機移過來，才會回覆", refreshMember: "等商店的會員資料，才會回覆", bindClerk: "等門市人員查到，才會回覆",
  },
};
