"""What is said of texts that people would see otherwise than it was meant, English beside Chinese."""

ZH = {
    "these choices are shown twice, for the card has buttons for them: {twice}": (
        "這些選項會出現兩次，因為卡片上也有它們的按鈕：{twice}"
    ),
    "leave the buttons out of the card: the choices of a question come by themselves": (
        "把卡片上的這些按鈕刪掉：問題的選項會自己出現在訊息下面"
    ),
    "people get {text}: the text is yet to be written": "客人會直接收到{text}：這裡的文字還沒寫",
    "write the answer here": "在這裡寫要回覆的文字",
    "people see {mark} as it stands here": "客人會直接看到{mark}這幾個字",
    "LINE has no bold type: leave the signs out": "LINE 的訊息不能設粗體或顏色，把這些符號刪掉",
    "for a new line write  |  behind the colon, and the lines of the text below it, indented": (
        "要換行的話，冒號後面寫  |  ，文字從下一行開始，一行一行寫，前面多留兩個空白"
    ),
    "these lines are sent as one, with a space between them": "這幾行會接成一行送出去，中間只有一個空白",
    "{text} is sent as a text, and not as a picture": "{text}會當成文字送出去，不是圖片",
    "for the picture, write  {meant}": "如果要送圖片，寫成  {meant}",
    "the rule hears only people who write {text} themselves": "這條規則等的是客人打{text}這幾個字",
    "for what happens, write  when: {kind}": "如果是要等這種情況，寫成  when: {kind}",
    '"*" in {text} stands for no other words': "{text}裡的「*」不代表其他文字",
    "to hear texts with it in them, write  text_contains: {text}": (
        "訊息裡只要有這幾個字就回，寫成  text_contains: {text}"
    ),
}
