"""What is said of names, values and types: what refers to what, English beside Chinese."""

ZH = {
    # what things are called
    "card": "卡片",
    "flow": "流程",
    "form": "表單",
    "page": "頁面",
    "hours": "時段",
    "tag": "標籤",
    "attribute": "屬性",
    "audience": "分眾",
    "rich menu": "圖文選單",
    "hook": "外部呼叫",
    "signal": "訊號",
    "link": "連結",
    "channel": "頻道",
    "shop": "商店",
    "SMS provider": "簡訊服務",
    "split": "分流",
    "store": "門市",
    "group of stores": "門市分區",
    "a date": "日期",
    "a time of day": "時間",
    "a moment": "日期加時間",
    "a yes or no": "「是或否」",
    "a word": "固定的詞",
    "private": "私密的資料",
    "nothing": "空的",
    "a block": "「名稱: 內容」",
    "a list": "清單",
    "the text {text}": "文字{text}",
    "true or false": "true 或 false",
    # names that are not there
    "no {thing} is called {name}": "沒有叫做{name}的{thing}",
    "no {thing} are called {name}": "沒有叫做{name}的{thing}",
    "no {thing} is called {name}, {known}": "沒有叫做{name}的{thing}，{known}",
    "no {thing} are called {name}, {known}": "沒有叫做{name}的{thing}，{known}",
    "there is {names}": "現有的是 {names}",
    "there are {names}": "現有的是 {names}",
    "write  add_tags: [{tag}]  where it begins; where staff put it on, {where}": (
        "在該貼的地方寫  add_tags: [{tag}]；如果由客服貼，{where}"
    ),
    "in {file} make it  {paste}": "在 {file} 改成  {paste}",
    "declare it: {where}": "要先寫出來：{where}",
    "declare them: {where};  holidays:  {dates}": "要先寫出來：{where}；如果是假日，改成列出日期：  {dates}",
    "below  {section}:  in {file} add  {paste}": "在 {file} 的 {section}: 裡加上  {paste}",
    "write in {file}  {paste}": "在 {file} 加上  {paste}",
    "{hint}; {paste}": "{hint}；{paste}",
    "to send this as text, write  {text: {name}}": "如果就是要送這段文字，寫成  {text: {name}}",
    "there is no file {written} in the playbook's folder": "劇本資料夾裡沒有{written}這個檔案",
    "{written} leads out of the playbook's folder": "{written}指到劇本資料夾外面去了",
    "put the file into the folder": "把檔案放進劇本資料夾",
    "a contact has no {name}": "聯絡人沒有{name}這項資料",
    "there is no condition {kind}": "沒有{kind}這種條件",
    "there is no action {kind}": "沒有{kind}這種動作",
    "put the file into the folder, or mend its path": "把檔案放進劇本資料夾，或看看檔名和資料夾有沒有打錯",
    "to add or take away, write instead of set  {meant}": "要加減的話，不用 set，寫成  {meant}",
    "write one of these, or add it to  splits:": "寫這裡面的一組，或在  splits  底下加上這一組",
    "a tag is no text: ask for it with  {asked}": "標籤不能放進文字裡；要看有沒有這個標籤，寫  {asked}",
    "the split {name} has no group {group}: {shares}": "分流{name}沒有{group}這一組：{shares}",
    "the flow {flow} has no state {state}": "流程{flow}沒有步驟{state}",
    "the flow {flow} has no state {text}": "流程{flow}沒有步驟{text}",
    "the flow {flow} has no state {name}": "流程{flow}沒有步驟{name}",
    "its states are {states}": "現有的步驟是 {states}",
    "the flow {flow} has no state {state}, it ends in {ends}": "流程{flow}沒有步驟{state}，它結束在 {ends}",
    "the flow {flow} does not end in {state}, it ends in {ends}": (
        "流程{flow}不是結束在{state}，是結束在 {ends}"
    ),
    "the flow {flow} has no setting {name}": "流程{flow}沒有{name}這個設定",
    "its settings are {settings}": "現有的設定是 {settings}",
    "it has no settings": "這個流程沒有設定",
    "there is no setting {name} here": "這裡沒有{name}這個設定",
    "there is no setting {name} in the flow {flow}": "流程{flow}裡沒有{name}這個設定",
    "this flow has no setting {name}": "這個流程沒有{name}這個設定",
    "add  settings: {{name}: …}": "加上  settings: {{name}: …}",
    "{path} is a setting, and names another one": "{path}本身就是設定，不能再用另一個設定",
    "{name} is a setting, and put in as it is written": "{name}是設定，寫什麼就放什麼，不能再指定格式",
    "leave out  as {found}": "刪掉  as {found}",
    "the setting {name} is no text, and stands within one": "設定{name}不是文字，卻寫在一段文字裡",
    "write it as a whole value:  {setting: {name}}": "整個值寫成  {setting: {name}}",
    # names that clash
    "{name} means something already": "{name}是已經有意思的詞",
    "choose another name": "換一個名字",
    "the form {name} has the name of a flow that is a page, too": "表單{name}和一個有頁面的流程同名",
    "the flow is at {place}": "那個流程在 {place}",
    "two rules are called {name}, and would be counted as one": "有兩條規則都叫{name}，次數會算在一起",
    "the input {key} has the name of a state, and  answer  reads both": (
        "輸入{key}和一個步驟同名，用  answer  讀的時候分不出來"
    ),
    "the state is at {place}": "那個步驟在 {place}",
    "there are two rich menus {name}": "有兩個圖文選單都叫{name}",
    "the first is at {place}": "第一個在 {place}",
    "two stores are called {name}": "有兩間門市都叫{name}",
    "give one of them another title": "把其中一間改成別的店名",
    # shapes
    "expected a single text, found {found}": "這裡要寫一段文字，現在是{found}",
    "expected a block of names and values, found {found}": "這裡要寫「名稱: 內容」，現在是{found}",
    "expected a block of names and values": "這裡要寫「名稱: 內容」",
    "{text} is {what}": "{text}{what}",
    "no duration": "不是一段時間",
    "30m, 12h or 3d": "30m、12h 或 3d",
    "no moment": "不是日期加時間",
    "no time of day": "不是幾點幾分",
    "no whole number": "不是整數",
    "neither true nor false": "不是 true 也不是 false",
    "write it such as {example}": "寫成例如 {example}",
    "write it such as {example}, or  {other}": "寫成例如 {example}，或  {other}",
    "{text} has more than dates, and only whole days can be closed": "{text}不只有日期，公休只能寫一整天",
    "list dates, such as  {name}: [2026-10-10, 2027-02-06..2027-02-10]": (
        "列出日期，例如  {name}: [2026-10-10, 2027-02-06..2027-02-10]"
    ),
    "write  {days}: closed": "寫  {days}: closed",
    "{name} is {type}, and a day is meant here": "{name}是{type}，這裡要的是日期",
    "name the question whose answer is a date": "寫問日期的那一題的名字",
    "used at {place}": "用在 {place}",
    "a condition has exactly one key": "一個條件只寫一種",
    "write  {tag: VIP}": "寫成  {tag: VIP}",
    "a trigger has one kind": "一個觸發條件只寫一種",
    "write  {text: 營業時間}": "寫成  {text: 營業時間}",
    # texts and placeholders
    "no placeholder is filled in here": "這裡的變數不會被換成內容",
    "write the text itself": "直接寫內容",
    "write the text itself; a literal {{ is written \\{{": "直接寫內容；如果就是要寫 {{，寫成 \\{{",
    "this {{ is never closed": "這個 {{ 沒有結尾",
    "close it with }}; a literal {{ is written \\{{": "最後加上 }}；如果就是要寫 {{，寫成 \\{{",
    'there is no text behind "or"': "「or」後面沒有寫文字",
    'write a text behind "or", or leave it out': "在「or」後面寫一段文字，或把它刪掉",
    "the quotation marks around {default} would be sent with it": "{default} 外面的引號會一起送出去",
    "write it without them:  or {default}": "不要寫引號：  or {default}",
    "{inside} is no placeholder": "{inside}不是變數",
    "write {{ group.name }} or {{ group.name or TEXT }}; a literal {{ is written \\{{": (
        "寫成 {{ 種類.名稱 }} 或 {{ 種類.名稱 or 文字 }}；如果就是要寫 {{，寫成 \\{{"
    ),
    "{found} is no placeholder: people would read it as it stands here": (
        "{found}不是變數：客人會直接看到這串字"
    ),
    "write  {{ {inside} }}  with two half-width braces at each side": (
        "寫成  {{ {inside} }}，兩邊各兩個半形大括號"
    ),
    "nothing is called {name}": "沒有{name}這個變數",
    "nothing is called {name}, known are {known}": "沒有{name}這個變數，可以用的有 {known}",
    "write it such as  {{ contact.name or 朋友 }}  or  {{ attribute.points or 0 }}": (
        "寫成例如  {{ contact.name or 朋友 }}  或  {{ attribute.points or 0 }}"
    ),
    'the code is known only in "sms: … text"': "驗證碼只能寫在「sms: … text」裡",
    "nothing stands here for people of whom {name} is not known": "沒有{name}資料的人，這裡會是空白",
    "write  {{ {inside} or … }}": "寫成  {{ {inside} or … }}",
    "{format} is no format, known are {known}, or such as M/D, YYYY/MM/DD": (
        "沒有{format}這種格式，可以用的有 {known}，或像 M/D、YYYY/MM/DD"
    ),
    "{name} is {type}, which has no format {format}": "{name}是{type}，不能用{format}這種格式",
    "for {type} there is  {fits}": "{type}可以用  {fits}",
    "leave the format out": "刪掉格式",
    # pages
    "the flow {name} has no page": "流程{name}沒有頁面",
    "add  page: true  to the flow": "在流程加上  page: true",
    "there is no member card": "還沒有會員卡",
    "add  {paste}": "加上  {paste}",
    "the page {name} needs {inputs}, which an address here does not bring": (
        "頁面{name}需要 {inputs}，從這裡打開帶不進去"
    ),
    "start the flow with them:  start: {flow: {name}, with: …}": (
        "帶著資料開始流程：  start: {flow: {name}, with: …}"
    ),
    "{show} cannot be shown on the member card": "{show}不能顯示在會員卡上",
    "write  contact.x  or  attribute.x": "寫成  contact.x  或  attribute.x",
    # events and answers
    "there is no event here, so {name} is not known": "這裡沒有事件，所以讀不到{name}",
    "read it in the rule that hears the event, or save it there": "在等這個事件的規則裡讀，或在那裡先存起來",
    "the event of {triggers} has no {name}, it has no fields": "{triggers} 的事件沒有{name}，它沒有欄位",
    "the event of {triggers} has no {name}, it has {fields}": "{triggers} 的事件沒有{name}，它有 {fields}",
    "{name} is not known when this begins with {lacking}": "由 {lacking} 開始的時候，讀不到{name}",
    "{name} is {either}, by trigger": "{name}會因為觸發條件不同，是{either}",
    "write a rule of its own for each trigger": "每一種觸發條件各寫一條規則",
    "a tap": "按鈕",
    "{kind} that failed": "失敗的 {kind}",
    "{name} can be read only within the flow that asks for it": "{name}只能在問這個問題的流程裡讀",
    "save the answer to an attribute, and read that": "把回答存到屬性，再讀那個屬性",
    "the state {name} asks nothing, so it has no answer": "步驟{name}沒有問問題，所以沒有回答",
    "the flow {flow} has no question or input {name}": "流程{flow}沒有{name}這個問題或輸入",
    "the flow {flow} has no question or input {name}, there are {asked}": (
        "流程{flow}沒有{name}這個問題或輸入，現有的是 {asked}"
    ),
    # values and comparisons
    "{name} is {type}, and {text} is not": "{name}是{type}，{text}不是",
    "{name} is {type}, and {default} is not": "{name}是{type}，{default}不是",
    "{name} is {type}, and {source} is {other}": "{name}是{type}，{source}是{other}",
    "write one of these, or add it to the values of {name} below  attributes:": (
        "寫其中一個，或在  attributes:  底下的{name}加上這個值"
    ),
    "write  {{how}: {value}}": "寫成  {{how}: {value}}",
    "{name} is {type}, and this is a text": "{name}是{type}，這裡是一段文字",
    "write one placeholder alone, without a format": "只寫一個變數，不要加格式和其他字",
    "{value} is none of the values of {name}": "{name}沒有{value}這個值",
    "{value} is none of the values of {name}: {known}": "{name}沒有{value}這個值，只有 {known}",
    "{subject} is kept, and only an answer or an event can be held against hours": (
        "{subject}是存下來的資料，只有答案或事件才能和時段對照"
    ),
    "ask it of the answer:  answer: {type: date, during: …}": (
        "改在答案這裡判斷：  answer: {type: date, during: …}"
    ),
    "{subject} is {type}, which cannot be asked for {how}": "{subject}是{type}，不能用{how}來判斷",
    "{type} can be asked for  {known}": "{type}可以用  {known}",
    "{subject} is private, so only  is  and  known  can be asked, not {how}": (
        "{subject}是私密的資料，只能用  is  和  known  判斷，不能用{how}"
    ),
    "write  {known: true}  or the whole value": "寫成  {known: true}  或完整的值",
    "{text} does not fit {how}": "{text}不能配{how}",
    "{value} is no phone": "{value}不是手機號碼",
    "write it such as 0912345678": "寫成例如 0912345678",
    "a setting cannot be asked for {how}": "設定不能用{how}來判斷",
    "a setting can be asked for  {known}": "設定可以用  {known}",
    "{text} and {other} cannot be compared by {how}: they must be numbers": (
        "{text}和{other}不能用{how}比較：要都是數字"
    ),
    "ask for the value itself, such as  {is: …}": "直接判斷值，例如  {is: …}",
    "{name} belongs to the shop {shop}, which would take it back": (
        "{name}是商店{shop}的資料，改了也會被商店蓋回去"
    ),
    "where the shop can be told, map it as  {name}: {from: …, write: true}": (
        "如果商店可以寫入，對應寫成  {name}: {from: …, write: true}"
    ),
    "{name} is {type}, only numbers are increased": "{name}是{type}，只有數字可以加減",
    "{text} is no number": "{text}不是數字",
    "write it such as 1, or -1 to take away": "寫成例如 1，要減就寫 -1",
    "{name} is {type}, and a date is counted from here": "{name}是{type}，這裡要從日期開始算",
    "{text} is no wait": "{text}不是等待的寫法",
    "{what} is asked at any time, when there is no {key} to read": (
        "{what}隨時都會判斷，那時候沒有 {key} 可以讀"
    ),
    "save it to an attribute or a tag, and ask for that": "先存到屬性或標籤，再用那個來判斷",
    "an audience": "分眾",
    # audiences, broadcasts, splits
    "the audience {name} asks for itself: {around}": "分眾{name}繞回來用到自己：{around}",
    "more than {most} audiences ask for one another here": "這裡的分眾一個用一個，超過 {most} 個",
    "write its conditions here": "把它的條件直接寫在這裡",
    "the conditions of {key} are nested more than {most} deep": "{key}的條件一層包一層，超過 {most} 層",
    "ask for fewer audiences within one another": "少用幾層分眾",
    "the audience {key} asks {tests} things, with all that it refers to": (
        "分眾{key}連同用到的分眾，總共要判斷 {tests} 件事"
    ),
    "ask for at most {most}, or use a list:  csv: …": "最多 {most} 件，或改用名單：  csv: …",
    "a broadcast goes out on one channel": "一次群發只能用一個頻道",
    "write one broadcast for each channel": "每個頻道各寫一個群發",
    "there are several channels: {names}": "有好幾個頻道：{names}",
    "add  channel: …": "加上  channel: …",
    "the groups of {name} add up to {total}, not to 100": "{name}各組加起來是 {total}，不是 100",
    "give {last} {share}": "{last}改成 {share}",
    # flows
    "the flow {name}": "流程{name}",
    "the signal {name}": "訊號{name}",
    "{of} has no {field}": "{of}沒有{field}",
    "{of} has no {field}, it has {known}": "{of}沒有{field}，它有 {known}",
    "{of} needs {missing}": "{of}需要 {missing}",
    "add  {key}: {{paste}}  with the right values": "加上  {key}: {{paste}}，換成正確的值",
    "the flow {run} needs {inputs}, which  run  does not bring": "流程{run}需要 {inputs}，用  run  帶不進去",
    "start it with them:  start: {flow: {run}, with: …}": "帶著資料開始：  start: {flow: {run}, with: …}",
    "a journey begins by itself, so nobody brings {inputs}": "顧客旅程會自己開始，所以沒有人帶 {inputs} 進來",
    "leave  inputs  out, or start the flow by a rule": "刪掉  inputs，或用規則開始這個流程",
    "how often a person goes through this journey is not said": "沒有寫一個人可以走這個顧客旅程幾次",
    "add  once_per: person,  a duration such as 30d, or always": (
        "加上  once_per: person  （一生一次）、時間例如 30d，或 always（每次）"
    ),
    "add  once_per: 300d  for each year, or  person  for once in a life": (
        "加上  once_per: 300d  （每年一次），或  person  （一生一次）"
    ),
    "this is no way to deal with lateness": "沒有這種「來不及」的處理方式",
    "write  if_late: skip": "寫成  if_late: skip",
    "without a name, a changed trigger or condition begins this anew for everybody": (
        "這條規則沒有 name：以後改它，每個人的次數會歸零"
    ),
    '"at" is for journeys: a rule acts when somebody comes into the audience': (
        "「at」只能寫在旅程：規則是客人進入分眾的當下就會做"
    ),
    "leave it out, or write it as the  when  of a flow": "刪掉它，或改寫成流程的  when",
    "add  name: {name}": "加上  name: {name}",
    "a rule is for 1 to {most} people": "一條規則可以給 1 到 {most} 個人",
    "the people are counted under the name of the rule, and it has none": (
        "名額是用規則的名稱（name）來記的，這條規則沒有寫"
    ),
    "the rule leaves this flow by  exit,  so it cannot go to a state of it": (
        "這條規則用  exit  離開了流程，不能再走到流程的步驟"
    ),
    "{key} is behind  exit,  which has left this flow already": "{key}寫在  exit  後面，那時候已經離開流程了",
    "put  exit  last": "把  exit  移到最後",
    "left at {place}": "在 {place} 離開",
    "a result belongs to a state of a flow": "result 只能寫在流程的步驟裡",
    "write its actions themselves, such as  reply: …": "直接寫要做的動作，例如  reply: …",
    "a result is a block": "result 要寫成「名稱: 內容」",
    "write  {trigger: …, reply: …}": "寫成  {trigger: …, reply: …}",
    "{kind} belongs to a flow that has a page": "{kind}只能用在有頁面的流程",
    "write  page: true  into the flow": "在流程加上  page: true",
    "start a flow that does it": "開始一個做這件事的流程",
    "loading lasts from 5 to 60 seconds": "載入動畫要在 5 到 60 秒之間",
    '"bind_clerk" needs a code': "「bind_clerk」需要邀請碼",
    "write  bind_clerk: {code: …}": "寫成  bind_clerk: {code: …}",
    # triggers
    "a journey does not begin with {named}: it begins with news or a date": (
        "顧客旅程不能由{named}開始：它由發生的事或日期開始"
    ),
    "begin it by a rule:  {when: {{kind}: …}, start: …}": "用規則開始：  {when: {{kind}: …}, start: …}",
    "{named} begins journeys, a rule cannot hear it": "{named}是顧客旅程開始用的，規則不能等它",
    "write it as the  when  of a flow": "寫成流程的  when",
    "there is no state that {named} could be counted from": "這裡沒有步驟，{named}不知道從哪裡算起",
    "a flow's rules have no state that {named} could be counted from": (
        "流程的規則不屬於哪個步驟，{named}不知道從哪裡算起"
    ),
    "write it into the rules of a state": "寫在步驟的 rules 裡",
    "{named} comes to the state that asked for it, and is heard only in flows": (
        "{named}是步驟問了之後才有的結果，只有那個流程裡才有"
    ),
    "write it into the rules of that state": "寫在那個步驟的 rules 裡",
    "{named} is asked last of all rules, so a flow cannot have it": (
        "{named}是所有規則最後才看的，流程裡不能用"
    ),
    "in a flow write  any_message": "在流程裡寫  any_message",
    "{text} can never be heard: nothing of it is left when texts are compared": (
        "永遠等不到{text}：比對文字時會忽略符號和空白，它就什麼都不剩了"
    ),
    '"at_least" asks for an amount, and {news} has none': "「at_least」要看金額，但{news}沒有金額",
    "leave it out, or hear one of {news}": "刪掉它，或改等 {news}",
    "an amount is {type}": "金額要寫{type}",
    "write it such as 1000": "寫成例如 1000",
    "no flow runs here, so none can have ended": "這裡沒有執行流程，所以不會有流程結束",
    "write it into a state with  run: FLOW": "寫在有  run: 流程  的步驟裡",
    # questions
    "{what} is asked for, and the playbook has no privacy notice": "這裡會問{what}，但劇本還沒有個資告知",
    "add  privacy: {version: …, controller: …, purpose: …, …}  to bot.yaml": (
        "在 bot.yaml 加上  privacy: {version: …, controller: …, purpose: …, …}"
    ),
    "something private": "私密的資料",
    "a phone": "手機號碼",
    "an e-mail address": "電子郵件",
    "several choices at once can be answered on a page or in a form only": "複選題只能在頁面或表單上回答",
    "write  page: true  into the flow, or ask for one choice": "在流程加上  page: true，或改成單選",
    "no answer is at least {least} and at most {most}": "沒有答案會同時至少 {least} 又至多 {most}",
    "write the smaller one as  at_least": "小的寫在  at_least",
    "this answer is {type}, and {text} is not": "這個回答是{type}，{text}不是",
    "{key} is for {types}, this answer is {type}": "{key}是給 {types} 用的，這個回答是{type}",
    "leave it out": "刪掉它",
    "only the choices of a question for several become tags": "只有複選題的選項可以存成標籤",
    "write  answer: {of: […], choices: several},  or save to an attribute": (
        "寫成  answer: {of: […], choices: several}，或存到屬性"
    ),
    "several choices are": "複選的答案",
    "an answer of type {type} is": "{type} 的回答",
    "{what} not kept in an attribute": "{what}不能存到屬性",
    "write  save: tags": "寫成  save: tags",
    "leave  save  out": "刪掉  save",
    "{choice} has {sign} in it, which stands between several choices": (
        "選項{choice}裡有{sign}，複選的答案用它分開"
    ),
    "write a space or {other} instead": "改成空白或{other}",
    "{key} is {type}, and the answer is {other}": "{key}是{type}，但回答是{other}",
    "ask for  answer: {type}": "改成  answer: {type}",
    "{key} has only the values {values}, and any answer is taken": (
        "{key}只有 {values} 這些值，但這裡什麼回答都收"
    ),
    "ask for  answer: [{values}]": "改成  answer: [{values}]",
    # shops and SMS
    "the shop {name} has no {missing}, so it answers nothing": "商店{name}沒有 {missing}，所以什麼都查不到",
    "the shop {name} has no {key}, so nobody can tell whether its news are its own": (
        "商店{name}沒有 {key}，所以無法確認收到的通知真的來自商店"
    ),
    "{name} has no {missing}, so it sends nothing": "{name}沒有 {missing}，所以簡訊送不出去",
    "add, each on a line of its own,  {lines}": "加上（每個一行）  {lines}",
    "the shop's field {path} is {held}, expected {wanted}": "商店的欄位{path}是{held}，這裡要的是{wanted}",
    "write  attributes: {{paste}},  or name another field": "改成  attributes: {{paste}}，或換一個欄位",
    "name another field": "換一個欄位",
    "the shop's field {path} holds further fields": "商店的欄位{path}裡面還有欄位，要寫到最裡面的",
    "the shop's field {block} has no fields in it": "商店的欄位{block}裡面沒有別的欄位",
    "the shop has no {last} in {block}": "商店的{block}裡沒有{last}",
    "the shop's platform documents no field {path}": "商店平台的文件裡沒有{path}這個欄位",
    # hours and formats
    "{text} goes across midnight, for {hours} hours": "{text}跨過午夜，長達 {hours} 小時",
    "for the hours of one day write  {meant}": "如果是同一天的時段，寫成  {meant}",
    "write  as {format}": "改成  as {format}",
    "write  {{ {name} }}": "改成  {{ {name} }}",
    "write  {{ {name} as {format} }}": "改成  {{ {name} as {format} }}",
    "write  {{ {name} or {text} }}": "改成  {{ {name} or {text} }}",
    '"|" is no sign of a placeholder: formats stand behind "as", texts for nothing behind "or"': (
        "這裡不用「|」：格式寫在「as」後面，沒有資料時的文字寫在「or」後面"
    ),
}
