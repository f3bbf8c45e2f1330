"""What commands say and refuse, English beside Chinese."""

ZH = {
    # who is meant
    "WHO is a LINE user id, a contact id (channel:user), a phone or a member number": (
        "請寫 LINE 使用者編號、聯絡人編號（channel:user）、手機或會員編號"
    ),
    "nobody is named; {who}": "沒有寫是誰；{who}",
    "nobody is found by {given}; {who}": "找不到{given}；{who}",
    "nobody is found by {given} on {channel}; {who}": "在 {channel} 找不到{given}；{who}",
    "what was given": "這個人",
    "{who} is {number} contacts: {ids}; write one of these, or add  --channel NAME": (
        "{who} 有 {number} 個聯絡人：{ids}；請寫其中一個，或加上  --channel NAME"
    ),
    "no {thing} is called {name}; {hint}": "沒有叫做{name}的{thing}；{hint}",
    "its channels are {names}": "劇本裡的頻道有 {names}",
    "no flow is named; {hint}": "沒有寫是哪個流程；{hint}",
    "the playbook has no flow {name}; {hint}": "劇本裡沒有{name}這個流程；{hint}",
    "its flows are {names}": "劇本裡的流程有 {names}",
    # places of rules with `first`
    "{rule}: {taken} of {first} places are taken": "{rule}：{first} 個名額用了 {taken} 個",
    "no rule of this playbook has  first": "這份劇本沒有寫  first  的規則",
    # a contact, one thing a line
    "name": "姓名",
    "language": "語言",
    "LINE": "LINE",
    "phone": "手機",
    "e-mail": "電子郵件",
    "member": "會員編號",
    "bound": "綁定",
    "first bound": "第一次綁定",
    "clerk": "門市人員",
    "tags": "標籤",
    "attributes": "屬性",
    "marketing": "行銷訊息",
    "said here: {answer}": "本人在這裡說：{answer}",
    "the shop's record: {answer}": "商店的會員資料：{answer}",
    "consents": "隱私權同意",
    "came first": "第一次來自",
    "came last": "最近來自",
    "flows": "流程",
    "part of it": "併入的",
    "waiting": "待處理",
    "done": "操作紀錄",
    "happened": "最近發生",
    "member {number}": "會員 {number}",
    "bound: {kinds}": "已綁定：{kinds}",
    "in the simulator": "在模擬器裡",
    "a friend": "好友",
    "no friend": "不是好友",
    "not known whether a friend": "不知道是不是好友",
    "{state} since {at}": "{state}，從 {at} 起",
    "last seen {at}": "最近互動 {at}",
    "never seen": "從未互動",
    "menu {name}": "圖文選單 {name}",
    "with staff": "客服處理中",
    "tags: {names}": "標籤：{names}",
    "which stay when it is undone": "解除綁定也留著",
    "{times} times, last {at}": "共 {times} 次，最近 {at}",
    "until {at}": "到 {at}",
    "by {who}": "由 {who}",
    "by {code}": "連結 {code}",
    "{name} ({title})": "{name}（{title}）",
    "{name}: {value}": "{name}：{value}",
    "on a page": "在網頁上",
    "in chat": "在聊天裡",
    "{channel}, {where}": "{channel}，{where}",
    "{flow}: {state}": "{flow}：{state}",
    "since {at}": "從 {at} 起",
    "{since}, {held}": "{since}，{held}",
    "{since}, on its page": "{since}，在網頁上",
    "held: {why}": "暫緩：{why}",
    "held: {why} until {at}": "暫緩：{why}，到 {at}",
    "quiet": "勿擾時段",
    "late": "晚了，等到早上",
    "staff": "客服處理中",
    "quota": "本月則數用完了",
    "paused": "這個流程暫停中",
    "yes": "願意收到",
    "no": "不要",
    "one event, carried out by a process that runs": "1 件事，等 oaflow 執行時處理",
    "{number} events, carried out by a process that runs": "{number} 件事，等 oaflow 執行時處理",
    "unbound": "解除綁定",
    "merged": "合併",
    "parted": "復原合併",
    "phone_moved": "手機移過來",
    "phone_moved_back": "手機移回去",
    "phone_changed_hands": "手機換人",
    "revealed": "看了完整資料",
    "tagged": "貼標籤",
    "untagged": "拿掉標籤",
    "drawn": "改分流組別",
    "set": "改屬性",
    "undone since": "已復原",
    # what became of what a turn has decided to do
    "reply": "回覆",
    "push": "推播",
    "push instead of the reply": "代替回覆的推播",
    "leave": "離開群組",
    "loading": "顯示「輸入中」",
    "ask": "送出查詢",
    "tell": "送出通知",
    "→ {call}": "→ {call}",
    "{call}: {end}": "{call}：{end}",
    "{call} on {channel}": "{call}（{channel}）",
    "under way since {since}": "從 {since} 起送出中",
    "under way since {since}, tried until {until}": "從 {since} 起送出中，最晚試到 {until}",
    "waits for a process that runs, since {since}; it was to be tried until {until}": (
        "從 {since} 起等 oaflow 執行；原本最晚試到 {until}"
    ),
    "done; what LINE answered was not kept": "做了；LINE 怎麼回答沒有留下來",
    "X-Line-Request-Id {name}": "X-Line-Request-Id {name}",
    "message {names}": "訊息 {names}",
    "{one}; {other}": "{one}；{other}",
    "{told}  ({about})": "{told}  （{about}）",
    "{end}, {at}": "{end}，{at}",
    "{end}: {detail}": "{end}：{detail}",
    "nobody knows whether it arrived, {at}: {why}": "不知道有沒有送到，{at}：{why}",
    "given up, {at}: {why}": "沒有送出，{at}：{why}",
    "accepted by LINE": "LINE 已收下",
    "carried out": "完成",
    "accepted by LINE, at an earlier attempt": "LINE 之前已收下",
    "not needed: the chat was left already": "不用送：已經離開那個聊天了",
    "not made: a newer rich menu was chosen before": "沒有送：之後又換了圖文選單",
    "not made: the rich menu is not at LINE, run  oaflow richmenu sync": (
        "沒有送：LINE 上還沒有這個圖文選單，請執行  oaflow richmenu sync"
    ),
    "not made: over the caps of journeys": "沒有送：超過旅程的則數上限",
    "not taken by LINE: what it carried goes as a push": "LINE 沒有收：內容改用推播送出",
    # a stored event
    "  event  {id}": "    事件  {id}",
    "contact  {id}": "  聯絡人  {id}",
    "     at  {at}": "    時間  {at}",
    "   what  {words}": "    內容  {words}",
    "(decided by the playbook {version}, lines are of that one)": (
        "（由版本 {version} 的劇本決定，行號是那一版的）"
    ),
    "what became of it:": "後來：",
    "no turn is stored of an event {event}; its id stands in LINE's webhook": (
        "沒有存過{event}這個事件；編號在 LINE 送來的 webhook 裡"
    ),
    "the event {event} is set aside: oaflow cannot decide it; report it": (
        "事件 {event} 已擱置：oaflow 無法處理，請回報"
    ),
    "why is kept for {days} days only; of {event} is known: {known}": (
        "處理過程只留 {days} 天；{event} 只知道是 {known}"
    ),
    # what staff do
    "write  {usage}": "請寫  {usage}",
    "WHO add TAG, or WHO remove TAG": "WHO add TAG，或 WHO remove TAG",
    "WHO ATTRIBUTE --clear": "WHO ATTRIBUTE --clear",
    "WHO ATTRIBUTE VALUE": "WHO ATTRIBUTE VALUE",
    "{action} is neither add nor remove: write  WHO add {tag}": (
        "{action}不是 add，也不是 remove：請寫  WHO add {tag}"
    ),
    "write it into the playbook first:  tags: {{tag}: {added_by: staff}}": (
        "請先寫進劇本：  tags: {{tag}: {added_by: staff}}"
    ),
    "attributes are declared in the playbook": "屬性要先在劇本裡宣告",
    "{attribute} is what the shop says of its member: change it there": (
        "{attribute}是商店的會員資料：請到商店後台改"
    ),
    "that": "這個",
    "a value of {attribute} has at most {most} characters, and this one has {found}": (
        "{attribute}最多 {most} 個字，這裡有 {found} 個字"
    ),
    "the playbook knows no tag {tag}": "劇本裡沒有{tag}這個標籤",
    "the playbook knows no attribute {attribute}": "劇本裡沒有{attribute}這個屬性",
    "{phone} is no mobile number": "{phone}不是手機號碼",
    "somebody else on this account has bound this phone: unbind them first": (
        "這個官方帳號已經有人綁定這支手機：請先解除他的綁定"
    ),
    "the shop has no member with this phone": "商店裡沒有用這支手機的會員",
    "the shop does not answer": "商店沒有回應",
    "the groups of {split} are {groups}, and not {group}": "{split}只有這幾組：{groups}，沒有{group}",
    "nobody is ever in the group {group}: its share is nothing": "沒有人會分到{group}：這一組的比例是 0",
    "{attribute} takes {type}, and not {value}": "{attribute}要填{type}，不能填{value}",
    "a number, such as 1500": "數字（例如 1500）",
    "a day, such as 1990-05-20": "日期（例如 1990-05-20）",
    "a time, such as 18:30": "時間（例如 18:30）",
    "a moment, such as 2026-09-01 18:30": "日期與時間（例如 2026-09-01 18:30）",
    "yes or no": "是或否",
    "{value} is none of the values of {attribute}: {values}": "{attribute}不能是{value}，可以寫的有 {values}",
    "is tagged {tag}": "貼上標籤 {tag}",
    "is no longer tagged {tag}": "拿掉標籤 {tag}",
    "has {attribute}": "改好 {attribute}",
    "has {attribute}: {value}": "的 {attribute} 改成 {value}",
    "has no {attribute} any more": "清掉 {attribute}",
    "stored: {who} {done} as soon as oaflow runs": "已記下：{who} {done}，等 oaflow 執行時生效",
    "stored: {who} {done} when its turn comes": "已記下：{who} {done}，輪到時生效",
    "done: {who} {done}": "完成：{who} {done}",
    "write two, KEPT and GONE; a phone with spaces in quotes": (
        "請寫兩個：KEPT 和 GONE；手機中間有空格的話，前後加引號"
    ),
    "one of them is a friend of a simulator, and the other is not there": (
        "一個是模擬器裡的好友，另一個不在模擬器裡"
    ),
    "merged: {gone} is part of {kept} now": "已合併：{gone} 現在是 {kept} 的一部分",
    "to undo it: {command}": "要復原：{command}",
    "undone: {one} and {other} are two contacts again": "已復原：{one} 和 {other} 又是兩個聯絡人",
    "undone: {one} and {other} have the phone as before": "已復原：{one} 和 {other} 的手機和之前一樣",
    "its tags stay": "標籤保留",
    "the tags that it put on go with it": "綁定時貼的標籤會一起拿掉",
    "stored: {who} is unbound ({kind}) as soon as oaflow runs; {tags}": (
        "已記下：{who} 的{kind}綁定會解除，等 oaflow 執行時生效；{tags}"
    ),
    "stored: {who} is unbound ({kind}) when its turn comes; {tags}": (
        "已記下：{who} 的{kind}綁定會解除，輪到時生效；{tags}"
    ),
    "unbound: {who} ({kind}); {tags}": "已解除綁定：{who}（{kind}）；{tags}",
    "nothing is merged without a yes: add  --yes": "沒有確認就不會合併：加上  --yes",
    "stays: {contact}": "留下：{contact}",
    "becomes part of it: {contact}": "併進去：{contact}",
    "make them one contact? [y/N]": "合併成一個聯絡人嗎？[y/N]",
    "nothing was merged": "沒有合併",
    # why it cannot be done
    "there is no contact {contact}": "沒有{contact}這個聯絡人",
    "{contact} is a {kind}, and only persons are merged": "{contact}是 {kind}，只有一般好友可以合併",
    "{contact} is a {kind}: only persons have tags and attributes": (
        "{contact}是 {kind}：只有一般好友有標籤和屬性"
    ),
    "{contact} has no binding {kind}": "{contact}沒有{kind}這種綁定",
    "{one} and {other} are two LINE accounts on the channel {channel}: they stay two": (
        "{one}和{other}是頻道{channel}上的兩個 LINE 帳號，不能合成一個"
    ),
    "{one} and {other} are one contact already": "{one}和{other}已經是同一個聯絡人",
    "{one} and {other} are being merged by others, again and again": "{one}和{other}一直有別人在合併",
    "a third contact has, or is about to have, the phone of one of them": (
        "其中一位的手機，在第三個聯絡人那裡，或正要綁過去"
    ),
    "it has been undone already": "已經復原過了",
    "{contact} has no merge and no moved phone that could be undone": (
        "{contact}沒有可以復原的合併，也沒有移過手機"
    ),
    "{contact} was changed with {other} since: undo that first": (
        "{contact}之後又和{other}有合併或移手機：請先復原那一次"
    ),
    "{contact} was merged into {other} since: undo that first": "{contact}之後併進了{other}：請先復原那一次",
    "{contact} is not there any more": "{contact}已經不在了",
    "what the two were before does not open: its key is not in the key ring": (
        "打不開之前的資料：金鑰不在鑰匙圈裡"
    ),
    "{contact} has bound another phone since": "{contact}之後綁定了另一支手機",
    "{contact} is another member by now": "{contact}現在是另一位會員",
    "somebody else has bound the phone since": "這支手機之後已被別人綁定",
    # what is not served
    "the playbook has mistakes": "劇本有錯誤",
    "people stand in what the playbook no longer has": "有人停在劇本裡已經沒有的地方",
    # how a command is written
    "the playbook {folder} stands last: write it first, before the other words": (
        "劇本{folder}寫在最後面了，要寫在最前面，其他的字接在後面"
    ),
    # settings beside the playbook
    'database: is neither "embedded" nor an address that begins with mongodb://': (
        "database: 不是「embedded」，也不是 mongodb:// 開頭的位址"
    ),
    "--simulator plays with pretend people: it needs  database: embedded": (
        "--simulator 用的是假想的人，要寫  database: embedded"
    ),
    "OAFLOW_TEST_PACE: {why}; unset it": "OAFLOW_TEST_PACE：{why}；這是測試用的，請取消設定",
    "{name} is a number from 0 to {most}, not {told}": "{name} 是 0 到 {most} 的數字，不能是{told}",
    # what was given up
    "nothing was given up or set aside since {since}": "{since} 之後沒有放棄的發送，也沒有擱置的事件",
    "{found}; one of them:  oaflow explain --event NAME": (
        "{found}；看其中一個：  oaflow explain --event NAME"
    ),
    "1 call was given up": "放棄了 1 次發送",
    "{number} calls were given up": "放棄了 {number} 次發送",
    "1 event is set aside": "擱置了 1 個事件",
    "{number} events are set aside": "擱置了 {number} 個事件",
    # keys
    "a database of its own needs keys that you keep yourself; make them with\n"
    '    export OAFLOW_KEYS="$(oaflow keys new)"\n'
    "and keep a copy: without them nobody can read what is sealed": (
        "自己的資料庫要用自己保管的金鑰，先產生一組：\n"
        '    export OAFLOW_KEYS="$(oaflow keys new)"\n'
        "並另外留一份：沒有金鑰，加密的資料就沒有人讀得出來"
    ),
    "keys: {why}; they are those of {whence}": "金鑰：{why}；這組金鑰來自 {whence}",
    "{name} in the environment": "{name}（環境變數）",
    "{name} in .env, line {line}": ".env 第 {line} 行的 {name}",
    '"keys" in bot.yaml': "bot.yaml 的「keys」",
    "the key {key} is missing; this database holds fields sealed with it": (
        "少了金鑰{key}，這個資料庫有用它加密的資料"
    ),
    "the key {key} is not the one that sealed this database": "金鑰{key}不是這個資料庫加密時用的那一把",
    "the key file {path} cannot be used: {why}": "金鑰檔 {path} 不能用：{why}",
    "it is not text": "內容不是文字",
    "there is no sealing key": "沒有加密用的金鑰",
    "a key is not {wanted} bytes long": "有一把金鑰的長度不是 {wanted} 位元組",
    "the same key is there twice; each key has one purpose": "同一把金鑰寫了兩次，每把金鑰只能有一個用途",
    'a key\'s id is not 1 to 32 of A-Z, a-z, 0-9, "_" and "-", or is "{name}"': (
        "有一把金鑰的代號不對：要用 1 到 32 個 A-Z、a-z、0-9、「_」或「-」，而且不能是「{name}」"
    ),
    "keys are written as {form}; there is something else": "金鑰的寫法是 {form}，這裡有別的東西",
    '"{name}=" is there twice': "「{name}=」寫了兩次",
    '"{name}=" is missing; keys are written as {form}': "少了「{name}=」，金鑰的寫法是 {form}",
    "sealing key {number} is not ID:BASE64": "第 {number} 把加密金鑰不是 ID:BASE64 的形式",
    "sealing key {number} has the id of an earlier one": "第 {number} 把加密金鑰的代號和前面的重複",
    "sealing key {number}": "第 {number} 把加密金鑰",
    "the index key": "index 金鑰",
    "{name} is not base64": "{name}不是 base64",
    "{name} has {found} bytes instead of {wanted}": "{name}是 {found} 位元組，應該是 {wanted} 位元組",
}
