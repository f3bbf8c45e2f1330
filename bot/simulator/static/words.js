// Every word on the page, in both languages.

const zh = {
  phone: "手機",
  chat: "對話",
  more: "其他訊息",
  say: "訊息",
  sayHint: "輸入訊息",
  send: "傳送",
  title: "模擬器",
  pageTitle: (name) => (name ? `${name} · 模擬器` : "模擬器"),
  lead: "這台電腦裡的一支手機。訊息只在這裡，不會傳到任何地方。",
  bench: "工作台",
  account: "官方帳號",
  channel: "選擇官方帳號",
  friends: "好友",
  happened: "發生了什麼",
  nothing: "還沒有事情發生。在手機上做點什麼，機器人收到什麼、回了什麼，都會列在這裡。",
  otherLanguage: "English",
  theme: { auto: "外觀：自動", light: "外觀：淺色", dark: "外觀：深色" },
  as: (name) => `以「${name}」的身分`,
  usage: (used, quota) => (quota === null ? `本月付費訊息 ${used} 則` : `本月付費訊息 ${used}／${quota} 則`),
  names: ["小美", "阿明", "怡君", "志豪", "雅婷", "家豪", "淑芬", "建宏"],
  nameNumber: (n) => `好友 ${n}`,
  addPerson: "新增好友",
  displayName: "顯示名稱",
  block: "封鎖",
  unblock: "解除封鎖",
  follow: "加入好友",
  invite: "邀請進群組",
  groupName: "測試群組",
  welcomeNobody: "這是一個還沒有人認識的官方帳號。\n加入好友，就能像客人一樣跟機器人說話。",
  welcomeStranger: (name) => `「${name}」還不是好友。\n加入後，機器人就會收到「加入好友」事件。`,
  blocked: (name) => `「${name}」封鎖了這個帳號：收不到訊息，也不能說話。`,
  freshMessage: "有新訊息",
  read: "已讀",
  sending: "傳送中",
  retrying: "重送中",
  failed: "未送達",
  redeliver: "再送一次",
  redeliverThis: "訊息未送達，再送一次",
  today: "今天",
  yesterday: "昨天",
  sendSticker: "貼圖",
  sendImage: "圖片",
  sendLocation: "位置",
  youSaid: { sticker: "你傳了貼圖", image: "你傳了圖片", location: "你傳了位置" },
  botSays: (name, text) => `${name}：${text}`,
  botTyping: (name) => `${name}正在輸入`,
  kinds: {
    text: "文字", textV2: "文字", sticker: "貼圖", image: "圖片", video: "影片", audio: "聲音", file: "檔案",
    location: "位置", imagemap: "圖文訊息", template: "按鈕訊息", flex: "Flex 訊息", coupon: "優惠券",
  },
  otherKind: (type) => `${type} 訊息`,
  notDrawn: "模擬器還畫不出這種訊息",
  events: {
    follow: "加入好友", unfollow: "封鎖", postback: "按了按鈕", join: "邀請進群組",
  },
  eventOf: (who, what) => (who ? `${who}：${what}` : what),
  saidOf: (who, text) => `${who}：「${text}」`,
  messageOf: (kind) => `傳了${kind}`,
  calls: {
    reply: (n) => `回覆 ${n} 則訊息`, push: (n) => `推播 ${n} 則訊息`, multicast: (n) => `群發 ${n} 則訊息`,
    profile: () => "查詢個人資料", loading: () => "顯示「正在輸入」", leave: () => "離開群組",
    validate: () => "檢查訊息格式", content: () => "下載內容", "set-endpoint": () => "設定 Webhook 網址",
    "test-webhook": () => "測試 Webhook",
  },
  failedCalls: { reply: "回覆", push: "推播", multicast: "群發" },
  otherCall: (name) => `呼叫 ${name}`,
  refused: (what) => `${what}被拒絕`,
  free: "免費",
  paid: (n) => `付費 ${n} 則`,
  toBot: "送到機器人",
  fromBot: "機器人的呼叫",
  took: (status, ms) => `${status} · ${ms} 毫秒`,
  trouble: {
    status: (status) => `機器人回應 HTTP ${status}`,
    timeout: () => "機器人 2 秒內沒有回應",
    unreachable: () => "連不上機器人",
  },
  againIn: (seconds) => `${seconds} 秒後再送`,
  givenUp: (tries) => `送了 ${tries} 次都沒有成功，不再自動重送`,
  delivered: (tries) => `第 ${tries} 次送達`,
  reasons: {
    "Invalid reply token": "回覆權杖無效：用過了、超過一分鐘，或不是這個帳號的",
    "You have reached your monthly limit.": "本月付費訊息已用完",
    "Failed to send messages": "這個帳號不認識收件人",
    "The retry key is already accepted": "同一個重試鍵已經送過，沒有再送一次",
    "Not found": "LINE 查不到",
  },
  unauthorised: "存取權杖不正確",
  offline: "與模擬器的連線中斷，正在重新連線。打到一半的字會留著。",
  botSilent: "機器人沒有收到剛才的動作。模擬器會自動再送，不必重打。",
  botGone: "機器人一直沒有收到。請確認它正在執行，再按紅色驚嘆號重送。",
  errors: {
    offline: "送不出去：與模擬器的連線中斷。字還在，連線後再送。",
    invalid: "這段文字或名稱太長或是空的。名稱最多 20 個字。",
    standing: "這位好友現在不能這麼做。",
    unknown: "找不到這位好友。模擬器可能重新啟動過，請重新整理。",
    full: "好友太多了。",
    other: "模擬器發生錯誤，請再試一次。",
  },
};

const en = {
  phone: "Phone",
  chat: "Conversation",
  more: "Other messages",
  say: "Message",
  sayHint: "Type a message",
  send: "Send",
  title: "Simulator",
  pageTitle: (name) => (name ? `${name} · Simulator` : "Simulator"),
  lead: "A phone inside this computer. Messages stay here and go nowhere else.",
  bench: "Workbench",
  account: "Official account",
  channel: "Choose an official account",
  friends: "Friends",
  happened: "What happened",
  nothing: "Nothing yet. Do something on the phone: what the bot receives and what it answers is listed here.",
  otherLanguage: "中文",
  theme: { auto: "Theme: auto", light: "Theme: light", dark: "Theme: dark" },
  as: (name) => `as ${name}`,
  usage: (used, quota) => (quota === null ? `Paid messages this month: ${used}` : `Paid messages this month: ${used} of ${quota}`),
  names: ["Mei", "Ming", "Grace", "Howard", "Tina", "Jack", "Sophie", "Ken"],
  nameNumber: (n) => `Friend ${n}`,
  addPerson: "New friend",
  displayName: "Display name",
  block: "Block",
  unblock: "Unblock",
  follow: "Add friend",
  invite: "Invite to a group",
  groupName: "Test group",
  welcomeNobody: "Nobody knows this official account yet. Add it as a friend and talk to the bot as a customer would.",
  welcomeStranger: (name) => `${name} is not a friend yet. Once added, the bot receives a follow event.`,
  blocked: (name) => `${name} has blocked this account: no message arrives, and none can be written.`,
  freshMessage: "new message",
  read: "Read",
  sending: "Sending",
  retrying: "Retrying",
  failed: "Not delivered",
  redeliver: "Deliver again",
  redeliverThis: "Message not delivered, deliver again",
  today: "Today",
  yesterday: "Yesterday",
  sendSticker: "Sticker",
  sendImage: "Picture",
  sendLocation: "Location",
  youSaid: { sticker: "You sent a sticker", image: "You sent a picture", location: "You sent a location" },
  botSays: (name, text) => `${name}: ${text}`,
  botTyping: (name) => `${name} is typing`,
  kinds: {
    text: "text", textV2: "text", sticker: "sticker", image: "picture", video: "video", audio: "sound", file: "file",
    location: "location", imagemap: "imagemap", template: "template", flex: "Flex", coupon: "coupon",
  },
  otherKind: (type) => type,
  notDrawn: "The simulator cannot draw this kind yet",
  events: { follow: "added the account", unfollow: "blocked the account", postback: "tapped a button", join: "took the account into a group" },
  eventOf: (who, what) => (who ? `${who} ${what}` : what),
  saidOf: (who, text) => `${who}: “${text}”`,
  messageOf: (kind) => `sent a ${kind} message`,
  calls: {
    reply: (n) => `Replied with ${plural(n)}`, push: (n) => `Pushed ${plural(n)}`, multicast: (n) => `Multicast ${plural(n)}`,
    profile: () => "Asked for the profile", loading: () => "Showed the typing sign", leave: () => "Left the group",
    validate: () => "Validated messages", content: () => "Downloaded content", "set-endpoint": () => "Set the webhook URL",
    "test-webhook": () => "Tested the webhook",
  },
  failedCalls: { reply: "Reply", push: "Push", multicast: "Multicast" },
  otherCall: (name) => `Called ${name}`,
  refused: (what) => `${what}: refused`,
  free: "free",
  paid: (n) => `${n} paid`,
  toBot: "to the bot",
  fromBot: "call of the bot",
  took: (status, ms) => `${status} · ${ms} ms`,
  trouble: {
    status: (status) => `The bot answered HTTP ${status}`,
    timeout: () => "The bot did not answer within 2 seconds",
    unreachable: () => "The bot cannot be reached",
  },
  againIn: (seconds) => `again in ${seconds} s`,
  givenUp: (tries) => `${tries === 1 ? "tried once" : `tried ${tries} times`}, not repeated by itself any more`,
  delivered: (tries) => `delivered at try ${tries}`,
  reasons: {
    "Invalid reply token": "Invalid reply token: used, older than a minute, or of another account",
    "You have reached your monthly limit.": "This month's paid messages are used up",
    "Failed to send messages": "This account does not know the recipient",
    "The retry key is already accepted": "This retry key was accepted before; nothing was sent again",
    "Not found": "Not found",
  },
  unauthorised: "The access token is wrong",
  offline: "The connection to the simulator is lost; reconnecting. What you have typed stays.",
  botSilent: "The bot has not received that. The simulator will deliver it again; no need to retype.",
  botGone: "The bot never received that. Make sure that it runs, then press the red mark to deliver it again.",
  errors: {
    offline: "Not sent: the connection to the simulator is lost. The text is still here; send it once connected.",
    invalid: "The text or name is empty or too long. A name has at most 20 characters.",
    standing: "This friend cannot do that now.",
    unknown: "No such friend. The simulator may have been restarted: reload the page.",
    full: "There are too many friends.",
    other: "The simulator failed. Please try again.",
  },
};

function plural(n) {
  return n === 1 ? "1 message" : `${n} messages`;
}

const BOTH = { "zh-TW": zh, en };
let language = "zh-TW";

export const words = () => BOTH[language];
export const currentLanguage = () => language;

/** Switch the language and rewrite the page's fixed words. */
export function speak(wanted) {
  language = wanted in BOTH ? wanted : "zh-TW";
  const w = words();
  document.documentElement.lang = language;
  for (const node of document.querySelectorAll("[data-word]")) node.textContent = w[node.dataset.word];
  for (const node of document.querySelectorAll("[data-label]")) node.setAttribute("aria-label", w[node.dataset.label]);
  for (const node of document.querySelectorAll("[data-hint]")) node.placeholder = w[node.dataset.hint];
}

/** 下午3:05 */
export const clockTime = (at) => new Intl.DateTimeFormat(language, { hour: "numeric", minute: "2-digit" }).format(at);
export const clockSeconds = (at) =>
  new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" }).format(at);
export const number = (n) => new Intl.NumberFormat(language).format(n);

/** 今天, 昨天, or the date with its weekday. */
export function dayName(at, now) {
  const days = Math.round((new Date(now).setHours(0, 0, 0, 0) - new Date(at).setHours(0, 0, 0, 0)) / 86_400_000);
  if (days === 0) return words().today;
  if (days === 1) return words().yesterday;
  return new Intl.DateTimeFormat(language, { month: "long", day: "numeric", weekday: "short" }).format(at);
}
