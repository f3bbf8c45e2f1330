"""What is said of messages, pictures and menus that LINE would not take, English beside Chinese."""

ZH = {
    "to add the account as a friend, write  {meant}": "加好友的網址寫成  {meant}",
    "LINE takes JPEG and PNG: save it as  {file}": (
        "LINE 只收 JPG 和 PNG：另存成  {file}  ，這裡也改成這個檔名"
    ),
    # lengths
    "this {what} is empty": "這裡的 {what} 是空的",
    "write a text, or leave it out": "寫一段文字，或把它刪掉",
    "this {what} has {length}, {of} takes {most}": "這裡的 {what} 有 {length}，{of}最多 {most} 字",
    "this {what} may have {length}, {of} takes {most}": "這裡的 {what} 最長會到 {length}，{of}最多 {most} 字",
    "{number} characters": "{number} 字",
    "{number} characters (UTF-16 units)": "{number} 字（以 UTF-16 計算）",
    "write a list of several texts": "分成好幾段文字，寫成清單",
    "shorten it": "寫短一點",
    "shorten it, such as  {text}": "寫短一點，例如  {text}",
    "shorten the label": "把 label 寫短一點",
    "a card without title and image": "沒有標題和圖片的卡片",
    "a card with title or image": "有標題或圖片的卡片",
    "a column without title and image": "沒有標題和圖片的一張",
    "a column with title or image": "有標題或圖片的一張",
    "a confirm": "確認訊息",
    "a location": "位置訊息",
    "an area": "一個區塊",
    "a tap in Flex": "Flex 的按鈕",
    "a sender": "發送者名稱",
    "Flex": "Flex",
    "the alt, which it is too,": "它也是 alt，alt ",
    "give the card a shorter one of its own:  alt: …": "另外給卡片一個短的：  alt: …",
    "this address has {number} characters, LINE takes {most}": "這個網址有 {number} 字，LINE 最多 {most} 字",
    "card and label are {number} characters together, LINE takes {most}": (
        "卡片名稱加 label 共 {number} 字，LINE 最多 {most} 字"
    ),
    # addresses
    "an address begins with https://, this with http://": "網址要用 https:// 開頭，這裡是 http://",
    "write  https:{rest}": "寫成  https:{rest}",
    "write  https://{begin}": "寫成  https://{begin}",
    "an address begins with {wanted}, this with {scheme}": "網址要用 {wanted} 開頭，這裡是 {scheme}",
    "{text} is no whole address": "{text}不是完整的網址",
    "{text} holds a sign that no address has": "{text}裡有網址不能有的符號",
    "write  {encoded}": "寫成  {encoded}",
    "{text} is no address: one begins with {wanted}": "{text}不是網址：網址用 {wanted} 開頭",
    "write a whole address, such as  https://forest.example/sale": (
        "寫完整的網址，例如  https://forest.example/sale"
    ),
    # messages and cards
    "the card {name} holds itself": "卡片{name}裡面又放了自己",
    "leave it out of its own messages": "從它自己的 messages 裡刪掉",
    "more than {most} cards hold one another here": "這裡的卡片一張放一張，超過 {most} 層",
    "write its messages here": "把它的訊息直接寫在這裡",
    "this card is {number} messages, a reply takes {most}": (
        "這張卡片有 {number} 則訊息，一次回覆最多 {most} 則"
    ),
    "leave some out": "刪掉幾個",
    "here are {number} quick replies, LINE takes {most}": "這裡有 {number} 個快速回覆，LINE 最多 {most} 個",
    "two messages of this card have quick replies, and LINE shows one set": (
        "這張卡片有兩則訊息都寫了快速回覆，LINE 只會顯示一組"
    ),
    "write them all on the last message": "全部寫在最後一則訊息",
    '"alt" does not stand beside {kind}, it {where}': "「alt」不能和 {kind} 並排，它{where}",
    "stands within it": "要寫在裡面",
    "goes with {kinds} only": "只能配 {kinds}",
    "LINE does not let {name} be a name, for it holds its own": (
        "LINE 不准用{name}當名字，裡面有 LINE 自己的名字"
    ),
    "leave that word out": "刪掉那個詞",
    "{latitude}, {longitude} is no place: latitude goes to 90, longitude to 180": (
        "沒有 {latitude}, {longitude} 這個地方：緯度最大 90，經度最大 180"
    ),
    "write latitude first, such as  [25.03, 121.56]": "先寫緯度，例如  [25.03, 121.56]",
    "this carousel has {number} columns, LINE takes {most}": "這組輪播有 {number} 張，LINE 最多 {most} 張",
    "leave some out, or make two cards": "刪掉幾張，或分成兩張卡片",
    "a confirm has two taps, here is {taps}": "確認訊息要有兩個按鈕，這裡有 {taps} 個",
    "use buttons for one tap": "只有一個按鈕的話改用 buttons",
    "this column has {taps} taps, the first one {first}: all of a carousel are equal": (
        "這一張有 {taps} 個按鈕，第一張有 {first} 個：同一組輪播要一樣多"
    ),
    "give all as many taps": "每一張放一樣多的按鈕",
    'this column has a "{key}", unlike the first: all of a carousel are equal': (
        "這一張有「{key}」，第一張沒有：同一組輪播要一樣"
    ),
    'this column has no "{key}", unlike the first: all of a carousel are equal': (
        "這一張沒有「{key}」，第一張有：同一組輪播要一樣"
    ),
    'write "{key}" in all columns, or in none': "每一張都寫「{key}」，或都不寫",
    # taps
    "here are {number} taps, LINE takes {most}": "這裡有 {number} 個按鈕，LINE 最多 {most} 個",
    "a button of a card": "卡片的按鈕",
    "a quick reply": "快速回覆",
    "an area of a rich menu": "圖文選單的區塊",
    "an area of an imagemap": "圖文訊息的區塊",
    "{called} cannot have {what}, only {has}": "{called}不能用{what}，只能用 {has}",
    "actions alone": "單獨的動作",
    "write it as a quick reply:  quick_replies: [{label: …, {to}: true}]": (
        "改成快速回覆：  quick_replies: [{label: …, {to}: true}]"
    ),
    "let it say something, and do them in the rule that hears it:  {send: …}": (
        "讓它說一句話，由符合這句話的規則來做：  {send: …}"
    ),
    'nobody hears that "{to}" was tapped, so nothing can be done then': (
        "按「{to}」的時候 LINE 不會通知我們，所以沒辦法接著做事"
    ),
    "leave the actions out": "刪掉動作",
    "only areas of a rich menu switch tabs": "只有圖文選單的區塊可以切換分頁",
    "{wrong}, the tabs of this menu": "{wrong}（這個選單的分頁）",
    "this menu has no tabs": "這個選單沒有分頁",
    # Flex
    "an {word}": "{word}",
    "a {word}": "{word}",
    "an {word} action": "{word} 動作",
    "a {word} action": "{word} 動作",
    "expected {called} of Flex, found {found}": "這裡要寫 Flex 的 {called}，現在是{found}",
    '{called} of Flex needs "type": {wanted}': "Flex 的 {called} 要寫「type」：{wanted}",
    "{called} of Flex needs {key}": "Flex 的 {called} 要寫{key}",
    "add  type: {wanted}": "加上  type: {wanted}",
    "add  {key}: …": "加上  {key}: …",
    "{key} of Flex is a list, found {found}": "Flex 的{key}要寫清單，現在是{found}",
    "{key} of Flex is {kind}, found {found}": "Flex 的{key}要寫{kind}，現在是{found}",
    "no {key} is known in {called}, and LINE refuses a message with a name that it does not know": (
        "沒聽過 Flex 的 {called} 有{key}：只要有 LINE 不認得的名稱，整則訊息都會被退回"
    ),
    "leave it out, unless LINE's reference has it by now": "刪掉它，除非 LINE 的文件已經有了",
    "{key} is a whole number from 0, found {text}": "{key}要寫 0 以上的整數，現在是{text}",
    "{key} is true or false, found {text}": "{key}要寫 true 或 false，現在是{text}",
    "{key} is {kind}, found {text}": "{key}要寫{kind}，現在是{text}",
    "write  {key}: 1": "寫成  {key}: 1",
    "write  {key}: true": "寫成  {key}: true",
    "write it such as  {example}": "寫成例如  {example}",
    "a color": "顏色",
    "a width": "寬度",
    "normal, or 2px": "normal 或 2px",
    "a size": "大小",
    "md, or 12px": "md 或 12px",
    "md, 12px or 5%": "md、12px 或 5%",
    "full, 120px or 50%": "full、120px 或 50%",
    "120px, or 50%": "120px 或 50%",
    "an angle below 360deg": "小於 360deg 的角度",
    "a share from 0% to 100%": "0% 到 100% 的比例",
    "width:height, the height at most three times the width": "「寬:高」，高最多是寬的三倍",
    "data that begins with {tap} is that of taps of the playbook": "用{tap}開頭的 data 是劇本按鈕專用的",
    "begin it with another sign": "換一個開頭",
    "an icon stands in a box with  layout: baseline": "icon 要放在這種 box：  layout: baseline",
    "it stands in a box with  layout: vertical  or  layout: horizontal": (
        "它要放在這種 box：  layout: vertical  或  layout: horizontal"
    ),
    "a span stands in the contents of a text": "span 要放在 text 的 contents",
    "a video is the hero of a bubble": "影片要放在 bubble 的 hero",
    "a bubble of Flex needs one of {blocks}": "Flex 的 bubble 至少要有一個：{blocks}",
    "add  body: {type: box, layout: vertical, contents: […]}": (
        "加上  body: {type: box, layout: vertical, contents: […]}"
    ),
    "a video stands in a bubble of {sizes}, this one is {size}": (
        "有影片的 bubble 要是 {sizes}，這個是 {size}"
    ),
    "write at the bubble  size: mega": "在 bubble 寫  size: mega",
    "this carousel has no bubble": "這組輪播沒有 bubble",
    "LINE takes no video in a carousel": "LINE 的輪播不能有影片",
    "send this bubble alone, or show a picture": "把這個 bubble 單獨送，或改放圖片",
    "here are {number} animated pictures, LINE takes {most}": (
        "這裡有 {number} 張會動的圖片，LINE 最多 {most} 張"
    ),
    "write  animated: false  at some of them": "其中幾張寫成  animated: false",
    'LINE takes "text" or "displayText", not both': "「text」和「displayText」只能寫一個",
    '"fillInText" is there for an opened keyboard only': "打開鍵盤的時候才能有「fillInText」",
    "add  inputOption: openKeyboard": "加上  inputOption: openKeyboard",
    "{key} is no {mode}, found {text}": "{key}不是 {mode} 的寫法，現在是{text}",
    '"max" lies before "min", or is the same': "「max」比「min」早，或一樣",
    "write the earlier one as  min": "把早的寫在  min",
    '"initial" does not lie between "min" and "max"': "「initial」不在「min」和「max」之間",
    "write one that can be picked": "寫一個選得到的",
    "this carousel has {number} bubbles, LINE takes {most}": (
        "這組輪播有 {number} 個 bubble，LINE 最多 {most} 個"
    ),
    "this bubble's size is {size}, the first one's {first}: all of a carousel are equal": (
        "這個 bubble 的 size 是 {size}，第一個是 {first}：同一組輪播要一樣"
    ),
    "write  size: {first}": "寫成  size: {first}",
    "{what} has {size} bytes of JSON, LINE takes {most}": "{what}的 JSON 有 {size} 位元組，LINE 最多 {most}",
    "leave some of it out, or send it as two cards": "刪掉一些，或分成兩張卡片送",
    "a bubble": "有一個 bubble ",
    "this bubble": "這個 bubble ",
    "this carousel": "這組輪播",
    "{file} is no JSON": "{file}不是 JSON",
    "{file} is no JSON at line {line}, column {column}": "{file}不是 JSON，問題在第 {line} 行第 {column} 字",
    "{text} is not UTF-8": "{text}不是 UTF-8 編碼",
    "save it as UTF-8": "另存成 UTF-8",
    "export it anew from LINE's Flex simulator": "從 LINE 的 Flex Message Simulator 重新匯出",
    # pictures, videos, sounds
    "a picture that is sent": "傳送的圖片",
    "the picture of a video": "影片的預覽圖",
    "the picture of a card": "卡片的圖片",
    "the picture of an imagemap": "圖文訊息的圖片",
    "the picture of a rich menu": "圖文選單的圖片",
    "the icon of a sender": "發送者的頭像",
    "a video": "影片",
    "a sound": "聲音",
    "is {width} pixels wide, LINE advises {most} at most": "寬 {width} 像素，LINE 建議最多 {most}",
    "is {width} pixels wide, an imagemap needs {least}": "寬 {width} 像素，圖文訊息要 {least}",
    "is {width} × {height} pixels, an icon is square": "是 {width} × {height} 像素，頭像要正方形",
    "save it in 1024 × 678": "另存成 1024 × 678",
    "save it in 200 × 200": "另存成 200 × 200",
    "save it {least} pixels wide": "另存成寬 {least} 像素",
    "{file} is {kind}": "{file}是 {kind}",
    "{file} is no picture": "{file}不是圖片",
    "{found}, {what} is {kinds}": "{found}，{what}要用 {kinds}",
    "save it as {kinds}": "另存成 {kinds}",
    "{text} {wrong}": "{text}{wrong}",
    "{text} is no file for {what}: its name ends in {wanted}": (
        "{text}不是{what}的檔案：檔名結尾要是 {wanted}"
    ),
    "{text} has {size} MB, {what} may have {most}": "{text}有 {size} MB，{what}最多 {most} MB",
    "save it smaller": "另存成小一點的檔案",
    "{file} is {width} × {height} pixels, the picture of a page is {wide} × {high}": (
        "{file}是 {width} × {height} 像素，頁面的圖片是 {wide} × {high}"
    ),
    "save it in {wide} × {high}": "另存成 {wide} × {high}",
    "how high a picture at an address is cannot be known": "網址上的圖片，不知道有多高",
    "put the picture into the playbook's folder": "把圖片放進劇本資料夾",
    # menus and grids
    "add  chat_bar: 選單": "加上  chat_bar: 選單",
    "write  chat_bar: 選單": "寫  chat_bar: 選單",
    "the bar below a menu has a text": "選單下方要有一段文字",
    "this flow ends before it begins": "這個流程還沒開始就結束了",
    "this rule ends before it begins": "這條規則還沒開始就結束了",
    "this menu ends before it begins": "這個選單還沒開始就結束了",
    "write a later  until": "把  until  寫晚一點",
    "{word} stands beside  {other}": "{word}  和  {other}  不能一起寫",
    "{key} stands beside tabs, where nobody sees it": "{key} 寫在 tabs 旁邊，沒有人看得到",
    "put it into one of the tabs, or leave  tabs  out": "放進其中一個分頁，或刪掉  tabs",
    "the picture of a rich menu is a file, and this is an address": "圖文選單的圖要是檔案，這裡是網址",
    "save it in the playbook's folder, and write  image: cards/menu.png": (
        "存到劇本資料夾裡，寫  image: cards/menu.png"
    ),
    "this text has {number} characters, the bar below a menu takes {most}": (
        "這段文字有 {number} 字，選單下方的文字最多 {most} 字"
    ),
    "here are {number} areas, a rich menu takes {most}": "這裡有 {number} 個區塊，圖文選單最多 {most} 個",
    "here are {number} areas, an imagemap takes {most}": "這裡有 {number} 個區塊，圖文訊息最多 {most} 個",
    "make fewer areas, or tabs": "減少區塊，或分成分頁",
    "{image} is {width} × {height} pixels": "{image}是 {width} × {height} 像素",
    "{type}, a rich menu is 800 to 2500 wide and at least 250 high": (
        "{type}，圖文選單要寬 800 到 2500，高至少 250"
    ),
    "{type}, a rich menu is at least 1.45 times as wide as high": "{type}，圖文選單的寬至少是高的 1.45 倍",
    "have a plain one drawn:  oaflow richmenu image": "先用一張簡單的圖：oaflow richmenu image",
    "save it as 2500 × 1686 or 2500 × 843": "另存成 2500 × 1686 或 2500 × 843",
    "a box is x, y, width, height in pixels": "box 要寫 x、y、寬、高，單位是像素",
    "write it such as  [0, 0, 520, 520]": "寫成例如  [0, 0, 520, 520]",
    "this box does not lie in the picture, which is {width} × {height} here": (
        "這個 box 超出圖片了，圖片在這裡是 {width} × {height}"
    ),
    "the whole picture is  [0, 0, {width}, {height}]": "整張圖片是  [0, 0, {width}, {height}]",
    "this box lies over the area {other}": "這個 box 和區塊{other}重疊了",
    "give each area its own part of the picture: which one is tapped here is not certain": (
        "每個區塊各佔圖片的一部分：重疊的地方不知道按到哪一個"
    ),
    "the grid has {name}, and areas have not": "格子裡有{name}，areas 裡沒有",
    "add below areas  {name}: {send: {name}}": "在 areas 底下加上  {name}: {send: {name}}",
    "{name} stands in the grid and has a box": "{name}寫在格子裡，又寫了 box",
    "leave out one of them": "刪掉其中一個",
    "the area {name} stands in no row of the grid": "區塊{name}沒有寫在格子的任何一列",
    "write {name} into the grid, or give it a box": "把 {name} 寫進格子，或給它 box",
    "this row has {cells}, the first has {first}": "這一列有 {cells}，第一列有 {first}",
    "{number} cell": "{number} 格",
    "{number} cells": "{number} 格",
    "write a name once for each cell that it covers": "佔幾格，名字就寫幾次",
    "the cells of {name} are no rectangle": "{name}的格子不是長方形",
    "give the cells apart a name of their own": "分開的格子用不同的名字",
    # SMS
    "the text of an SMS holds the code once, this one {number} times": (
        "簡訊要有一次驗證碼，這裡有 {number} 次"
    ),
    "write  {{ sms.code }}  where the code is to stand": "在要放驗證碼的地方寫  {{ sms.code }}",
    "this SMS has up to {length} characters, one part takes {most}": (
        "這則簡訊最長 {length} 字，一則簡訊最多 {most} 字"
    ),
    "shorten it: each further part is paid like another SMS": "寫短一點：超過的部分會再算一則的錢",
    "this SMS holds a web address, which carriers' filters stop": "簡訊裡有網址，電信業者會擋下來",
    "leave the address out": "刪掉網址",
    "one-time codes are written into the log here, and no SMS is sent": (
        "這裡的驗證碼只會寫進記錄檔，不會發出簡訊"
    ),
    "name who sends them:  provider: mitake, username: ${MITAKE_USERNAME}, …": (
        "寫上由誰發送：provider: mitake, username: ${MITAKE_USERNAME}, …"
    ),
}
