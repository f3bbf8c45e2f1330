"""The words around the mistakes, English beside Chinese."""

ZH = {
    "{place}: error: {message} [{code}]": "{place}: 錯誤：{message} [{code}]",
    "{place}: warning: {message} [{code}]": "{place}: 警告：{message} [{code}]",
    "{place}: info: {message} [{code}]": "{place}: 提醒：{message} [{code}]",
    "hint: {hint}": "建議：{hint}",
    "note: {note}": "參考：{note}",
    "{found} in {files}": "{files}，共 {found}",
    "no errors": "沒有錯誤",
    "1 file": "1 個檔案",
    "{number} files": "{number} 個檔案",
    "1 error": "1 個錯誤",
    "{number} errors": "{number} 個錯誤",
    "1 warning": "1 個警告",
    "{number} warnings": "{number} 個警告",
    "1 note": "1 個提醒",
    "{number} notes": "{number} 個提醒",
    "no mistakes in {files}": "{files}，沒有錯誤",
    "checked: {folder}": "檢查的資料夾：{folder}",
    "{notes}: oaflow check --info": "另有 {notes}：oaflow check --info",
    "{notes} on what costs messages: oaflow check --info": (
        "另有 {notes}，說明哪裡會計費：oaflow check --info"
    ),
}
