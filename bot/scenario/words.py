"""What is said of scenarios that cannot be played, English beside Chinese."""

ZH = {
    # names
    "person": "人",
    "group": "群組",
    "state": "步驟",
    "menu": "圖文選單",
    "tab": "分頁",
    "field": "欄位",
    "input": "輸入",
    "rule": "規則",
    "file": "檔案",
    "staff cannot bind this phone: find_member says {result}": (
        "客服不能綁定這支手機：find_member 的結果是 {result}"
    ),
    # recordings
    "recorded in the simulator; oaflow test plays it again": (
        "在模擬器裡錄的；執行 oaflow test 會照著重播一次"
    ),
    "the playbook was changed while this was played: what came before may be another playbook's": (
        "錄的時候改過劇本：改之前的對話，可能是用舊的劇本回的"
    ),
    "an address in it is another one on each machine": "裡面的網址，每台電腦不一樣",
    "left out: {what}": "沒有錄到：{what}",
    # the file and its steps
    "this file is no scenario": "這個檔案不是情境測試",
    "write  scenario: 這段對話在試什麼  and below it  steps: [{user: …}, {bot: …}]": (
        "寫上  scenario: 這段對話在試什麼，底下寫  steps: [{user: …}, {bot: …}]"
    ),
    'a scenario needs "scenario"': "情境測試要寫「scenario」",
    "add  scenario: 這段對話在試什麼": "加上  scenario: 這段對話在試什麼",
    'a scenario needs "steps"': "情境測試要寫「steps」",
    "add  steps: [{user: …}, {bot: …}]": "加上  steps: [{user: …}, {bot: …}]",
    "nothing is expected here: this scenario holds only where the bot is silent": (
        "這裡沒有寫機器人要回什麼：它什麼都不說，這個情境測試才會通過"
    ),
    "add what the bot answers, such as  - bot: …": "加上機器人會怎麼回答，例如  - bot: …",
    "a step has one kind, here are two: {two}": "一步只能寫一種，這裡有兩種：{two}",
    "write two steps:  - {first}: …  and  - {second}: …": "分成兩步：  - {first}: …  和  - {second}: …",
    "a step is a word with its value": "一步要寫「種類: 內容」",
    "write it such as  - user: 你好": "寫成例如  - user: 你好",
    '"set" changes what is known, the keys beside it expect something': (
        "「set」是改資料，旁邊的卻是要檢查的事"
    ),
    "write two steps, one after the other": "分成兩步，一步接一步寫",
    "the playbook is not right after this edit: {where}: {message} [{code}]": (
        "這樣改了之後，劇本有錯：{where}：{message} [{code}]"
    ),
    "the playbook has no file {file}": "劇本裡沒有{file}這個檔案",
    "{text} stands {count} times in {file}, it must once": "{text}在 {file} 裡有 {count} 個，要剛好一個",
    "copy more of the text around it": "前後多抄一些字",
    # people, and what they do
    "write the people into  given: {people: {小美: {}, 大明: {}}}": (
        "把人寫進  given: {people: {小美: {}, 大明: {}}}"
    ),
    "to say this text, write  user: {says: {text}}": "如果要說這句話，寫成  user: {says: {text}}",
    '"{key}" belongs to "{owner}"': "「{key}」是配「{owner}」用的",
    "its people are in {state} now": "原本在那裡的人現在在{state}",
    "nobody is ever found in {state}: it is left at once": "不會有人停在{state}：一到就往下走了",
    "name a state that asks, waits, or has rules and no way on": (
        "寫一個會問問題、會等待，或有 rules 又沒有下一步的步驟"
    ),
    '"{key}" is what the shop says of its member': "「{key}」是商店說的會員資料",
    "write  shop: {member_updated: {{key}: …}}": "寫成  shop: {member_updated: {{key}: …}}",
    "declare it in the playbook:  tags: {名稱: {added_by: staff}}": (
        "先在劇本裡宣告：  tags: {名稱: {added_by: staff}}"
    ),
    '"{name}" answers with fields, or is "failed"': "「{name}」要寫回應的欄位，或「failed」",
    "write  hook: {{name}: {status: …}}": "寫成  hook: {{name}: {status: …}}",
    '{text} is not of the type of "{key}": {type}': "{text}不是「{key}」的種類：{type}",
    "write it such as 30m, 3d, until 10:00, until mon 10:00 or until 2026-09-02 10:00": (
        "寫成例如 30m、3d、until 10:00、until mon 10:00 或 until 2026-09-02 10:00"
    ),
    "{text} is no time to wait": "{text}不是要等的時間",
    # what is expected
    "no message stands here": "這裡沒有寫訊息",
    "write  bot: {nothing}": "寫成  bot: {nothing}",
    '"{nothing}" stands alone': "「{nothing}」只能單獨寫",
    "where this is a text, write  {text: {text}}": "如果這是一段文字，寫成  {text: {text}}",
    '"held" needs one flow and its state beside it': "「held」旁邊要寫一個流程和它的步驟",
    "no rule has the name {name}": "沒有叫做{name}的規則",
    "give the rule its name:  name: {name}": "幫那條規則取名字：  name: {name}",
    # what is given
    "{text} is no moment": "{text}不是日期加時間",
    "write it such as 2026-09-01 14:00": "寫成例如 2026-09-01 14:00",
    '"contact" and "people" stand here both': "「contact」和「people」都寫了",
    "make the contact one of the people": "把 contact 寫成 people 裡的一個人",
    "no clerk here has the code {code}": "這裡沒有邀請碼是{code}的店員",
    "write the clerk into  given.clerks: [{code: …}]": "把店員寫進  given.clerks: [{code: …}]",
    "these are the attributes that a shop maps": "這裡只能寫商店對應的屬性",
    'a member of the shop needs "phone"': "商店的會員要寫「phone」",
    'add  phone: "0912345678"': '加上  phone: "0912345678"',
    "{text} is no date": "{text}不是日期",
    "write it such as 1990-05-20": "寫成例如 1990-05-20",
    'a clerk needs "{key}"': "店員要寫「{key}」",
    # shapes
    '"{what}" must be a text': "「{what}」要寫文字",
    '"{what}" must have keys with values': "「{what}」底下要寫「名稱: 內容」",
    '"{what}" must be a whole number, not {text}': "「{what}」要寫整數，現在是{text}",
    '"{what}" has one kind, here are two: {two}': "「{what}」只能寫一種，這裡有兩種：{two}",
    '"{what}" has none of {kinds}': "「{what}」要寫 {kinds} 其中一種",
    "{text} is no mobile number": "{text}不是手機號碼",
    # what could not be done
    "no result is waiting to be said": "現在沒有結果在等客人說話",
    "it says {texts}": "它會說{texts}",
    "the page does not say {text} now: {says}": "頁面現在不會說{text}：{says}",
    "what can be tapped: {labels}": "可以按的有：{labels}",
    "there is nothing called {what} to tap": "沒有叫做{what}的按鈕可以按",
    "no SMS has come, so there is no {code}": "沒有收到簡訊，所以沒有 {code}",
    "this opens a date picker": "這會打開日期選擇器",
    "{picked} cannot be picked here": "這裡選不到{picked}",
    "the picker offers {least} to {most}": "可以選 {least} 到 {most}",
    "add what is picked:  picks: 2026-09-01": "加上選了什麼：  picks: 2026-09-01",
    "{picked} is not what this picker gives, such as {example}": (
        "選出來的不會是{picked}，要寫成例如 {example}"
    ),
    "write  picks: {meant}": "寫成  picks: {meant}",
    "no page with a question is open": "沒有打開有問題的頁面",
    "open it first:  user: {opens: …}": "先打開它：  user: {opens: …}",
    "no form is open": "沒有打開表單",
    "its fields: {names}": "它的欄位：{names}",
    "the form {form} has no field {name}": "表單 {form} 沒有{name}這個欄位",
    "the shop tells nothing while it fails": "商店故障的時候不會送消息來",
    "first:  works: shop": "先寫：  works: shop",
    "{hook} has not been called, or has answered already": "{hook} 還沒有被呼叫，或已經回應過了",
    "that moment is over: it is {at} already": "那個時間已經過了：現在是 {at}",
    "more than {most} timers go off in this step, the last at {at}": (
        "這一步有超過 {most} 個計時器到時間，最後一個在 {at}"
    ),
    "more than {most} timers go off in this step, the last in the flow {flow}, at {at}": (
        "這一步有超過 {most} 個計時器到時間，最後一個是流程 {flow}，在 {at}"
    ),
    "audiences are watched, so that time can go on by {days} days at once at most": (
        "有規則在等人進出分眾，所以時間一次最多前進 {days} 天"
    ),
    "nobody can be drawn for all of these groups: {groups}": "沒有人能同時分到這些組：{groups}",
    # what is not as expected
    "a message that no step names": "一則沒有步驟提到的訊息",
    "{number} messages that no step names": "{number} 則沒有步驟提到的訊息",
    "before this step the bot said {what}": "在這一步之前，機器人說了{what}",
    "before this step the bot said {what} to {person}": "在這一步之前，機器人對 {person} 說了{what}",
    "the bot should be silent": "機器人不應該說話",
    "the bot said nothing": "機器人沒有說話",
    "the bot said this in another order": "機器人說的順序不一樣",
    "the bot said something else": "機器人說的不一樣",
    "it shows {state}": "它顯示 {state}",
    "no page is open": "沒有打開頁面",
    "on the page: {text}": "頁面上：{text}",
    "the page does not say {text}: {now}": "頁面沒有寫{text}：{now}",
    "no page should be open": "不應該打開頁面",
    "the page should show {state}": "頁面應該顯示 {state}",
    "{wanted}: {now}": "{wanted}：{now}",
    "an SMS has come, and none should": "收到了簡訊，但不應該有",
    "no SMS has come": "沒有收到簡訊",
    "the SMS does not say {wanted}": "簡訊沒有寫{wanted}",
    "it says: {says}": "它寫的是：{says}",
    "tags: {lacking} not on; there are {tags}": "標籤：沒有貼 {lacking}；現在有 {tags}",
    "tags: expected exactly {expected}, there are {tags}": "標籤：應該剛好是 {expected}，現在有 {tags}",
    "attribute {name}: expected {expected}, it is {found}": "屬性 {name}：應該是 {expected}，現在是 {found}",
    "bound: expected {expected}, it is {found}": "綁定：應該是 {expected}，現在是 {found}",
    "marketing: expected {expected}, it is {found}": "行銷同意：應該是 {expected}，現在是 {found}",
    "the contact is not as expected": "聯絡人的資料不一樣",
    "not known": "沒有資料",
    "none": "沒有",
    "nobody should be in {name}: the person is in {state}": "不應該在流程 {name} 裡：現在在 {state}",
    "{name} should be at {wanted}: {where}": "流程 {name} 應該在 {wanted}：{where}",
    "held: {held}": "被 {held} 暫緩",
    "it is not held": "沒有被暫緩",
    "{name} should be held by {held}: {found}": "流程 {name} 應該被 {held} 暫緩：{found}",
    "the person is not in it, and was not": "這個人不在裡面，也沒有走過",
    "it has ended at {state}": "已經結束在 {state}",
    "it is at {state}": "現在在 {state}",
    "the rich menu should be {expected}: it is {found}": "圖文選單應該是 {expected}：現在是 {found}",
    "the tab should be {expected}: it is {found}": "分頁應該是 {expected}：現在是 {found}",
    "messages paid so far: expected {messages}, it is {paid}": (
        "到目前為止的付費訊息：應該是 {messages} 則，現在是 {paid} 則"
    ),
    "nothing in {file} decided this: it was {files}": "{file} 裡沒有決定這件事的規則：決定的是 {files}",
    "the rule {rule} did not decide this": "不是規則 {rule} 決定的",
    # why the bot answers what it answers
    "took it": "由它回答",
    "would have taken it, but for its condition": "本來會由它回答，但條件不成立",
    "hears it too, but comes later": "也符合，但排在後面",
    "  user": "  客人",
    "   bot": "機器人",
    "(picture)": "（圖片）",
    "(video)": "（影片）",
    "(audio)": "（語音）",
    "(sticker)": "（貼圖）",
    "(location)": "（位置）",
    "(imagemap)": "（圖文訊息）",
    "(Flex)": "（Flex）",
    "(buttons)": "（按鈕）",
    "(says nothing)": "（不說話）",
    "(costs 1 message)": "（用掉 1 則訊息）",
    "(costs {number} messages)": "（用掉 {number} 則訊息）",
    "why:": "為什麼：",
    "rules that hear this, in their order:": "符合這句話的規則，照順序：",
    "rules that nearly hear this:": "差一點就符合的規則：",
    "waits for {text}: only marks, spaces, width or characters differ": (
        "等的是{text}：只差標點、空格、全形半形或繁簡"
    ),
    "waits for just {text}, and there is more in this (text_contains would hear it)": (
        "等的是整句{text}，這句話還多了別的字（改用 text_contains 就會符合）"
    ),
    "waits for {text}, of which this is a part": "等的是{text}，這句話只是其中一部分",
    "no rule hears this; this one would:": "沒有規則在等這句話；這樣寫就會：",
    "--attribute {written}: {text} is not of the type {type}": (
        "--attribute {written}：{text}不是 {type} 這種資料"
    ),
    '--at {text}: write it such as "2026-09-01 14:00"': '--at {text}：寫成例如 "2026-09-01 14:00"',
    "{message}; {hint}": "{message}；{hint}",
    # how it is told
    "{place}: failed: {message}": "{place}: 失敗：{message}",
    "- was expected": "- 應該要有",
    "+ was said, and was not expected": "+ 說了，但不應該有",
    "({legend})": "（{legend}）",
    "why the bot did so:": "機器人為什麼這樣做：",
    "{scenarios} in {seconds} s": "{scenarios}，{seconds} 秒",
    "{said}:{failed} {because}": "{said}：{failed} {because}",
    "{done} of {total} scenarios": "{total} 個情境測試，跑了 {done} 個",
    "tested: {folder}": "測試的資料夾：{folder}",
    "changed on purpose? write into the scenario what the bot says now, or record it anew": (
        "是故意改的嗎？把情境檔裡的那一句改成現在說的，或刪掉重錄一次"
    ),
    "1 scenario, {failed} failed": "1 個情境測試，{failed} 個失敗",
    "{number} scenarios, {failed} failed": "{number} 個情境測試，{failed} 個失敗",
    "the scenario {file} cannot be read": "情境測試 {file} 打不開",
    "there are no scenarios: {folder} holds no .yaml file": "沒有情境測試：{folder} 裡沒有 .yaml 檔案",
    'there is no scenario "{name}"': "沒有叫做「{name}」的情境測試",
    "{message}: {hint}": "{message}：{hint}",
}
