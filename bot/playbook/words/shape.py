"""What is said of keys, values and forms of writing, English beside Chinese."""

ZH = {
    # what stands where something else should
    "this file": "這個檔案",
    "item {number} of {of}": "{of}的第 {number} 項",
    "write something here, or leave it out": "在這裡寫內容；不用的話，整行刪掉",
    "write a name here": "在這裡寫名字",
    "to answer, write  reply: …": "如果要回覆，寫成  reply: …",
    "write where staff answer:  line_chat  (LINE Official Account Manager),  or  none": (
        "這裡寫客服在哪裡回覆：用 LINE 官方帳號後台的聊天就寫  line_chat  ，沒有客服就寫  none"
    ),
    "that month has {days} days: write  {meant}": "那個月只有 {days} 天，寫成  {meant}",
    "behind midnight begins the next day: write  {meant}": "過了午夜就是隔天，寫成  {meant}",
    "write how long as well, such as  {meant}": "多久也要寫，例如  {meant}  （7d 是七天）",
    "working days are not counted: write days, such as  {meant}": "這裡不算工作天，用天數寫，例如  {meant}",
    "{place} has no value, expected {expected}": "{place}後面沒有寫內容，這裡要寫{expected}",
    "{place} is a text, expected {expected}": "{place}寫成了一段文字，這裡要寫{expected}",
    "{place} is a list, expected {expected}": "{place}寫成了清單，這裡要寫{expected}",
    "{place} is a block of keys, expected {expected}": "{place}底下寫成了「名稱: 內容」，這裡要寫{expected}",
    "{place} is no word, expected {expected}": "{place}這裡只能寫 {expected}",
    "{place} is {text}, expected {expected}": "{place}寫了{text}，這裡只能寫 {expected}",
    "{place} is a list of {number}, expected {expected}": "{place}的清單有 {number} 項，這裡要寫{expected}",
    "{place} is an empty list": "{place}是空的清單",
    "write something into it, or leave it out": "在裡面寫內容；不用的話，整行刪掉",
    "{place} holds nothing, expected {expected}": "{place}底下沒有內容，這裡要寫{expected}",
    "{place} takes one, here are {number}": "{place}只能寫一個，這裡有 {number} 個",
    "{number} messages in {place}, LINE takes 5 at once": "{place}有 {number} 則訊息，LINE 一次最多 5 則",
    "leave some out, or join texts": "刪掉幾則，或把幾段文字合成一則",
    "expected {expected}": "這裡要寫{expected}",
    "write  {{key}: {value}}": "寫成  {{key}: {value}}",
    "write  {expected}": "寫成  {expected}",
    "write  {shape}": "寫成  {shape}",
    '"not" takes one condition, here is a list': "「not」只能接一個條件，這裡是清單",
    "say which is meant:  not: {any: […]}  (none of them) or  not: {all: […]}  (not all of them)": (
        "看是哪個意思：  not: {any: […]}  （一個都沒有）或  not: {all: […]}  （不是全部都有）"
    ),
    "write the name of its section above it, such as  rules:": "在清單上面寫這一段的名稱，例如  rules:",
    'leave "- " out: each begins with its name and a colon': "不要寫「- 」：每一個用自己的名稱和冒號開頭",
    'begin each item with "- "': "每一項用「- 」（減號加空白）開頭",
    '"{word}" needs a value': "「{word}」後面要寫內容",
    "to hear this text, write  {text: {word}}": "如果要等客人說這句話，寫成  {text: {word}}",
    "to say this text, write  reply: {word}": "如果要回覆這句話，寫成  reply: {word}",
    "{word} is no {kind}": "沒有{word}這種{kind}",
    # keys
    "there is no section {key}": "劇本裡沒有{key}這一段",
    "unknown key {key}": "這裡不能寫{key}",
    "unknown key {key}, known here: {known}": "這裡不能寫{key}，可以寫的有 {known}",
    "{key} stands in {belongs}, not beside it": "{key}要寫在{belongs}裡面，不是並排",
    "write  {belongs}: {{key}: …}": "寫成  {belongs}: {{key}: …}",
    "several values stand between brackets:  [a, b]": "好幾個值要放在括號裡：  [a, b]",
    '"{key}" is missing here': "這裡少了「{key}」",
    "add  {key}: {example}": "加上  {key}: {example}",
    "one of {keys} is missing here": "{keys} 至少要寫一個",
    "add  {keys}: …": "加上  {keys}: …",
    '"to" goes to a state, and is for rules of a flow': "「to」是走到某個步驟，只能寫在流程的規則裡",
    '"interrupt" is for rules outside flows': "「interrupt」只能寫在流程以外的規則",
    '"with_staff" is for rules outside flows': "「with_staff」只能寫在流程以外的規則",
    "leave it out here": "這裡不用寫，刪掉就好",
    "to say this, write  push: …  or  reply: …": "如果要說這句話，寫成  push: …  或  reply: …",
    "the last one has no if:  - {to: …}": "最後一項不寫 if：  - {to: …}",
    "write  to: …": "寫成  to: …",
    "write  {how}: …": "寫成  {how}: …",
    "here it is called {name}": "這裡叫做{name}",
    "write it such as  {key}: {example}": "寫成例如  {key}: {example}",
    "write  {{name}: {{how}: {value}}}": "寫成  {{name}: {{how}: {value}}}",
    # keys that do not go together
    "{thing} needs a kind: {words}": "{thing}要寫是哪一種：{words}",
    "{thing} needs a kind, such as {words}": "{thing}要寫是哪一種，例如 {words}",
    "{thing} has one kind, here are two: {two}": "{thing}只能寫一種，這裡寫了兩種：{two}",
    "{thing} has one key, here are two: {two}": "{thing}一次只寫一個，這裡寫了兩個：{two}",
    '"{key}" belongs to {of}, not to {kind}': "「{key}」是配 {of} 用的，不能配 {kind}",
    "write a list:  [{{first}: …}, {{second}: …}]": "寫成清單：  [{{first}: …}, {{second}: …}]",
    "for both, write a list:  [{{first}: …}, {{second}: …}];  for either:  {any: […]}": (
        "兩個都要成立，寫成清單：  [{{first}: …}, {{second}: …}]；  其中一個成立就好：  {any: […]}"
    ),
    "to react to either, write a list:  [{{first}: …}, {{second}: …}]": (
        "其中一種發生就要做，寫成清單：  [{{first}: …}, {{second}: …}]"
    ),
    "leave out  {first}:  or  {second}:": "刪掉  {first}:  或  {second}:",
    '"{acting}" stands beside "do"': "「{acting}」和「do」並排寫了",
    "move it into the list:  do: [{{acting}: …}, …]": "移到清單裡：  do: [{{acting}: …}, …]",
    "one action can stand here, and these are two: {first}, {second}": (
        "這裡只能寫一個動作，現在有兩個：{first}、{second}"
    ),
    "write a list:  do: [{{first}: …}, {{second}: …}]": "寫成清單：  do: [{{first}: …}, {{second}: …}]",
    'nothing happens here: an action, "do" or "to" is missing': "這裡什麼都不會做：少了動作、「do」或「to」",
    'nothing happens here: an action or "do" is missing': "這裡什麼都不會做：少了動作或「do」",
    "add  to: …": "加上  to: …",
    "add  reply: …": "加上  reply: …",
    "a tap leads to one place, here are two: {first}, {second}": (
        "一個按鈕只能做一件事，這裡有兩件：{first}、{second}"
    ),
    "leave one out, or make two taps:  {label: …, {first}: …}, {label: …, {second}: …}": (
        "刪掉一個，或分成兩個按鈕：  {label: …, {first}: …}, {label: …, {second}: …}"
    ),
    '"{acting}" stands beside "send": what is said is heard by a rule, and the rule acts': (
        "「{acting}」和「send」並排寫了：send 是替客人說話，要做的事由符合這句話的規則來做"
    ),
    "move it into the rule:  - {when: {text: …}, {acting}: …}": (
        "移到規則裡：  - {when: {text: …}, {acting}: …}"
    ),
    # states
    "a state waits for one thing, here are two: {first}, {second}": (
        "一個步驟只能等一件事，這裡有兩件：{first}、{second}"
    ),
    "give {first} a state of its own, and go there with  next: …": (
        "{first} 另外寫一個步驟，用  next: …  走過去"
    ),
    "leave next out; the last item of branch says where everybody else goes:  - {to: …}": (
        "刪掉 next；其他人要去哪裡，寫在 branch 的最後一項：  - {to: …}"
    ),
    "a state goes on by next or by branch, here are both": "下一步用 next 或 branch 其中一個，這裡兩個都寫了",
    '"{name}" stands in an end state, and the flow is over there': (
        "「{name}」寫在結束的步驟裡，流程到這裡已經結束了"
    ),
    "leave out  {name}:  or  end: true": "刪掉  {name}:  或  end: true",
    '"{name}" is never heard: {key} goes on at once': "「{name}」永遠等不到：{key}會馬上往下走",
    "put it into a state that waits, or leave next and branch out here": (
        "移到會等待的步驟，或把這裡的 next、branch 刪掉"
    ),
    "the state {state} neither waits, goes on nor ends": "步驟{state}沒有等待、沒有下一步，也沒有結束",
    "add  next: …  or  end: true": "加上  next: …  或  end: true",
    "the state {state} {does}, and nothing follows": "步驟{state}{does}，之後沒有下一步",
    "asks": "問了問題",
    "runs a flow": "執行了另一個流程",
    "waits": "在等待",
    "add  next: …": "加上  next: …",
    "every way here has a condition, and somebody may pass none of them": (
        "這裡每一條路都有條件，可能有人一條都走不了"
    ),
    "add a last one without if:  - {to: …}": "最後加上一條不寫 if 的：  - {to: …}",
    "the last way has a condition, and one before it takes everybody": (
        "最後一條路有條件，但前面已經有一條讓所有人走"
    ),
    "put the one without if at the end": "把不寫 if 的那條移到最後",
    '"{name}" belongs to a question, and "ask" is missing here': "「{name}」是問題用的，這裡少了「ask」",
    "add  ask: …": "加上  ask: …",
    "write  ask:  instead of  reply:": "把  reply:  改成  ask:",
    '"{name}" stands without "{other}"': "只寫了「{name}」，少了「{other}」",
    "add  too_many: STATE": "加上  too_many: 步驟",
    "add  tries: 3": "加上  tries: 3",
    '"next" has a way for each choice, and this question has no choices': (
        "「next」替每個選項都寫了下一步，但這個問題沒有選項"
    ),
    "write  next: STATE": "寫成  next: 步驟",
    "the choice {choice} leads nowhere": "選項{choice}沒有寫下一步",
    "add  {choice}: …": "加上  {choice}: …",
    "{name} is no choice of this question": "這個問題沒有{name}這個選項",
    '"of" is missing here': "這裡少了「of」",
    "add  of: [茶, 咖啡]": "加上  of: [茶, 咖啡]",
    '"of" lists choices, and the type is {kind}': "「of」是選項，但 type 寫的是 {kind}",
    "leave out  type: {kind}": "刪掉  type: {kind}",
    '"{name}" belongs to choices, and "of" is missing here': "「{name}」是選項用的，這裡少了「of」",
    # formats: said behind the text, or behind its place
    "{whose} {says}": "{whose}{says}",
    "{text} {says}": "{text}{says}",
    "{place} (from the environment: {names})": "{place}（來自環境變數：{names}）",
    "write  {meant}": "寫成  {meant}",
    "write  {meant}; {hint}": "寫成  {meant}；{hint}",
    "names here are small English letters, digits and _, beginning with a letter, at most 40": (
        "這裡的名字用小寫英文、數字和 _，開頭是英文，最多 40 個字"
    ),
    "is no name here": "不能當這裡的名字",
    "holds a space, and may stand in a placeholder or a grid": "裡面有空白，而這個名字可能寫在變數或格子裡",
    "put the file into the folder, and write its path from there": "把檔案放進劇本資料夾，從那裡開始寫路徑",
    "is no time zone": "不是時區",
    "write it such as Asia/Taipei": "寫成例如 Asia/Taipei",
    "must be a whole number": "要寫整數",
    "must be a number": "要寫數字",
    "write  {number}": "寫成  {number}",
    "must be a whole number from 0 to 100": "要寫 0 到 100 的整數",
    "must be from 5 to 60 seconds": "要在 5 到 60 秒之間",
    "write it such as 10s": "寫成例如 10s",
    "must be this, next, or a month from 1 to 12": "要寫「this」（這個月）、「next」（下個月）或 1 到 12",
    "must be a colour": "要寫顏色",
    'write it such as "#2f6b4f", in quotes': '寫成例如 "#2f6b4f"，要加引號',
    "must be the numbers of a sticker": "要寫貼圖的編號",
    "write package/id, such as 446/1988": "寫成「套組編號/貼圖編號」，例如 446/1988",
    "cannot hold spaces or other characters than a token has": "裡面有空白，或金鑰不會有的字",
    "must be the channel's id from the LINE Developers Console": "要寫 LINE Developers 後台的 Channel ID",
    'must be "embedded" or begin with "mongodb://" or "mongodb+srv://"': (
        "要寫「embedded」，或用「mongodb://」、「mongodb+srv://」開頭"
    ),
    'must be the account\'s id, such as "@forest"': "要寫官方帳號的 ID，例如「@forest」",
    "cannot be empty": "不能是空的",
    "is longer than {most} characters": "超過 {most} 個字",
    "choose a shorter name": "改用短一點的名字",
    "begins or ends with a space": "前面或後面有空白",
    "leave the space out": "刪掉空白",
    "holds a character that no name may have": "裡面有名字不能用的字元",
    "leave out { } and line breaks": "刪掉 { } 和換行",
    "reads as hours or days, not as a name": "看起來是時間或星期，不是名字",
    "leave the space out, or write _": "刪掉空白，或改成 _",
    "leads out of the playbook's folder": "指到劇本資料夾外面去了",
    "no page is called {name}: our own short addresses begin so": "頁面不能叫{name}：短網址用這個字開頭",
    "means something already": "是已經有意思的詞",
    "can never be heard: nothing of it is left when texts are compared": (
        "永遠等不到：比對文字時會忽略符號和空白，它就什麼都不剩了"
    ),
    "write the words that people say": "寫客人會說的話",
    "write {name} or {name:digits}; names here are small English letters, digits and _": (
        "寫成 {name} 或 {name:digits}；名字用小寫英文、數字和 _"
    ),
    "use {name:rest} for all that follows, or put a text between them": (
        "後面全部都要的話用 {name:rest}，或在中間放一段文字"
    ),
    "put a text between them, so that one can see where the first ends": (
        "中間放一段文字，才看得出前一個到哪裡為止"
    ),
    "has a brace that is not closed": "有一個大括號沒有結尾",
    "write {name} or {name:digits}": "寫成 {name} 或 {name:digits}",
    "has a {…} that is no field": "裡面的 {…} 不是欄位",
    'asks for the unknown type "{parts}"': "要的是不認識的種類「{parts}」",
    "known are {types}": "可以寫的有 {types}",
    'has the field "{parts}" twice': "有兩個「{parts}」欄位",
    "give each field a name of its own": "每個欄位用不同的名字",
    "has a * that touches a field": "裡面的 * 和欄位連在一起",
    "has two fields that touch": "有兩個欄位連在一起",
    # times
    "write hours and minutes with two digits each, such as 09:30; midnight is 00:00": (
        "小時和分鐘都寫兩位數，例如 09:30；午夜是 00:00"
    ),
    "write numbers with s, m, h, d, w, mo or y, such as 30m, 12h, 3d or 6mo": (
        "數字後面加 s 秒、m 分、h 時、d 天、w 週、mo 個月、y 年，例如 30m、12h、3d、6mo"
    ),
    "is not always equally long, and must be here": "每次不一定一樣長，這裡要寫固定的長度",
    "write it in days, hours, minutes or seconds, such as 30d": "改用天、時、分或秒，例如 30d",
    "write numbers with s, m, h, d or w, such as 30m, 12h, 1h30m or 3d": (
        "數字後面加 s 秒、m 分、h 時、d 天、w 週，例如 30m、12h、1h30m、3d"
    ),
    "write year, month and day, such as 2026-11-01": "寫年、月、日，例如 2026-11-01",
    "write them such as mon-fri, sat or mon,wed: {days}": "寫成例如 mon-fri、sat 或 mon,wed：{days}",
    "write a window such as 09:00-18:00, days such as mon-fri, or dates such as 2026-11-01..2026-11-03": (
        "寫時間 09:00-18:00、星期 mon-fri，或日期 2026-11-01..2026-11-03"
    ),
    "is no time of day": "不是幾點幾分",
    "is no window, no days and no dates": "不是時間、星期，也不是日期",
    "write it such as 3d, next day at 10:00, until mon 10:00 or until 2026-11-11 20:00": (
        "寫成例如 3d、next day at 10:00、until mon 10:00 或 until 2026-11-11 20:00"
    ),
    "write  day at 10:00,  week on mon,thu at 10:00  or  month on 1 at 11:00": (
        "寫成例如  day at 10:00、  week on mon,thu at 10:00  或  month on 1 at 11:00"
    ),
    "write it such as 09:00-18:00; across midnight is allowed, and midnight is 00:00": (
        "寫成例如 09:00-18:00；可以跨過午夜，午夜是 00:00"
    ),
    "name the dates apart, and write  closed: {name}  here:  hours: {{name}: [2027-01-01]}": (
        "這裡寫  closed: {name}  ，另外列出日期：  hours: {{name}: [2027-01-01]}"
    ),
    "is no list of weekdays": "不是星期的清單",
    "is no duration": "不是一段時間",
    "is no time at all": "等於沒有時間",
    "write its unit as well, such as  {text}d": "單位也要寫，例如  {text}d",
    "write the time of day as well, such as  {meant} 10:00": "幾點也要寫，例如  {meant} 10:00",
    "is no date": "不是日期",
    "is no moment": "不是日期加時間",
    "write date and time, such as 2026-11-01 09:30": "寫日期和時間，例如 2026-11-01 09:30",
    "is no wait": "不是等待的寫法",
    "has no time of day": "沒有寫幾點",
    "write  next day at 10:00": "寫成  next day at 10:00",
    "is no rate": "不是「多久幾次」的寫法",
    "write it such as  3 per 7d": "寫成例如  3 per 7d  （七天最多三次）",
    "is no rhythm": "不是「多久一次」的寫法",
    "names no day of a month": "不是一個月裡的日子",
    "write a number from 1 to 31": "寫 1 到 31 的數字",
    "names no days of the week": "裡面寫的不是星期",
    "is not {words} or a duration": "不是 {words}，也不是一段時間",
    "names no time of day": "裡面寫的不是幾點幾分",
    "is no window of a day": "不是一天裡的時段",
    "begins and ends at the same time": "開始和結束是同一個時間",
    "for whole days write mon-sun": "全天的話不用寫時間，整個時段寫成  mon-sun",
    "ends before it begins": "結束的日子比開始還早",
    "write the earlier date first": "早的日期寫前面",
    "names a day that the calendar has not": "裡面有月曆上沒有的日子",
    # commas between braces
    "{text} ends at its comma, for it stands between braces": "在大括號裡面，{text}到逗號就斷掉了",
    "for one text, put all of it in quotes; for several values, write  {listed}": (
        "如果是一段文字，整段用引號包起來；如果是好幾個，寫成  {listed}"
    ),
    '"{open}" and "{close}" are no brackets of the language': "「{open}」和「{close}」不是這裡用的括號",
    '"next" goes to a state, and is for states of a flow': "「next」是走到下一個步驟，只能寫在流程的步驟裡",
    "a rule goes on by  to: …": "規則要走到別的步驟，寫  to: …",
    "a state goes on by  next: …": "步驟要走到下一步，寫  next: …",
    "{key} stands in {when}, and belongs below it": "{key}寫到{when}裡面去了，應該寫在它的下一行",
    "close the brackets of  when,  and write below it  {key}: …": ("when 的括號先關上，下一行再寫  {key}: …"),
    "{key} stands beside {when}, and belongs into it": "{key}寫在{when}外面了，應該寫在它的括號裡",
    "write  when: {attribute_changed: …, {key}: …}": "寫成  when: {attribute_changed: …, {key}: …}",
    "for days after that date write  days_after: …;  months of a date:  months_after: …": (
        "那一天之後幾天，寫  days_after: …；幾個月（只有 date 可以）寫  months_after: …"
    ),
    "write  {tag: {value}},  or for hours  {during: {value}}": (
        "看標籤就寫  {tag: {value}}，看時段就寫  {during: {value}}"
    ),
}
