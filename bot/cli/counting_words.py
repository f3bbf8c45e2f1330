"""What the commands about journeys, rich menus, links and SMS say, English beside Chinese."""

ZH = {
    # journeys
    "the playbook has no journey": "劇本裡沒有會自己開始的流程",
    "{number} people": "{number} 人",
    "1 person": "1 人",
    "  {channel}: {state}; {people}": "  {channel}：{state}，{people}",
    "{state}, {why}": "{state}，{why}",
    "{state}, {why} ({place})": "{state}，{why}（{place}）",
    "live": "進行中",
    "closed": "不收新的人",
    "stopped": "停止",
    "its time has not come": "活動還沒開始",
    "its time is over": "活動已經結束",
    "its time is over, then: stopped": "活動已經結束，照 then: stopped 停止",
    "    the month's messages are used up (asked {at}): who is to be pushed to waits": (
        "    本月則數用完了（{at} 查的）：要推播的人先等著"
    ),
    "{name}  {title}": "{name}  {title}",
    "  {number} of {cap} pushes": "  已推播 {number}／{cap} 則",
    "  {number} of {cap} pushes, its cap: nobody is pushed to": (
        "  已推播 {number}／{cap} 則，到上限了：不再推播"
    ),
    "{people} ({waiting})": "{people}（{waiting}）",
    "{number} held: {why}": "{number} 人在等：{why}",
    "day": "日期",
    "in all": "合計",
    "entered": "進來",
    "finished": "走完",
    "gave up": "沒回答",
    "left": "離開",
    "pushed": "要推播",
    "sent": "送出",
    "failed": "沒送成",
    "skipped": "略過",
    "held": "等候",
    "nothing was counted since {day}": "從 {day} 起沒有任何紀錄",
    "ended: {number}": "結束：{number}",
    "  {state}: {number}": "  {state}：{number}",
    "{there} ({number} gave no answer)": "{there}（{number} 人沒回答）",
    "now in it: {number}": "現在在裡面：{number}",
    # rich menus
    "{name}: done": "{name}：完成",
    "{name}: nothing to do": "{name}：不用改",
    "{name}:": "{name}：",
    "{lines}": "{lines}",
    "{name}: {waiting}": "{name}：{waiting}",
    "{name}: {waiting}; run it again at {at}": "{name}：{waiting}；請在 {at} 再執行一次",
    "{name}: everybody is linked anew by the oaflow that runs": (
        "{name}：執行中的 oaflow 會幫每個人重新換上圖文選單"
    ),
    "the playbook has no channel {name}: it has {names}": "劇本裡沒有{name}這個頻道；有的是 {names}",
    "{name}: {lacking} not set; set the variables that bot.yaml names there, as for  oaflow run,  "
    "or name another channel with  --channel": (
        "{name}：還沒有設定 {lacking}；請像執行  oaflow run  時一樣，設定 bot.yaml 寫的環境變數，"
        "或用  --channel  指定別的頻道"
    ),
    "OAFLOW_LINE_API names a simulator, and {number} run on this playbook: one is needed, started "
    "in this folder": (
        "OAFLOW_LINE_API 指的是模擬器，但這份劇本有 {number} 個模擬器在執行：要剛好一個，而且在這個資料夾啟動"
    ),
    "  {number} menus that oaflow has not made stay as they are": (
        "  有 {number} 個不是 oaflow 建立的圖文選單，維持原樣"
    ),
    # rich menus: a sync, step by step
    "list rich menus": "查 LINE 上的圖文選單",
    "create {label}": "建立 {label}",
    "upload {label} ({file})": "上傳 {label}（{file}）",
    "default {label}": "預設選單改成 {label}",
    "default none": "拿掉預設選單",
    "move whoever has one of {number} older menus": "把看到 {number} 個舊選單的人換成新的",
    "alias {alias} for {label}": "分頁代號 {alias}，給 {label}",
    "delete alias {alias}": "刪除分頁代號 {alias}",
    "delete an older {label}": "刪除舊的 {label}",
    "{step}: {why}": "{step}：{why}",
    "{step}: {why}; again in {seconds} s": "{step}：{why}；{seconds} 秒後再試",
    "{why}: go on after {at} UTC": "{why}：UTC {at} 之後再繼續",
    "{left} old menus must go first, and LINE deletes {most} an hour": (
        "要先刪掉 {left} 個舊選單，LINE 一小時只能刪 {most} 個"
    ),
    "whoever has an older menu keeps it: LINE takes 3 batches an hour": (
        "看到舊選單的人先照舊：LINE 一小時只收 3 批"
    ),
    "{left} old menus and aliases are still there: LINE deletes {most} an hour": (
        "還有 {left} 個舊選單與分頁代號：LINE 一小時只能刪 {most} 個"
    ),
    "{number} menus are not made yet: LINE makes {most} an hour": (
        "還有 {number} 個選單沒有建立：LINE 一小時只能建立 {most} 個"
    ),
    "LINE has {number} rich menus of this channel and takes {most}: "
    "{surplus} of {new} new ones have no room; delete some that oaflow has not made": (
        "LINE 上已經有 {number} 個圖文選單，最多 {most} 個：{new} 個新的有 {surplus} 個放不下；"
        "請刪掉一些不是 oaflow 做的"
    ),
    "another sync was at work": "另一個 sync 正在進行",
    "LINE does not accept the access token of this channel ({error})": (
        "LINE 不接受這個帳號的 access token（{error}）"
    ),
    "LINE: {error}": "LINE：{error}",
    "{file}: {why}": "{file}：{why}",
    "{file} was changed just now": "{file} 剛剛被改過",
    # rich menus: taps and pictures
    "taps since {since}": "{since} 以來的點擊",
    "{menu}, tab {tab}": "{menu}，分頁 {tab}",
    "areas that are gone": "已經拿掉的區塊",
    "  {area}: {number}": "  {area}：{number}",
    "  {area}: not counted: {why}": "  {area}：不會計算：{why}",
    "{line} (tapped or typed: LINE does not tell which)": "{line}（點的或打字的：LINE 不會說是哪一種）",
    "no font with Chinese characters was found on this machine: name one with  --font FILE": (
        "這台電腦找不到中文字型：請指定一個  --font 檔案"
    ),
    "all pictures are as they should be": "圖片都已經是最新的",
    "the playbook has other mistakes than missing pictures": "除了缺圖片，劇本還有別的錯誤",
    "{file}: the name of a menu's picture ends in {kinds}": "{file}：選單圖片的檔名結尾要是 {kinds}",
    "{file} leads out of the playbook's folder": "{file} 跑到劇本資料夾外面了",
    "{file} is no font that can be read": "{file} 不是讀得了的字型",
    "the font has no character of {label}": "這個字型沒有{label}裡的字",
    "  taps on {area} are not counted: {why}": "  {area} 的點擊不會計算：{why}",
    "  {does} {what}": "  {does} {what}",
    "create  ": "建立　　",
    "upload  ": "上傳　　",
    "alias   ": "分頁代號",
    "default ": "預設　　",
    "move    ": "換新的　",
    "delete  ": "刪除　　",
    "later   ": "之後再建",
    "whoever has an older {label}": "還在用舊的 {label} 的人",
    "alias {alias}": "分頁代號 {alias}",
    "an older {label}": "舊的 {label}",
    "{alias} for {label}": "{alias}，給 {label}",
    "{name}": "{name}",
    "LINE tells nobody that a text was copied": "複製文字時，LINE 不會通知任何人",
    "LINE and the phone open this address themselves, and tell nobody": (
        "這個網址由 LINE 和手機自己打開，不會通知任何人"
    ),
    "OAFLOW_PUBLIC_URL is not set": "沒有設定 OAFLOW_PUBLIC_URL",
    # SMS
    "{name}: {left}": "{name}：{left}",
    "{number} {unit} left": "還有 {number} {unit}",
    "{number} {unit} left, which is low": "還有 {number} {unit}，快用完了",
    "the simulator plays it, and sends nothing": "由模擬器代替，不會真的寄",
    "needs no credit, codes go into the log": "不需要點數，驗證碼寫在紀錄裡",
    "cannot be asked what is left": "查不到還剩多少",
    "its credentials are not set here": "這裡沒有設定它的帳號密碼",
    "{day}: {sent} of {cap} codes sent": "{day}：已寄 {sent}／{cap} 封驗證碼",
    "{sent}, raised for today from {number}": "{sent}，今天從 {number} 調高",
    "today's cap is {number} already, and is not lowered": "今天的上限已經是 {number}，不能調低",
    # links
    "the playbook has none: add  links: {store_stand: {title: 門市立牌, send: 優惠}}": (
        "劇本裡一個也沒有；請加上  links: {store_stand: {title: 門市立牌, send: 優惠}}"
    ),
    "the webhook's address is for LINE alone, no button leads there": (
        "Webhook 網址只給 LINE 用，不能做成按鈕"
    ),
    "{name} is a page": "{name} 是網頁",
    "webhook is the address for LINE's console": "webhook 是填在 LINE 後台的網址",
    "{name} is a form, and forms cannot be opened yet: their links come with them": (
        "{name}是表單；表單還不能打開，之後才有連結"
    ),
    "no link is called {name}; {hint}": "沒有{name}這個連結；{hint}",
    "friend is the link of the account": "friend 是官方帳號的加好友連結",
    "the channel {name} has no id; write its @… into bot.yaml": (
        "頻道{name}沒有 id；請把它的 @… 寫進 bot.yaml"
    ),
    "keyword {code} is a link": "keyword {code} 是一個連結",
    "no code of links is called {name}; {hint}": "links 裡沒有{name}這個代號；{hint}",
    "the address of this bot is not known; set  {name}=https://…,  as for  oaflow run": (
        "不知道這個機器人的網址；請像執行  oaflow run  時一樣，設定  {name}=https://…"
    ),
    "{what}, it takes no {more}": "{what}，後面不用加{more}",
    "{name} ends in neither .svg nor .png": "{name}的檔名結尾不是 .svg 或 .png",
    "{name} cannot be written: {why}": "{name}寫不進去：{why}",
    "the liff_id of the channel {name} is empty; set what bot.yaml names there": (
        "頻道{name}的 liff_id 是空的；請設定 bot.yaml 寫的環境變數"
    ),
    "{other} has: add  --channel {other}": "{other} 有：請加上  --channel {other}",
    "add to it  liff: {login_channel_id: ${LINE_LOGIN_CHANNEL_ID}, liff_id: ${LIFF_ID}}": (
        "請在頻道加上  liff: {login_channel_id: ${LINE_LOGIN_CHANNEL_ID}, liff_id: ${LIFF_ID}}"
    ),
    "the channel {name} has no LIFF, through which pages open; {hint}": (
        "頻道{name}沒有 LIFF，網頁要靠它打開；{hint}"
    ),
}
