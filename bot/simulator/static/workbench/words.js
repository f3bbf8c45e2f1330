// The workbench's words, in both languages.

export { en } from "./words_en.js";
export { zh } from "./words_zh.js";
