// The words of what can go wrong on purpose, in Chinese as it is written in Taiwan.

export const faults = {
  faultsOnTitle: "開著的故障",
  faultOf: (whose, what) => `${whose}：${what}`,
  faultAtShop: (shop, what) => `商店「${shop}」：${what}`,
  faultOfHook: (hook) => `串接「${hook}」：失敗`,
  shopFaultsThere: "讓商店出狀況（在「故障」裡）",
  faultsIntro: "給工程師：故意讓 LINE、簡訊或商店出狀況，看機器人怎麼應付。寫劇本用不到，不會用就不用開。開著的故障會一直有效，直到關掉。",
  allWell: "全部恢復正常",
  faultSign: (names) => `故障中：${names}`,
  faultGroups: { answer: "LINE 怎麼回答機器人", slow: "LINE 回得多慢", deliver: "Webhook 怎麼送到" },
  faultNames: {
    none: "正常",
    answer: { 500: "500 內部錯誤", 429: "429 太多請求", quota: "本月額度用完", token: "存取權杖過期" },
    slow: (seconds) => `慢 ${seconds} 秒`,
    deliver: { twice: "每件送兩次", late: "順序顛倒" },
  },
  faultExpect: {
    answer: {
      500: "機器人會再試：回覆試 50 秒，推播用同一個 retry key 試 23 小時。關掉後就送到，不會送兩次；來不及的列為失敗。",
      429: "機器人會等一等再送：回覆等 50 秒，推播等 23 小時。關掉後就送到；來不及的列為失敗。",
      quota: "推播不再重試，列為失敗。回覆免費，照常送達。",
      token: "每次都回 401。機器人會換新權杖再試；用固定權杖的，要由人更換。",
    },
    slow: "訊息照樣送到，只是 LINE 晚回應。機器人仍在 2 秒內收到 Webhook，別人不必等；等不到回應的會再試，不會送兩次。",
    deliver: { twice: "機器人認得同一個事件編號，只回一次。", late: "同一個人的兩個事件對調。兩個都會處理，一個都不會漏。" },
  },
  liffOf: (name) => `「${name}」的手機怎麼打開網頁（LIFF）`,
  liffFaults: {
    permission: "不允許網頁代傳訊息", elsewhere: "不是從聊天室打開", computer: "在電腦版 LINE 打開", browser: "在 LINE 以外的瀏覽器打開",
    expired: "登入憑證過期", stranger: "還不是好友", other: "由 JSON 介面另外設定",
  },
  liffExpect: {
    permission: "網頁無法代客人傳出觸發訊息，結果改用推播，一分鐘內送到一次。",
    elsewhere: "網頁同樣無法代客人傳出觸發訊息，結果改用推播。",
    computer: "網頁請人改用手機，並顯示 QR code。",
    browser: "網頁請人回到 LINE 裡打開。",
    expired: "網頁自己重新登入，打好的字不會不見。",
    stranger: "LIFF 說這位還沒有加官方帳號為好友。",
    other: "按「正常」就恢復。",
  },
  smsGroup: "驗證碼簡訊",
  smsFaults: { credit: "簡訊點數用完", number: "不收這個號碼", credentials: "不認得簡訊帳號", silence: "寄出了，但沒有回應" },
  smsExpect: {
    credit: "網頁與對話都說簡訊暫時無法發送，不會綁到一半。點數補了，機器人最慢十分鐘後知道。",
    number: "流程會知道驗證碼寄不出去（code: failed），照劇本告訴客人。",
    credentials: "流程會知道驗證碼寄不出去（code: failed），照劇本告訴客人；執行 oaflow 的視窗寫明原因。",
    silence: "簡訊照樣到手機，機器人不會再寄第二封。",
  },
  shopFaultGroups: { answer: "商店怎麼回答", slow: "商店回得多慢" },
  shopAnswers: { 500: "500 內部錯誤", 429: "429 太多請求", credentials: "不認得這組金鑰", permission: "這組金鑰沒有權限", "not-json": "回的不是資料，是維修網頁" },
};
