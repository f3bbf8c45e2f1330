"""Names that are not known, and the nearest ones, English beside Chinese."""

ZH = {
    "there is {name}: width and letter case are told apart": "有{name}：全形半形和大小寫要一樣",
    "a similar name exists: {name}": "有一個很像的：{name}",
    "write one such as {names}": "可以寫的例如 {names}",
    "{name} is not one of {known}": "這裡不能寫{name}，可以寫的有 {known}",
    "{name} is not known here": "這裡不能寫{name}",
    "{names} +{number}": "{names}等（還有 {number} 個）",
    "there is {name}: traditional and simplified characters are told apart": (
        "有{name}：字要一模一樣（繁體、簡體、異體字）"
    ),
}
