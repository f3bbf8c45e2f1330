"""What is accepted and not done yet, English beside Chinese."""

ZH = {
    "{number} places use what oaflow does not do yet: {kinds}": (
        "有 {number} 個地方用到還沒做好的功能：{kinds}"
    ),
    "what happens there instead, and what to do:  oaflow check --info": (
        "那裡現在會怎樣、可以怎麼辦：  oaflow check --info"
    ),
    # kinds
    "web hooks": "串接外部系統（hooks）",
    "clerks' codes": "門市人員的代碼",
    "telling staff": "通知客服",
    "news from the shop": "商店的通知",
    "pages of forms": "表單的網頁",
    "signals from outside": "自家系統送來的事件",
    "sending broadcasts": "群發",
    "other shops": "其他商店平台",
    "the app store": "從市集安裝",
    "writing to the shop": "寫回商店",
    "alerts to people": "出事時的通知",
    "test sends": "測試發送",
    # places
    "the hook {name} is not called yet: it has failed at once": "還不會呼叫 {name}：正式上線時一律當作失敗",
    "let the flow go on well when it has failed; the simulator and  oaflow test  play it": (
        "失敗時要接到一個好的回答；模擬器和  oaflow test  會替它回答"
    ),
    "no clerk can be found yet: the result is  clerk: unknown": (
        "還查不到門市人員：結果一律是  clerk: unknown"
    ),
    "say something kind there;  oaflow test  plays clerks": (
        "那裡要說一句好聽的話；  oaflow test  裡有門市人員"
    ),
    "nobody is told yet: this stands in the person's log only": "還不會通知任何人：只記在這位客人的紀錄裡",
    "use  hand_over  and let staff answer in LINE's own chat": (
        "改用  hand_over，客服在 LINE 官方帳號後台的聊天裡回覆"
    ),
    "the shop's news do not come yet: nothing begins here": "還收不到商店的通知：這裡不會開始",
    "what changed is read when a member binds or opens a page; the simulator plays news": (
        "會員綁定或打開網頁時才讀到變更；模擬器可以假裝商店通知"
    ),
    "no form can be sent yet: nothing begins here": "還不能送出表單：這裡不會開始",
    "ask in a flow with  page: true,  and do it in its last state": (
        "改用流程加  page: true  來問，在最後一步做這件事"
    ),
    "no other system can send this signal yet: nothing begins here": (
        "其他系統還不能送這個事件進來：這裡不會開始"
    ),
    "oaflow test  plays signals; inside the playbook  raise  sends one": (
        "oaflow test  可以假裝事件進來；劇本裡可以用  raise  送出"
    ),
    "until then, ask in a flow with  page: true": "做好之前，改用流程加  page: true  來問",
    "the page of the form {name} is not there yet: who opens it is told so": (
        "表單{name}的網頁還沒做好：打開的人會看到找不到頁面"
    ),
    "this opens the form {name}, whose page is not there yet": "這會打開表單{name}，但它的網頁還沒做好",
    "the sending {name} does not go out yet, not even by hand": "群發{name}還不會送出，也還不能手動發",
    "send it in LINE Official Account Manager, or as a journey:  when: {enters: AUDIENCE}": (
        "先在 LINE 官方帳號後台發，或改成旅程：  when: {enters: 分眾名稱}"
    ),
    "members of {platform} cannot be looked up yet: the result is  member: shop_failed": (
        "還不能在 {platform} 查會員：結果一律是  member: shop_failed"
    ),
    "with  find_member: none  phones are bound without a shop": "用  find_member: none  可以不比對商店",
    "installing from the app store is not there yet: members cannot be looked up": (
        "還不能從市集安裝：查不到會員"
    ),
    "write the token down here, or use  access: api_secret": "在這裡填上權杖，或改用  access: api_secret",
    "{name} is kept here and not written to the shop yet": "{name}只記在這裡，還不會寫回商店",
    "leave  write  out until then": "做好之前，先刪掉  write",
    "other systems cannot send events yet: nothing answers at  POST /api/events": (
        "其他系統還不能送事件進來：沒有  POST /api/events"
    ),
    "leave it out until then": "做好之前，先刪掉它",
    "nobody is told of trouble yet": "出事時還不會通知任何人",
    "watch the log of  oaflow run  and  /readyz": "請看  oaflow run  的紀錄與  /readyz",
    "nothing is sent to testers yet": "還不會發給測試人員",
    "try it in the simulator:  oaflow run --simulator": "先在模擬器試：  oaflow run --simulator",
}
