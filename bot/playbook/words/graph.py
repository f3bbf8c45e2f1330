"""What is said of a playbook as a whole: what never happens, never ends, costs, English beside Chinese."""

ZH = {
    # ways through a flow
    "no way leads to the state {state}": "沒有任何路會走到步驟{state}",
    "write  next: {state}  in the state before it, or leave it out": (
        "在前一個步驟寫  next: {state}，或刪掉這個步驟"
    ),
    "from the state {state} one can reach no end": "從步驟{state}怎麼走都不會結束",
    "from the state {state} one can reach no end, and the flow has none": (
        "從步驟{state}怎麼走都不會結束，這個流程也沒有結束的步驟"
    ),
    "write  end: true  in the last state, and a way that leads to it": (
        "在最後的步驟寫  end: true，並讓人走得到"
    ),
    "nobody rests on the way {way}: it would go round for ever": "{way} 中間沒有人會停下來，會一直繞圈",
    "once its dates are past, nobody rests on the way {way}": "等的日期過了之後，{way} 中間沒有人會停下來",
    "let people wait in one of these states, by  wait: 1d  or by a question": (
        "讓人在其中一個步驟停下來，例如  wait: 1d  或問一個問題"
    ),
    "the flow {flow} runs itself: {way}": "流程{flow}繞回來執行自己：{way}",
    "leave one of these  run:  out; to begin a flow anew, go to its first state": (
        "刪掉其中一個  run:；要重新開始流程，就走到它的第一個步驟"
    ),
    "this branch to {to} is never taken: one before it always is": (
        "這條走到{to}的路永遠不會走：前面有一條一定會先走"
    ),
    "leave it out, or put it before the others": "刪掉它，或移到其他條前面",
    "leave out the if of the branch before it, or lead that one to {to}": (
        "刪掉前一條的 if，或讓前一條走到 {to}"
    ),
    "the question of {state} stays open for ever": "客人不回答的話，{state}的問題會一直開著",
    "people may rest in the state {state} for ever": "客人可能永遠停在步驟{state}",
    "add  give_up_after: {30m: {quiet}}": "加上  give_up_after: {30m: {quiet}}",
    "add  give_up_after: {30m: gave_up}  and, for those who went away, the state  gave_up: {end: true}": (
        "加上  give_up_after: {30m: 放棄}，再加一個給離開的人的步驟  放棄: {end: true}"
    ),
    "the state {old} is still there, so nobody is moved out of it": "步驟{old}還在，所以不會有人被移走",
    "{old} is still there: everybody would lose it at the next edit": "{old}還在，下次存檔後大家的都會不見",
    "leave  moved_from  out": "刪掉  moved_from",
    "leave it out of  moved,  or take the state away": "從  moved  刪掉它，或刪掉這個步驟",
    "{round}: nobody would come to rest": "{round}：永遠停不下來",
    "lead one of them to a state that is there, or to  exit": "讓其中一個走到還在的步驟，或  exit",
    # conditions
    "this condition never holds: {condition}": "這個條件永遠不會成立：{condition}",
    "for one or the other, write  any: [..., ...]": "其中一個成立就好的話，寫成  any: [..., ...]",
    "this condition never holds: {hours} has no open hours": "這個條件永遠不會成立：{hours}沒有開放的時間",
    "give it hours, such as  mon-fri: 09:00-18:00": "給它時間，例如  mon-fri: 09:00-18:00",
    "this condition never holds: {groups} has 0 % of {split}": (
        "這個條件永遠不會成立：{groups}在{split}裡佔 0 %"
    ),
    "give it a share, or leave the condition out with what hangs on it": (
        "給它一些比例，或把這個條件和它底下的內容刪掉"
    ),
    "this condition never holds: while staff have the conversation, this rule is not heard": (
        "這個條件永遠不會成立：客服接手的時候，這條規則不會執行"
    ),
    "add to the rule  with_staff: true": "在規則加上  with_staff: true",
    "this condition never holds: {tag} has just been added then": "這個條件永遠不會成立：那時候才剛貼上{tag}",
    "leave it out; for once in a life, write  once_per: person": (
        "刪掉它；一生只做一次的話寫  once_per: person"
    ),
    "this condition always holds: {condition}": "這個條件一定成立：{condition}",
    "this condition always holds: {groups} has 100 % of {split}": (
        "這個條件一定成立：{groups}在{split}裡佔 100 %"
    ),
    "leave it out; for neither of two, write  unless: {any: [..., ...]}": (
        "刪掉它；兩個都不能有的話，寫成  unless: {any: [..., ...]}"
    ),
    # who hears what
    "this rule is never heard: {who} takes {what} first": "這條規則永遠不會執行：{who}會先接走{what}",
    "this rule does not hear {what}: {who} takes it first": "這條規則等不到{what}：{who}會先接走",
    "an earlier one": "前面的規則",
    "one that interrupts": "有 interrupt 的規則",
    "leave one of the two out": "兩條刪掉一條",
    "leave one of the two out; for both answers write one rule:  reply: […, …]": (
        "兩條刪掉一條；兩個回答都要的話，合成一條：  reply: […, …]"
    ),
    "put this rule above the other one, or leave one of the two out": "把這條移到另一條上面，或刪掉其中一條",
    "leave {what} out here": "這裡刪掉{what}",
    "leave {what} out here, or put this rule before the other": "這裡刪掉{what}，或把這條規則移到前面",
    "the other rule is at {place}": "另一條規則在 {place}",
    "because of  once_per: {often}  who has a place and asks again is answered by a later rule": (
        "有名額的人再傳一次，這條規則因為  once_per: {often}  不再回覆，會收到後面那條規則的回覆"
    ),
    "leave  once_per  out: they hear the same again, and it costs no place; to say it once, write"
    "  add_tags: [{tag}]  and  unless: {tag: {tag}}  here, and below it a rule with  if: {tag: {tag}}"
    "  for those who ask again": (
        "刪掉 once_per：有名額的人再傳，會收到同一句，也不會多用名額；只想給一次的話，這條加"
        "  add_tags: [{tag}]  和  unless: {tag: {tag}}，下面再寫一條  if: {tag: {tag}}  回覆再來問的人"
    ),
    "{heard} is heard in {file} as well, first by its name alone": (
        "{file} 也有規則在等{heard}，現在只是檔名排在前面才先看"
    ),
    "move this rule above the other one, or write in bot.yaml:  rule_order: [{first}, {second}]": (
        "把這條移到另一條的上面；或在 bot.yaml 寫  rule_order: [{first}, {second}]"
    ),
    "say which comes first, in bot.yaml:  rule_order: [{first}, {second}]": (
        "在 bot.yaml 寫清楚誰先：  rule_order: [{first}, {second}]"
    ),
    "while this question is open, these words are its answer: {words}": (
        "這個問題還沒回答時，客人說這些話會被當成答案：{words}"
    ),
    "write  interrupt: true  in the rules that are to be heard in its middle": (
        "問到一半也要有反應的規則，加上  interrupt: true"
    ),
    "the answer {word} is taken by a rule that is asked before": "選項{word}會先被另一條規則接走",
    "the answer {word} is taken by a rule that is asked before, where it holds": (
        "另一條規則成立的時候，選項{word}會先被它接走"
    ),
    "call the choice otherwise, or let that rule hear other words": "選項換個說法，或讓那條規則等別的話",
    "the rule is at {place}": "那條規則在 {place}",
    "{word} means both {other} and {choice}": "{word}同時是{other}和{choice}",
    "call one of them otherwise: width, letter case and spaces are not compared": (
        "其中一個換個說法：比對時不看全形半形、大小寫和空白"
    ),
    "this rule and another hear the same, and share one  once_per": (
        "這條規則和另一條等的一樣，次數（once_per）會算在一起"
    ),
    "give each a name of its own:  name: …": "兩條各取一個名字：  name: …",
    "LINE shows no animation in groups, where this rule is heard": (
        "這條規則用在群組，LINE 在群組不顯示載入動畫"
    ),
    "leave  loading  out": "刪掉  loading",
    "the tag {tag} is put on and taken off by one list of actions": "標籤{tag}在同一串動作裡貼上又拿掉",
    "leave it out of one of the two": "其中一邊刪掉它",
    "{what} says {text}, and no rule hears it": "{what}會說{text}，但沒有規則在等這句話",
    "this tap": "這個按鈕",
    "the link {code}": "連結{code}",
    "add a rule  - {when: {text: {heard}}, reply: …}": "加一條規則  - {when: {text: {heard}}, reply: …}",
    "no rule hears the postback {data} of this card": "沒有規則在等這張卡片的 postback{data}",
    "add a rule  - {when: {postback: {data}}, reply: …}": (
        "加一條規則  - {when: {postback: {data}}, reply: …}"
    ),
    "{text} holds the invisible sign {sign}, which nobody types": (
        "{text}裡有看不見的字元 {sign}，客人不會打出來"
    ),
    "delete the text, and type it anew: {text}": "刪掉這段文字，重新打一次：{text}",
    "the rule hears {text} only with {opening} and {closing} around it": (
        "客人要連 {opening} 和 {closing} 一起打，才符合這條規則的{text}"
    ),
    "write it without them:  {text}": "不要寫那兩個符號：  {text}",
    "for the card, write  {name}": "如果要送卡片，寫成  {name}",
    "{text} is sent as a text, and there is a card {name}": "{text}會當成文字送出去，但有一張卡片叫{name}",
    "{text} is sent as one text, and each of its words is a card": (
        "{text}會當成一段文字送出去，但每個詞都是一張卡片"
    ),
    "for the cards, write  [{names}]": "如果要送卡片，寫成  [{names}]",
    # outcomes
    "nothing happens when {came}": "{came}的時候，什麼都不會發生",
    "nothing happens when {came} and the if of its rules does not hold": (
        "{came}、而規則的 if 不成立的時候，什麼都不會發生"
    ),
    "the state {state} asks, and only its time-out leads on": "步驟{state}問了問題，但回答之後沒有下一步",
    "nothing happens when {came} and its rules are kept silent by {words}": (
        "{came}、而規則因為 {words} 不回答的時候，什麼都不會發生"
    ),
    "{hook} {does}": "{hook} {does}",
    "succeeds": "成功",
    "fails": "失敗",
    "{asked} ends in {outcomes}": "{asked} 結束在 {outcomes} ",
    "{asked} gives {outcomes}": "{asked} 的結果是 {outcomes} ",
    "add  - {when: {{when}}, to: …}": "加上  - {when: {{when}}, to: …}",
    "add  - {when: {{when}}, to: …} behind them, without if": (
        "在它們後面加上  - {when: {{when}}, to: …}，不寫 if"
    ),
    "add  - {when: {{when}}, to: …} behind them, without {words}: that is what the others hear": (
        "在它們後面加上  - {when: {{when}}, to: …}，不寫 {words}：其他人就會走這一條"
    ),
    "{what} never comes: nothing in {where} asks for it": "永遠等不到{what}：{where}裡沒有動作會帶來它",
    "a rule outside flows": "流程以外的規則",
    "the state {state}": "步驟{state}",
    "the flow {flow}": "流程{flow}",
    "what can come here: {outcomes}": "這裡會來的有 {outcomes}",
    "write  call: NAME  in the state that waits for it": "在等它的步驟寫  call: 名稱",
    "write  send_code:  or  check_code:  in the state that waits for it": (
        "在等它的步驟寫  send_code:  或  check_code:"
    ),
    "write  find_member:, move_member or refresh_member  in the state that waits for it": (
        "在等它的步驟寫  find_member:、move_member 或 refresh_member"
    ),
    "write  bind_clerk:  in the state that waits for it": "在等它的步驟寫  bind_clerk:",
    "write  run: FLOW  in the state that waits for its end": "在等它結束的步驟寫  run: 流程",
    "between  member: found  and {bound} people rest in {state}, and the phone is kept for 2 minutes only": (
        "member: found  到{bound}之間，客人會停在{state}，但手機號碼只保留 2 分鐘"
    ),
    "ask before  find_member,  and go from  found  to  bind_member  at once": (
        "要問的在  find_member  之前先問，從  found  直接走到  bind_member"
    ),
    # replies and what costs
    "one reply would hold {said} messages; it holds {most} at most": (
        "一次回覆會有 {said} 則訊息，最多 {most} 則"
    ),
    "one reply would hold {said} messages, with {where}; it holds {most} at most": (
        "一次回覆會有 {said} 則訊息（加上{where}），最多 {most} 則"
    ),
    "leave some out, join texts, or let people rest in between": (
        "刪掉幾則、把文字合成一則，或中間讓客人停一下"
    ),
    "LINE takes no reply {when}: one follows a message or a tap": (
        "{when}，不能用 reply：客人傳訊息或點按鈕之後才能回覆"
    ),
    "write  push:  or  reply: {message: …, or_push: true};  either may cost a message": (
        "寫成  push:  或  reply: {message: …, or_push: true}；兩種都可能用掉一則訊息"
    ),
    "that way begins at {place}": "那條路從 {place} 開始",
    "when it comes by {trigger}": "由{trigger}觸發的時候",
    "once it has waited {wait}": "等了 {wait} 之後",
    "when its address is opened": "打開它的網址時",
    "when it is held in the quiet hours": "在勿擾時段裡，等到時段結束才發的時候",
    "when it is said on the page": "在頁面上說的時候",
    "when its words are not said": "客人沒有說那句話時",
    "when its page is opened": "打開它的頁面時",
    "this costs a message {when}": "{when}，這會用掉一則訊息",
    "this may cost a message {when}": "{when}，這可能用掉一則訊息",
    "the journey {flow} costs a person {often}": "顧客旅程{flow}，一個人{often}",
    "any number of messages, for it can go round": "會用掉幾則訊息沒有上限，因為它會繞圈",
    "at most {messages}": "最多用掉 {messages}",
    "1 message": "1 則訊息",
    "{number} messages": "{number} 則訊息",
    "each code sent here costs an SMS, {price}": "這裡每送一次驗證碼就是一則簡訊，{price}",
    # results of a page
    "{trigger} has {length} characters, a trigger has at most {longest}": (
        "{trigger}有 {length} 字，觸發的話最多 {longest} 字"
    ),
    "write a short sentence": "寫短一點的句子",
    "write another sentence, which nobody types": "換一句客人不會自己打的話",
    "{trigger} is a built-in word, and cannot be a result's trigger": "{trigger}是內建的詞，不能當結果的觸發",
    "{trigger} is a result's trigger, and a rule hears it too": "{trigger}是結果的觸發，又有一條規則也在等它",
    "{trigger} is the trigger of two results": "兩個結果用了同樣的觸發{trigger}",
    "the other is at {place}": "另一個在 {place}",
    # marketing and times
    "{what} goes also to people who were never asked whether they want it": (
        "{what}也會送給沒問過要不要收的人"
    ),
    "add to its condition  contact: {marketing: true}  or, for all who did not refuse,  not: "
    "{contact: {marketing: false}}": (
        "在條件加上  contact: {marketing: true}；只排除拒絕的人則寫  not: {contact: {marketing: false}}"
    ),
    "nothing in {what} says how to stop it": "{what}裡沒有寫怎麼停止接收",
    "add to a text:  不想收到？輸入「{stop}」": "在文字裡加上：  不想收到？輸入「{stop}」",
    "the sending {broadcast}": "群發{broadcast}",
    "the journey {flow}": "顧客旅程{flow}",
    "what the journey {flow} would say too late, after a downtime, is skipped": (
        "系統停機之後，顧客旅程{flow}來不及說的話會直接略過"
    ),
    "say what is meant:  if_late: skip  (or send, next_morning, exit)": (
        "寫清楚要怎麼做：  if_late: skip  （或 send、next_morning、exit）"
    ),
    "these quiet hours are the whole day, so nothing is ever pushed": "勿擾時段是一整天，所以永遠不會推播",
    "write the hours of the night:  21:00-09:00": "寫晚上的時間：  21:00-09:00",
    "at {at} it is quiet: what is to be said then is held until {end}": (
        "{at} 是勿擾時段：那時候要說的話會等到 {end}"
    ),
    "write the time at which people are to get it, such as  at {end}": (
        "寫客人真的會收到的時間，例如  at {end}"
    ),
    "the rich menu {menu} was shown until {until}, which is past": "圖文選單{menu}只顯示到 {until}，已經過了",
    "give it a date to come, or leave the menu out": "改成未來的日期，或刪掉這個選單",
    "the sending {name} was for {when}, which is past: it is not sent late": (
        "群發{name}排在 {when}，已經過了：過了就不會再送"
    ),
    "the sending {name} went out until {when}, which is past": "群發{name}只送到 {when}，已經過了",
    "give it a date to come; one that was sent can be left out": "改成未來的日期；已經送完的可以刪掉",
    "nobody begins the flow {flow} since {until}, which is past": (
        "流程{flow}只到 {until}，已經過了，不會再有人開始"
    ),
    "give it a date to come, or leave  active  out": "改成未來的日期，或刪掉  active",
    "this waits until {until}, which is past: nobody waits here any more": (
        "這裡等到 {until}，已經過了：不會再有人在這裡等"
    ),
    "this rule held until {until}, which is past": "這條規則只到 {until}，已經過了",
    "give it a date to come, or leave the rule out": "改成未來的日期，或刪掉這條規則",
    "give it a date to come, or leave the wait out": "改成未來的日期，或刪掉這個等待",
    # round and round
    "{round} goes round until it is cut off": "{round} 會一直繞圈，直到被系統切斷",
    "no channel shows the rich menu {menu}": "沒有頻道會顯示圖文選單{menu}",
    "see which channels its condition, or its file, leaves": "看看它的條件或所在檔案留下哪些頻道",
    "no area leads to the tab {tab} of {menu}": "沒有區塊通往{menu}的分頁{tab}",
    "add an area with  tab: {tab},  or leave the tab out": "加一個區塊寫  tab: {tab}，或刪掉這個分頁",
    "{round} goes round for ever, in time": "{round} 會隨著時間一直繞下去",
    "write  once_per: person,  or a duration, for one of these journeys": (
        "在其中一個旅程寫  once_per: person，或一段時間"
    ),
    "{round} goes round while the conditions on the way hold": "只要路上的條件成立，{round} 就會一直繞圈",
    "leave one of these actions out": "刪掉其中一個動作",
    "leave one of these actions out, or see that a condition on the way ends it": (
        "刪掉其中一個動作，或確定路上有條件會讓它停下來"
    ),
    "the end of the journey {flow} starts it again at once": "顧客旅程{flow}一結束，馬上又開始了",
    "write  once_per: 30d  for the journey; to go round in it, go to its first state": (
        "在旅程寫  once_per: 30d；要在裡面繞圈，就走到第一個步驟"
    ),
    # rich menus
    "some people on the channel {channel} have no rich menu": "頻道{channel}有些人看不到任何圖文選單",
    "let the last one be for all: leave its if out": "讓最後一個給所有人看：刪掉它的 if",
    "the rich menu {menu} is never shown: {earlier} comes first": (
        "圖文選單{menu}永遠不會出現：{earlier}會先顯示"
    ),
    "{earlier} is at {place}": "{earlier}在 {place}",
    "put it before that one, or give that one an if": "把它移到前面，或給前面那個加上 if",
    "while {menu} is shown, nothing leads to {pages}": "顯示{menu}的時候，沒有地方可以打開 {pages}",
    "add an area with  page: {page}": "加一個區塊，寫  page: {page}",
    "it is in {other} at {place}, which is hidden meanwhile": "它在 {place} 的{other}裡，那時候看不到",
    "the channel {channel} has more than {most} rich menus up to here, tabs counted, and LINE "
    "keeps no more": ("頻道{channel}到這裡已經超過 {most} 個圖文選單（分頁也算），LINE 不能再多"),
    # what has to be set up
    "this leads to the page {page}, and no channel has LIFF, which pages need": (
        "這裡會打開頁面{page}，頁面要用 LIFF，但沒有任何頻道設定了 LIFF"
    ),
    "this leads to the page {page}, and the channel {channel} has no LIFF": (
        "這裡會打開頁面{page}，但頻道{channel}沒有設定 LIFF"
    ),
    "who opens the area {area} is known through LIFF only, "
    "and the channel {channel} has none: nothing is done then": (
        "要有 LIFF 才知道是誰點開區塊{area}；頻道{channel}沒有，所以點了什麼都不會做"
    ),
    "who opens the link {code} is known through LIFF only, and no channel has it": (
        "要有 LIFF 才知道是誰打開連結{code}，但沒有任何頻道設定了 LIFF"
    ),
    "add to the channel  {liff}": "在頻道加上  {liff}",
    "a code is sent here, and no channel has  sms,  so none will arrive": (
        "這裡會送驗證碼，但沒有頻道設定  sms，所以不會送到"
    ),
    "add to the channel  sms: console  and below  sms:  console: {provider: console}": (
        "在頻道加上  sms: console，在  sms:  底下加上  console: {provider: console}"
    ),
    "the shop is asked here, and no channel has a shop": "這裡會問商店，但沒有頻道設定商店",
    "add to the channel  {key}: {name}": "在頻道加上  {key}: {name}",
    "the shop {shop} never says whose LINE account this is: only CYBERBIZ can be asked, with  "
    "access: app_store": (
        "商店{shop}不會告訴我們這是哪位會員的 LINE 帳號：只有 CYBERBIZ 以  access: app_store  連接時才查得到"
    ),
    "reach the shop with  access: app_store,  or do without: in a flow's settings,  false": (
        "改用  access: app_store  連接商店；不用的話，在流程的設定裡寫  false"
    ),
    "the page {page} sends a code here, and the channel {channel} has no  sms": (
        "頁面{page}在這裡會送驗證碼，但頻道{channel}沒有設定  sms"
    ),
    "the page {page} looks for a member of the shop, and the channel {channel} has no shop": (
        "頁面{page}在這裡會找商店的會員，但頻道{channel}沒有設定商店"
    ),
    "this is heard at unbinding too, when {attribute} goes away, and says something then": (
        "解除綁定時，商店給的{attribute}會清掉，這條規則也會因此執行，而且會說話"
    ),
    "add  if: {attribute: {{key}: {known: true}}}  or  to: …": (
        "加上  if: {attribute: {{key}: {known: true}}}，或用  to: …  寫明新的值"
    ),
    "the shop {shop} is asked here, and it is a list (csv) that nobody can ask: everybody hears "
    "shop_failed": ("這裡會問商店{shop}，但它是一份名單（csv），查不到任何會員：每個人都會走到  shop_failed"),
    "bind without a shop by  match: none,  or name a shop whose platform has an API": (
        "用  match: none  不查商店直接綁定，或改用有 API 的商店平台"
    ),
    "this waits for news of a shop, and the playbook has none": "這裡在等商店的消息，但劇本裡沒有商店",
    "add  shops: {NAME: {platform: cyberbiz, …}}  and to the channel  shop: NAME": (
        "加上  shops: {名稱: {platform: cyberbiz, …}}，並在頻道加上  shop: 名稱"
    ),
    "the flow {flow} gets its code from the page's address, which LINE hands on for certified "
    "providers only": ("流程{flow}從頁面網址取得邀請碼，LINE 只替認證的服務提供者轉交"),
    "let a text begin it as well:  - "
    '{when: {text_pattern: "聯絡專員 {{given}}"}, '
    'start: {flow: {flow}, with: {{given}: "{{ event.{given} }}"}}}': (
        "讓一句話也能開始它：  - "
        '{when: {text_pattern: "聯絡專員 {{given}}"}, '
        'start: {flow: {flow}, with: {{given}: "{{ event.{given} }}"}}}'
    ),
    # what is never used
    "nothing says the card {name}": "沒有地方用到卡片{name}",
    "nothing begins the flow {name}": "沒有地方會開始流程{name}",
    "nothing asks for the audience {name}": "沒有地方用到分眾{name}",
    "no rule hears the signal {name}": "沒有規則在等訊號{name}",
    "nothing calls the hook {name}": "沒有地方呼叫{name}",
    "write  {use}  where it belongs, or leave it out": "在需要的地方寫  {use}，或刪掉它",
    "the tag {tag} is asked for, and nothing here puts it on": (
        "有地方要看標籤{tag}，但劇本裡沒有地方會貼上它"
    ),
    "{tag} is put on here, and {meant} never is": "這裡貼的是{tag}，而{meant}從來沒有貼過",
    "one of the two is misspelt:  tags:  has {meant}": "其中一個打錯了：tags  裡寫的是 {meant}",
    "the attribute {key} is asked for, and nothing here sets it": (
        "有地方要看屬性{key}，但劇本裡沒有地方會存它"
    ),
    "write  save: {key}  below the question that asks for it; where staff set it, write  "
    "attributes: {{key}: {type: {type}, set_by: staff}}": (
        "在問這件事的問題底下寫  save: {key}；"
        "如果由客服填，寫  attributes: {{key}: {type: {type}, set_by: staff}}"
    ),
    # draws and built-in words
    "the split {split} decides in the flow {before} too, so both draw the same people": (
        "分流{split}在流程{before}也用到：同一個人在兩邊都是同一組"
    ),
    "for a draw of its own, declare another split": "要各抽各的，就另外寫一個分流",
    "the answer to {word} is pushed; it has to be a free reply": "{word}的回答用了推播，這裡要用免費的回覆",
    "write  reply: …": "改成  reply: …",
}
