"""Lines of the log that somebody who develops a playbook sees at a terminal, English beside Chinese.

Keys are the templates of `logging`; their `%s` stand in the same order, and `%.0s` leaves one out. A
line without a sentence stays English, as all lines are that go to machines.
"""

ZH = {
    "stopping": "結束中",
    "ready": "準備好了",
    "listening on %s": "正在接收 %s",
    "webhook address of %s: %s/webhook/%s": "%s 的 webhook 網址：%s/webhook/%s",
    "changes of the playbook are taken over at once": "劇本改了存檔，馬上生效",
    "this is process %s, pid %d on %s": "這是程序 %s，pid %d，在 %s",
    "the playbook was taken over: %s; %s": "修改已經生效%.0s%.0s",
    "%s: the last good one goes on, %s; %s": "%s：先用上一版繼續回答%.0s%.0s",
    "%s; the last good playbook goes on, %s; a process that is started now ends at once (exit 2)": (
        "%s；先用上一版繼續回答%.0s；現在重新執行的話，會馬上結束（exit 2）"
    ),
    "the playbook has no mistakes any more, and is the one that went on: %s": (
        "劇本沒有錯誤了，就是一直在用的這一版%.0s"
    ),
    "the rich menus of %s are not what they are to be: %s": "「%s」的圖文選單還沒更新好：%s",
    "LINE has the rich menus of %s as they are in the playbook": "「%s」的圖文選單已經和劇本一樣",
    "not taken over: %s": "沒有換上：%s",
}
