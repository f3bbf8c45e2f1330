// What a card says that its maker did not write.

import { currentLanguage } from "../words.js";

const zh = {
  otherHost: (host) => host || "圖片",
  noPicture: "沒有這張圖",
  unknownPart: (type) => (type ? `不認得「${type}」` : "這裡不是元件"),
  misplaced: (type) => `「${type}」不能放在這裡`,
  tooDeep: "太多層了，不再畫下去",
  empty: "空的卡片",
  strange: (names) => `LINE 不認得：${names}`,
  more: (n) => `，還有 ${n} 個`,
  tooMany: (n) => `LINE 最多 12 張，這裡有 ${n} 張`,
  carousel: (n) => `輪播，${n} 張卡片`,
  picture: "圖片",
  play: "播放影片",
  again: "重播",
  filmElsewhere: (host) => `影片在 ${host || "別處"}，模擬器不會去拿`,
  tap: "點一下",
};

const en = {
  otherHost: (host) => host || "picture",
  noPicture: "No such picture",
  unknownPart: (type) => (type ? `"${type}" is not known` : "No component here"),
  misplaced: (type) => `"${type}" cannot be here`,
  tooDeep: "Nested too deep to be drawn",
  empty: "An empty card",
  strange: (names) => `LINE does not know: ${names}`,
  more: (n) => ` and ${n} more`,
  tooMany: (n) => `LINE takes 12 bubbles, here are ${n}`,
  carousel: (n) => `Carousel of ${n} cards`,
  picture: "Picture",
  play: "Play the video",
  again: "Play again",
  filmElsewhere: (host) => `The video is at ${host || "another host"}; the simulator does not ask for it`,
  tap: "Tap",
};

export const words = () => (currentLanguage() === "en" ? en : zh);
