"""What `--help` and a command that is not written right say, English beside Chinese.

Written small and without a stop; a description that begins with a capital letter is the same sentence.
"""

ZH = {
    # argparse's own
    "usage: ": "用法：",
    "positional arguments": "要寫的",
    "options": "選項",
    "show this help message and exit": "顯示這份說明",
    "the following arguments are required: {names}": "少寫了：{names}",
    "unrecognized arguments: {words}": "看不懂這裡：{words}",
    "argument {name}: {why}": "{name}：{why}",
    "one of the arguments {names} is required": "這幾個要寫一個：{names}",
    "not allowed with argument {other}": "不能和 {other} 一起寫",
    "expected one argument": "後面要寫一個值",
    "expected at least one argument": "後面至少要寫一個值",
    "ignored explicit argument {value}": "後面不用寫值，這裡寫了 {value}",
    "invalid choice: {value} (choose from {known})": "不能寫 {value}，可以寫的有 {known}",
    "invalid int value: {value}": "要寫數字，不能寫 {value}",
    "ambiguous option: {option} could match {known}": "{option} 可能是 {known}，請寫完整",
    "--event is about what has happened: what is known of the person goes with --text": (
        "--event 看的是已經發生的事；客人的標籤、屬性這些，和 --text 一起寫"
    ),
    '"{value}" is no number of days from 1 to {most}': "要寫天數，1 到 {most}，不能寫 {value}",
    # commands
    "LINE official-account bots for shops, written as a folder of YAML": (
        "商店的 LINE 官方帳號機器人，用一個資料夾的 YAML 寫成"
    ),
    "begin a playbook of your own": "建立自己的劇本",
    "serve a playbook": "執行劇本；加上 --simulator 就是試玩",
    "make a playbook live": "讓劇本上線",
    "play a playbook's scenarios": "跑劇本的情境測試",
    "why the bot answers what it answers": "機器人為什麼這樣回答",
    "all mistakes of a playbook": "檢查劇本，列出全部的錯誤",
    "a flow as a picture": "把流程畫成圖",
    "the link of a page, of a keyword, to become a friend; its QR code; the webhook URL": (
        "網頁、關鍵字、加好友的連結和 QR code；webhook 網址"
    ),
    "the language as JSON Schema, for editors": "給編輯器用的 JSON Schema",
    "who somebody is, what is known, unbinding, two that are one": "查聯絡人，改標籤和屬性，解除綁定，合併",
    "the rich menus at LINE, their pictures, and whom they are linked to": (
        "LINE 上的圖文選單、圖片，和每個人看到哪一個"
    ),
    "how journeys stand, and what was counted of them": "旅程現在的狀態和統計",
    "how many places of the rules with `first` are taken": "限量的規則（first）用掉幾個名額",
    "credit of the SMS providers, and the day's cap": "簡訊餘額和每天的上限",
    "what was given up, and events set aside": "放棄的發送和擱置的事件",
    "the keys of sealed fields": "加密個人資料的金鑰",
    # new
    "write a small playbook with comments into a new folder. At a terminal it asks for what is not given;"
    " elsewhere the rest is as usual. Nothing is overwritten": (
        "在新資料夾裡寫好一份有說明的小劇本。沒寫的，在終端機會問；不是終端機，就用預設的。不會蓋掉任何東西"
    ),
    "the folder to write it into (my-shop)": "要放的資料夾（my-shop）",
    "what the shop or the account is called": "商店或官方帳號的名字",
    "what people ask most; several ways to say it: with commas": "客人最常問什麼；不同的問法用逗號隔開",
    "what the bot answers to that": "機器人怎麼回答",
    "language of what is said (that of LC_ALL, LC_MESSAGES, LANG, else of the playbook)": (
        "用哪種語言說明（沒寫就照 LC_ALL、LC_MESSAGES、LANG，再來照劇本）"
    ),
    # run, publish
    "serve a playbook: webhook, runtime and database in one process": (
        "執行劇本：webhook、機器人、資料庫都在一個程序裡"
    ),
    "folder with bot.yaml (.)": "劇本的資料夾，裡面有 bot.yaml（預設是現在的資料夾）",
    "address to listen on (127.0.0.1)": "接收的位址（127.0.0.1）",
    "port to listen on; 0 takes a free one (8080)": "連接埠；寫 0 就自己找一個空的（8080）",
    "a LINE on this machine, in the browser": "在瀏覽器裡用模擬的 LINE 試玩，不會傳給任何人",
    "take changed files over (with --simulator: always)": "檔案改了就生效（有 --simulator 就一定會）",
    "play a playbook's scenarios and make it live: also one that another has replaced": (
        "跑過情境測試，再讓劇本上線；換下來的舊版本也可以再上線"
    ),
    "without playing its scenarios": "不跑情境測試",
    "although no running process has these files just now": "現在沒有程序在用這些檔案，也要上線",
    # test, explain
    "play the playbook's scenarios (tests/scenarios/*.yaml), without database and network": (
        "跑劇本的情境測試（tests/scenarios/*.yaml），不用資料庫和網路"
    ),
    "a file, or its name without .yaml (all of them)": "情境的檔案，或不加 .yaml 的名字（預設是全部）",
    "the results for programs": "給程式讀的結果",
    "what the bot would answer to a text, or did with a stored event, and why: every step": (
        "機器人聽到一句話會怎麼回答，或已經發生的事是怎麼處理的，每一步都說為什麼"
    ),
    "what the person says": "客人說的話",
    "an event that is stored: its webhookEventId": "存下來的事件：它的 webhookEventId",
    "a tag that the person has (repeatable)": "客人有的標籤（可以寫好幾次）",
    "an attribute (repeatable)": "客人的屬性（可以寫好幾次）",
    "how they are bound": "客人的綁定",
    "the account that is written to (the first)": "客人傳訊息給哪個帳號（預設是第一個）",
    'when, such as "2026-09-01 14:00" (now)': '什麼時候，例如 "2026-09-01 14:00"（預設是現在）',
    "the answer for programs": "給程式讀的結果",
    # check, graph, link, schema
    "all mistakes of a playbook. Exit 0: none (but warnings), 1: mistakes, 2: no playbook": (
        "檢查劇本，列出全部的錯誤。結束碼 0：沒有錯誤（可能有警告），1：有錯誤，2：沒有劇本"
    ),
    "how they are shown (text)": "怎麼顯示（text）",
    "show also what costs messages, and shared draws": "也列出哪裡會用掉則數、哪些流程共用分流",
    "warnings are mistakes as well": "警告也算錯誤",
    "print the playbook with every shorthand written out": "印出劇本，簡寫都展開",
    "also what making it live would do to people: how many stand in what is gone": (
        "也看上線會影響多少人：有幾個人停在已經刪掉的地方"
    ),
    "a flow as a picture; without FLOW, the names of all flows": "把流程畫成圖；沒寫 FLOW，就列出全部的流程",
    "name of a flow": "流程的名字",
    "kind of picture (mermaid)": "圖的格式（mermaid）",
    "with what was counted, from the database": "加上資料庫裡的統計",
    "count the last N days, with today ({number})": "統計最近 N 天，包含今天（{number}）",
    "the last N days, with today ({number})": "最近 N 天，包含今天（{number}）",
    "the link that opens a page in LINE, that says or opens what a code of links does (keyword CODE), or"
    " that makes somebody a friend of the account (friend); or the address to paste into LINE's console"
    " (webhook)": (
        "在 LINE 打開網頁的連結、關鍵字的連結（keyword 代碼）、加好友的連結（friend），"
        "或要貼到 LINE 後台的網址（webhook）"
    ),
    "a page, friend, keyword CODE, or webhook; before it: folder with bot.yaml": (
        "網頁的名字、friend、keyword 代碼，或 webhook；前面可以寫劇本的資料夾"
    ),
    "the account (the first)": "哪個帳號（預設是第一個）",
    "write its code, to a .svg or .png": "把 QR code 存成 .svg 或 .png",
    "print a button for a web page instead": "改成印出放在網站上的按鈕",
    "the language of playbooks as JSON Schema, with which an editor completes and explains": (
        "劇本語言的 JSON Schema，編輯器用它提示和說明"
    ),
    # contact
    "contacts in the playbook's database, also while the bot runs": "劇本資料庫裡的聯絡人；機器人開著也能用",
    "what is done": "要做的事",
    "a line for everybody who may be meant": "可能是誰，一人一行",
    "all that is known of somebody": "這個人的全部資料",
    "a tag is put on or taken off": "貼標籤或拿掉標籤",
    "an attribute is set, or cleared": "改屬性或清掉屬性",
    "two contacts that are one person become one": "兩個聯絡人是同一個人，合併成一個",
    "the last merge, or the last move of a phone, is undone": "復原上一次的合併或移手機",
    "a binding is undone, the tags that it put on go with it": "解除綁定，綁定時貼的標籤一起拿掉",
    "a LINE user id, a contact id, a phone or a member number; before it: folder with bot.yaml": (
        "LINE 使用者編號、聯絡人編號、手機或會員編號；前面可以寫劇本的資料夾"
    ),
    "the account of a LINE user id, where several have it": "好幾個帳號都有這個 LINE 使用者編號時，是哪一個",
    "phone, e-mail and private values in full, which is recorded": "手機、電子郵件等個資完整顯示，會留下紀錄",
    "no VALUE: what is known is forgotten": "不寫 VALUE，把現在的值清掉",
    "without asking": "不用再問",
    "which binding (phone)": "哪一種綁定（phone）",
    "its tags stay": "標籤保留",
    # richmenu
    "LINE's rich menus: how they differ from the playbook's, and how they become the same": (
        "LINE 的圖文選單：和劇本差在哪裡，怎麼變成一樣"
    ),
    "what a sync would do, step by step": "同步會做哪些事，一步一步列出來",
    "LINE's menus become those of the playbook": "把 LINE 的圖文選單改成和劇本一樣",
    "everybody's menu is linked anew, whatever another system has linked": (
        "重新設定每個人的圖文選單，不管別的系統設過什麼"
    ),
    "how often each area was tapped": "每一格被點了幾次",
    "plain pictures for menus that have none, drawn from their labels": (
        "幫沒有圖片的選單，用文字畫一張簡單的"
    ),
    "this account only (all)": "只看這個帳號（預設是全部）",
    "a font with Chinese characters": "有中文字的字型檔",
    # journey, places, sms, deadletters, keys
    "journeys in the playbook's database, also while the bot runs": "劇本資料庫裡的旅程；機器人開著也能用",
    "live, closed, paused or stopped, why, and how many people are in it": (
        "進行中、已關閉、暫停或停止，為什麼，裡面有多少人"
    ),
    "what was counted, day by day": "每天的統計",
    "name of a flow; before it: folder with bot.yaml": "流程的名字；前面可以寫劇本的資料夾",
    "how many places are taken of each rule that is for the first so many people": (
        "每一條限量的規則用掉幾個名額"
    ),
    "what is left at the SMS providers, how many codes were sent today, and how many may be": (
        "簡訊商還剩多少餘額，今天寄了幾則驗證碼，最多可以寄幾則"
    ),
    "credit, and what was sent today": "餘額，和今天寄了幾則",
    "more codes for today": "今天多寄一些驗證碼",
    "what is left at each provider, and how many codes were sent today": (
        "每一家簡訊商的餘額，和今天寄了幾則驗證碼"
    ),
    "raise the number of codes that may be sent today; tomorrow the playbook's holds again": (
        "提高今天可以寄的驗證碼則數；明天又照劇本寫的"
    ),
    "codes that may be sent today, in all": "今天總共可以寄幾則驗證碼",
    "it holds for today only": "只有今天有效",
    "calls that were given up, and events that nobody could decide": "放棄的發送，和無法處理的事件",
    "a line for each, oldest first, without whose it is": "一件一行，從最早的開始；不寫是誰的",
    "a line for each, oldest first: when, name, channel, kind and reason": (
        "一件一行，從最早的開始：時間、名稱、頻道、種類和原因"
    ),
    "the last N days ({number})": "最近 N 天（{number}）",
    "the keys that seal personal data in the database": "加密資料庫裡個人資料的金鑰",
    "new: print a new key ring for OAFLOW_KEYS": "new：印出一組新的金鑰，放進 OAFLOW_KEYS",
}
