"""What was meant by what people write otherwise, English beside Chinese."""

ZH = {
    # one text where a list or a block was meant
    "write  {key}: {value}": "寫成  {key}: {value}",
    "after the time stands the state that follows:  give_up_after: {{span}: {state}}": (
        "時間後面還要寫接著去哪個步驟：  give_up_after: {{span}: {state}}"
    ),
    "a date has  -  between its numbers: write  {meant}": "日期中間用  -  隔開，寫成  {meant}",
    "for once a day, anew at midnight, write  day;  1d  is a day since the last time": (
        "每天一次寫  day（過了午夜重新算）；1d 是從上次算起滿一天"
    ),
    "to hear it and do nothing, write  note: not answered  in its stead": (
        "符合了也什麼都不做，就把 do 換成  note: 不用回覆"
    ),
    "until names the moment when it is over: for all of that day write  {meant}": (
        "until 寫的那一刻就結束了；要包含那一整天，寫成  {meant}"
    ),
    "an attribute has a name of small English letters, digits and _, and the Chinese one as its title:"
    " {where}": "屬性的名字只能用小寫英文、數字和底線（_），中文寫在 title：{where}",
    "buttons are a part:  buttons: {text: …, taps: […]}": (
        "訊息有按鈕的話，字和按鈕都寫在 buttons 裡：  buttons: {text: …, taps: […]}"
    ),
    "put the whole text in quotes:  {text}": "整段文字用引號包起來：  {text}",
    "{text} stands here without a word that says what to do with it": "{text}前面沒有寫要做什麼",
    "to say this, write  reply: {text}": "如果要回覆這句話，寫成  reply: {text}",
    "to hear one of these texts, write  {text: {listed}}": "如果要等客人說其中一句，寫成  {text: {listed}}",
    "to say these texts, write  reply: {listed}": "如果要回覆這幾句話，寫成  reply: {listed}",
    "begin each so:  - menu: {name}": "每一個這樣開頭：  - menu: {name}",
    "write the year as well, such as  {meant}": "年份也要寫，例如  {meant}",
    # one text where several were meant
    "{text} is taken as one, with all its signs": "{text}會被當成一個，裡面的符號不會把它分開",
    "for several write  {key}: {listed};  for one put it in quotes": (
        "如果是好幾個，寫成  {key}: {listed}；如果就是這一個，前後加上引號"
    ),
    "for several write  {listed}": "如果是好幾個，寫成  {listed}",
    "for everybody write  {word}": "如果是所有人，寫成  {word}",
    "for a phone write  tel:{number}": "如果是電話，寫成  tel:{number}",
    "a tap opens no e-mail address: write it into the text": "按鈕不能打開電子郵件，把它寫在文字裡",
    "the names of a row stand apart by spaces": "同一列的名字用空白分開",
    "write  {row}": "寫成  {row}",
    'behind "{sign}" stands a text: it is given behind "or"': (
        "「{sign}」後面接了文字：沒有資料時要說的文字寫在「or」後面"
    ),
    # what marketers write for a campaign
    "write it in digits, such as 100": "用數字寫，例如 100",
    "write whole numbers; for fewer prizes write  first: …  in the rule of the prize": (
        "只能寫整數；獎要更少，在那個獎的規則加上  first: …  （前幾名）"
    ),
    "this line begins with full-width spaces": "這一行開頭的不是半形空白",
    "indent by half-width spaces, as the line above": "刪掉它們，用空白鍵重新打，和上一行對齊",
    "a flow has a name of small English letters, digits and _, and the Chinese one as its title:"
    "  {example}": "流程的名字只能用小寫英文、數字和底線（_），中文寫在 title：  {example}",
    "write  {{ {inside} }}": "寫成  {{ {inside} }}",
    "add  contents: {type: bubble, …}  or  file: cards/a.json": (
        "加上  contents: {type: bubble, …}  或  file: cards/a.json"
    ),
    "to show it for a while write  {value}": "只固定一段時間，寫成  {value}",
    "{key} is no word here: a draw is a split, with a rule for each prize": (
        "這裡沒有「{key}」這種寫法：抽獎用分流（splits），每個獎一條規則"
    ),
    "write the chances once,  {splits}  and in front of each prize  {if}": (
        "機率寫一次  {splits}  ，每個獎的規則加上  {if}"
    ),
    "{key} is for flows: a rule has  from  and  until  of its own": (
        "「{key}」是流程用的；規則直接寫  from  和  until"
    ),
    "write  {since}  and below it  {until}": "寫成  {since}  ，下一行  {until}",
    "a rule acts at once: what waits is a flow, which the rule starts": (
        "規則是馬上做的；要等一段時間，用規則開始一個流程，在流程裡等"
    ),
    "write  start: later  here, and  {flow}": "這裡寫  start: later  ，另外寫  {flow}",
    "{key} is no condition: a member is who has bound a phone": (
        "條件裡沒有「{key}」：會員就是綁定過手機的人"
    ),
    "messages are not numbered: one after the other stand in a list": (
        "訊息不用編號：好幾則就寫成清單，依序送出"
    ),
    "LINE's own JSON stands in  contents,  and a text for lists and old devices in  alt": (
        "LINE 的 JSON 要放在  contents  底下，另外用  alt  寫通知上看到的文字"
    ),
    "a button is written with  label,  and with what it does": "按鈕要寫  label  （按鈕上的字）和按了做什麼",
    "for any of these tags write  {any},  for all of them  {all}": (
        "有其中一個標籤就寫  {any}，每個都要有就寫  {all}"
    ),
    '"call" is for hooks; for a phone write  {open}': "「call」是呼叫外部系統用的；打電話寫成  {open}",
    "here stands the name of a channel: {names}": "這裡要寫頻道的名字：{names}",
    "put the picture into the playbook's folder, as  {file}": "把圖片放進劇本資料夾，位置是  {file}",
    "staff would read {text}: what stands here is the note for them": (
        "客服會看到{text}：這裡寫的是給客服看的話"
    ),
    "write  hand_over: 請看上方對話": "寫成  hand_over: 請看上方對話",
    "an answer is kept in an attribute:  save: favourite,  and  attributes: {favourite: text}": (
        "答案要存在屬性裡：寫  save: favourite  ，另外寫  attributes: {favourite: text}"
    ),
    "{text} is a state of a flow: write the flow,  {name}": (
        "{text}是流程裡的步驟；這裡要寫流程的名字：  {name}"
    ),
    "a card has a name of small English letters, digits and _:  cards: {{name}: …};  a rule sends it by"
    "  reply: {name}": (
        "卡片的名字只能用小寫英文、數字和底線（_）：  cards: {{name}: …}  ，規則裡寫  reply: {name}  就會送出"
    ),
    "an address is given once,  {hook},  and here stands its name:  call: crm": (
        "網址另外寫一次：  {hook}  ，這裡寫它的名字：  call: crm"
    ),
    # what stands in another place, or is made of other parts
    "a rule has a word for what it hears, and one for what it answers": (
        "每條規則要寫客人說什麼（when），和怎麼回（reply）"
    ),
    "this is LINE's own JSON, and messages are written more shortly here": (
        "這是 LINE 的 JSON 寫法；劇本裡的訊息更簡單"
    ),
    "quick replies belong to the whole message, not to its {part}": "快速回覆是整則訊息的，不寫在 {part} 裡",
    "write quick_replies to the left, in line with {part}:": "把 quick_replies 往左移，和 {part}: 對齊",
    "a card is what is sent; when it is sent, says a rule": "卡片只寫要送什麼；什麼時候送，寫在規則裡",
    '"{key}" belongs to a journey or a broadcast': "「{key}」寫在顧客旅程或群發裡，不是這裡",
    "write there  {key}: {value}": "在那裡寫  {key}: {value}",
    'a rule has no "{key}": where its if does not hold, the rules below it answer': (
        "規則裡沒有「{key}」：if 不成立的時候，會看下面的規則"
    ),
    "write one more rule below it, without if:  {paste}": "下面再加一條沒有 if 的規則：  {paste}",
    "a rule speaks to the one who wrote; to everybody speaks a broadcast": (
        "規則只會回給傳訊息來的那個人；要發給很多人，用群發（broadcasts）"
    ),
    "write it apart from the rules:  {paste}": "另外寫一段：  {paste}",
    '"{key}" is a part of the message': "「{key}」要寫在訊息裡面，不是並排",
    "a channel has a name, and its settings stand below that": (
        "「channels」底下要先寫頻道的名字，再寫它的設定"
    ),
    '"{key}" is no section: it belongs to a channel': "「{key}」不是一個段落，要寫在頻道裡",
    "write it below the channel's name:  {key}: {value}": "寫在頻道的名字底下：  {key}: {value}",
}
