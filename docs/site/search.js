// As in conf.py: words, and pairs of neighbouring Chinese characters
var splitQuery = (query) =>
  (query.match(/[㐀-鿿]+|(?:(?![㐀-鿿])[\p{L}\p{N}_])+/gu) || []).flatMap((run) =>
    /[㐀-鿿]{2}/.test(run) ? [...run].slice(1).map((second, at) => run[at] + second) : [run],
  );
window.Stemmer = function () {
  const english = new EnglishStemmer();
  this.stemWord = (word) => (/^[㐀-鿿]/.test(word) ? word + "··" : english.stemWord(word));
};
const summary = Search.makeSearchSummary;
Search.makeSearchSummary = (page, words, anchor) =>
  summary(page, [...words].map((word) => word.replace("··", "")), anchor);

const inChinese = document.documentElement.lang === "zh-TW";
// pages in the reader's language come first
Scorer.score = ([page, , , , score]) => score + (page.endsWith(".zh-TW") === inChinese ? 20 : 0);
if (inChinese)
  Documentation.addTranslations({
    messages: { "Search finished, found one page matching the search query.": ["找到 ${resultCount} 頁。"] },
    plural_expr: "0",
  });
