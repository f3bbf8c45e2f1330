"""What `oaflow new` and the start of `oaflow run` say to people, English beside Chinese."""

ZH = {
    # run: what stands before a line of the log that is no mere news
    "warning: ": "注意：",
    "error: ": "錯誤：",
    # run: a start
    "starting …": "啟動中……",
    "all is fine for playing; what to see to before going live:  {command}": (
        "現在就可以試玩；上線前要處理的事，用這一行看：  {command}"
    ),
    "the simulator is ready; open this address in a browser:": "模擬器準備好了，用瀏覽器打開這個網址：",
    "what you change in {folder} holds as soon as it is saved; Ctrl-C ends it": (
        "劇本在 {folder}，改了存檔就生效。要結束，按 Ctrl-C"
    ),
    "with a later version come: {what} (oaflow check --info)": (
        "這一版還做不到：{what}（哪裡用到：oaflow check --info）"
    ),
    "--simulator has no sign-in, so it listens on this machine only": (
        "模擬器沒有登入，只能在這台電腦上用：請拿掉 --host"
    ),
    "cannot listen on {address}: the port is in use; if oaflow runs in another window, end it with"
    " Ctrl-C, or take another port:  {other}": (
        "不能使用 {address}：這個連接埠有別的程式在用。如果另一個視窗裡的 oaflow 還開著，到那裡按 Ctrl-C；"
        "或換一個連接埠：  {other}"
    ),
    "cannot listen on {address}: take a port from 1024 on:  {other}": (
        "不能使用 {address}：請用 1024 以上的連接埠：  {other}"
    ),
    "cannot listen on {address}: a port is a number from 0 to 65535": (
        "不能使用 {address}：連接埠是 0 到 65535 的數字"
    ),
    "cannot listen on {address}: {why}": "不能使用 {address}：{why}",
    # new: what is asked
    "What is your shop or account called?": "商店或官方帳號叫什麼名字？",
    "What do people ask most? (several ways to say it: with commas)": (
        "客人最常問什麼？（不同的問法用逗號隔開）"
    ),
    "And what does the bot answer?": "機器人要怎麼回答？",
    "Which folder is it to be written into? (a new one)": "要放在哪個資料夾？（會新建一個）",
    # new: what was written
    "the playbook of {name} is written: {folder}": "「{name}」的劇本寫好了：{folder}",
    "open it in the simulator:": "在模擬器裡打開（複製這一行，貼上，按 Enter）：",
    "then change a text in {file}, and save": "接著用文字編輯器打開 {file}，改一句話、存檔，機器人馬上就會",
    "play its tests, in another window while the simulator runs:": (
        "執行它的測試（模擬器開著的話，另外開一個視窗再貼上）："
    ),
    # new: what is refused
    "nothing was written": "什麼都沒有寫",
    "nothing is written there": "這裡是空的，請寫一點什麼",
    "this is too long: at most {most} characters": "太長了：最多 {most} 個字",
    "that are {number} ways to ask: at most {most}": "問法有 {number} 種，太多了：最多 {most} 種",
    "{word} begins the sample questionnaire: write another question": (
        "{word}是範例問卷要用的，請換一個問題"
    ),
    "{marks} means something in a playbook: leave it out": "{marks}在劇本裡有特別的意思，請拿掉",
    "there is a character in it that nobody can see: type it anew": "裡面有看不見的字元，請重新輸入一次",
    "that cannot stand in a playbook: {why}": "這不能寫在劇本裡：{why}",
    "the question of --ask has no answer: add  --answer TEXT": "--ask 的問題沒有回答：加上  --answer 文字",
    "{path} is inside another playbook, {around}: choose a folder of its own, such as {beside}": (
        "{path} 在另一份劇本 {around} 裡面：請放到外面，例如 {beside}"
    ),
    "{path} is a file: choose another name": "{path} 是檔案，請換一個名字",
    "{path} is not empty, and nothing is overwritten: choose another name": (
        "{path} 已經有東西了，不會蓋掉：請換一個名字"
    ),
    "{name} cannot begin with {sign}": "{name}不能用{sign}開頭",
    "{name} cannot end with {sign}": "{name}不能用{sign}結尾",
    "the name of a folder cannot have {sign} in it": "資料夾的名字不能有{sign}",
    "{path} cannot be written: you may not write there; choose another folder": (
        "{path} 不能寫：您沒有這裡的權限，請換一個資料夾"
    ),
    "{path} cannot be written: {why}": "{path} 不能寫：{why}",
}
