"""What is said of files that cannot be read, English beside Chinese."""

ZH = {
    # YAML
    "this file cannot be read as YAML": "這個檔案不是看得懂的 YAML",
    "a tab cannot be used to indent": "不能用 Tab 鍵縮排",
    "use spaces": "改用空白（空白鍵）",
    "a value that begins with {char} needs quotes": "用「{char}」開頭的內容要加引號",
    "a value that begins with ! needs quotes": "用「!」開頭的內容要加引號",
    "a value that begins with * needs quotes": "用「*」開頭的內容要加引號",
    "a value that begins with & needs quotes": "用「&」開頭的內容要加引號",
    "put the whole text in quotes": "整段文字前後加上引號",
    "write  {shown}": "寫成  {shown}",
    "write it out where it is needed; anchors and aliases are not part of the language": (
        "在要用的地方把內容寫出來；劇本不能用 & 和 * 代替"
    ),
    "put the whole text in double quotes": "整段文字用雙引號包起來",
    'put the whole text in quotes; a comment has a space after its "#"': (
        "整段文字用引號包起來；如果是註解，「#」後面要空一格"
    ),
    'everything from this "#" on is a comment and would be lost': (
        "從這個「#」開始會被當成註解，後面的字都會不見"
    ),
    "a text that begins with {value} must stand in quotes as a whole": (
        "用 {value} 開頭的文字，整段都要包在引號裡"
    ),
    "a text with {{ }} or ${ } needs quotes here": "這裡的文字有 {{ }} 或 ${ }，要加引號",
    'this text contains ": ", put it in quotes': "這段文字裡有「: 」（冒號加空白），要用引號包起來",
    "the {quote} that begins here is closed only in line {closed}": (
        "這裡開始的引號 {quote}，到第 {closed} 行才結束"
    ),
    "add {quote} at the end of the text": "在這段文字的最後補上 {quote}",
    "this {quote} is never closed": "這個引號 {quote} 沒有結尾",
    "this {bracket} is never closed": "這個括號 {bracket} 沒有結尾",
    "this {bracket} is never closed, or a comma is missing in it": (
        "這個括號 {bracket} 沒有結尾，或是裡面少了逗號"
    ),
    "add {closing} at its end": "在最後補上 {closing}",
    "add {closing} at its end, or a comma between its values": "在最後補上 {closing}，或在兩個值中間補上逗號",
    "this is no ordinary space, but a full-width or no-break one": "這不是一般的空白，是全形或不換行的空白",
    "delete it, and type a half-width space": "刪掉它，重新打一個半形空白",
    'a space is missing behind this "-"': "這個「-」後面少了一個空白",
    'begin each item of a list with "- "': "清單的每一項都用「- 」（減號加空白）開頭",
    'begin it with "- ", or indent it as its neighbours are': "用「- 」開頭，或是縮排成和上下行一樣",
    'begin the list on a line of its own, with "- "': "清單從下一行開始寫，每一項用「- 」開頭",
    'this "{found}" is no bracket of the language': "「{found}」是全形括號，這裡要用半形的",
    'write {opening} and {closing}, with half-width ": " and ", " between them': (
        "寫成半形的 {opening} 和 {closing}，裡面用半形的「: 」和「, 」"
    ),
    'this "{found}" is no "-" of the language': "「{found}」不是半形的「-」",
    "a key cannot stand here": "這一行接不上上一行",
    "the line above has a value already, or this line is indented too far": (
        "前面的空白改成和上一行一樣多；如果是同一段文字，整段加引號"
    ),
    'a space is missing behind this ":"': "這個「:」後面少了一個空白",
    'this line has no ":" after its key': "這一行的名稱後面沒有「:」",
    'a key is followed by ": " and its value': "名稱後面是「: 」（冒號加空白），再來是內容",
    'this "\\" means something else in double quotes': "在雙引號裡，「\\」有別的意思",
    "use single quotes, or write \\\\": "改用單引號，或寫成 \\\\",
    "this line does not fit into the list above": "這一行接不上前面的清單",
    "a list cannot begin here": "清單不能從這裡開始",
    "text cannot stand behind | or >": "「|」或「>」後面不能直接接文字",
    "begin the text on the next line, indented": "文字從下一行開始寫，並且縮排",
    "this line does not fit here": "這一行的位置不對，和上下文連不起來",
    "look at its indentation, and for a missing quote, bracket or colon above it": (
        "看看縮排對不對，上面是不是少了引號、括號或冒號"
    ),
    "this is nested more than {most} levels deep": "這裡一層包一層，超過 {most} 層",
    "a key must be a word, not a list or a block": "冒號前面的名稱要是一個詞，不能是清單或一整塊內容",
    'merging with "<<" is not part of the language': "劇本裡沒有 YAML 的「<<」這種寫法",
    "write the keys out where they are needed": "在要用的地方把內容寫出來",
    '"{inner}" stands on the line of "{outer}"': "「{inner}」和「{outer}」寫在同一行了",
    "write  {outer}: {{inner}: …}": "寫成  {outer}: {{inner}: …}",
    '"{key}" stands on the line of another key': "「{key}」和別的名稱寫在同一行了",
    "begin  {key}:  on a line of its own, indented like the key above": (
        "{key}:  另起一行，縮排和上面的名稱一樣"
    ),
    'begin the next one of the list with "- "': "清單的下一項用「- 」開頭",
    'the key "{key}" stands here twice': "「{key}」在這裡寫了兩次",
    "first defined at {file}:{line}:{column}": "第一次寫在 {file}:{line}:{column}",
    'this "---" begins a second document': "這個「---」讓檔案變成兩份文件",
    'put all sections into one document, without "---" between them': "全部寫在同一份裡，中間不要有「---」",
    # full-width signs
    'the colon after "{key}" is a full-width one': "「{key}」後面的冒號是全形的",
    "write  {key}: {value}  with a half-width colon and a space": (
        "寫成  {key}: {value}  ，冒號用半形的，後面空一格"
    ),
    '"```" belongs to a chat or a document, not to the playbook': "「```」是複製時帶來的，不是劇本的內容",
    "delete this line": "刪掉這一行",
    'a comment begins with "#" here, not with "//"': "註解用「#」開頭，不是「//」",
    "write  # {text}": "寫成  # {text}",
    'behind "{key}" stands ":", not "="': "「{key}」後面要用冒號，不是等號",
    "{text} holds an invisible sign, U+{number}": "{text}裡有看不見的字元（U+{number}），通常是複製時帶來的",
    "delete this word, and type it anew:  {text}": "刪掉這個詞，重新打一次：  {text}",
    "write {quote} at its end instead of {found}": "把最後的 {found} 改成半形的 {quote}",
    '"{key}" is a section, and stands at the margin': "「{key}」是一個段落，要從一行的最前面開始寫",
    "leave no spaces before it": "刪掉前面的空白",
    '{found} spaces stand before "{key}", and {wanted} before "{above}" above it': (
        "「{key}」前面有 {found} 個空白，但上面的「{above}」前面是 {wanted} 個"
    ),
    'write {wanted} spaces before it, so that it stands below "{above}"': (
        "前面改成 {wanted} 個空白，和「{above}」對齊"
    ),
    "put both into one": "把兩段的內容合成一段",
    "delete line {line}: what stands below it then belongs to the  {key}:  above": (
        "刪掉第 {line} 行，下面的內容就接在上面的  {key}:  裡；同一個檔案只寫一次  {key}:"
    ),
    "move what stands below it to the  {key}:  in line {first}, and delete line {line}": (
        "下面的內容搬到第 {first} 行的  {key}:  裡，再刪掉第 {line} 行；同一個檔案只寫一次  {key}:"
    ),
    "for both, one after the other, write  {key}: {value}": "兩個都要的話，寫成  {key}: {value}",
    'this "，" is a full-width comma, and separates nothing': "這個「，」是全形逗號，這裡要用半形的",
    "write a half-width comma and a space": "改成半形逗號，後面空一格",
    'this is one text, not a list: "［" and "］" are no brackets of the language': (
        "這會被當成一段文字，不是清單：「［」和「］」是全形括號"
    ),
    "write [ and ], and half-width commas; or put the text in quotes": (
        "清單用半形的 [ 和 ]，中間用半形逗號；如果本來就是一段文字，就加引號"
    ),
    '"{sign}" separates no values, so this list holds one': ("這個清單只有一個值：「{sign}」不會把值分開"),
    "separate the values with a half-width comma, or put the text in quotes": (
        "值和值之間用半形逗號；如果本來就是一段文字，就加引號"
    ),
    # files
    "this file is too large: more than {most} bytes": "這個檔案太大了，超過 {most} 位元組",
    "this file is not UTF-8": "這個檔案不是 UTF-8 編碼",
    "save it as UTF-8 (in the editor's dialogue “save as”, under encoding)": (
        "另存成 UTF-8（在編輯器的「另存新檔」裡選編碼）"
    ),
    "the character U+{number} cannot stand in a file": "檔案裡有不能用的字元 U+{number}",
    'remove it; where it is meant, write it as "\\u{number}" in double quotes': (
        '刪掉它；如果是故意的，在雙引號裡寫成 "\\u{number}"'
    ),
    "this file is a link that leads out of the playbook's folder": "這個檔案是捷徑，連到劇本資料夾外面去了",
    "put the file itself into the folder": "把檔案本身放進資料夾",
    '"{named}" is no file of the playbook': "劇本裡沒有「{named}」這個檔案",
    "rename it to {file}.yaml": "把檔名改成 {file}.yaml",
    "this file is not read: its name ends in {ending}": "這個檔案不會被讀取：檔名結尾是 {ending}",
    "move it into flows/, rules/ or cards/, or name it in  include:  of bot.yaml": (
        "移到 flows/、rules/ 或 cards/，或寫進 bot.yaml 的  include:"
    ),
    "this file looks like a part of the playbook, and is not read": (
        "這個檔案看起來是劇本的一部分，但是不會被讀取"
    ),
    '"{text}" names no file': "找不到「{text}」指的檔案",
    "write a path from the folder of bot.yaml; * stands for any name, ** for any folders": (
        "從 bot.yaml 所在的資料夾開始寫路徑；* 代表任何檔名，** 代表任何資料夾"
    ),
    "there is no playbook here: {path} does not exist": "這裡沒有劇本：找不到 {path}",
    "there is no playbook here: {path} is not a file": "這裡沒有劇本：{path} 不是檔案",
    "there is no playbook here: rename {file} to {name}": "這裡沒有劇本：請把 {file} 改名為 {name}",
    "{missing}; name one of these: {folders}": "{missing}；請改用：{folders}",
    "{missing}; begin one with  oaflow new": "{missing}；要建立新的，請執行  oaflow new",
    "{path} is only one file of a playbook: name its folder, {folder}": (
        "{path} 只是劇本裡的一個檔案，請改用整個資料夾：{folder}"
    ),
    "{path} is no playbook: name a folder with {name}": "{path} 不是劇本，請改用裡面有 {name} 的資料夾",
    "there is no playbook here: {error}": "這裡沒有劇本：{error}",
    "the playbook {path} cannot be read: it is no file": "劇本 {path} 打不開：它不是檔案",
    "the playbook {path} cannot be read: {reason}": "劇本 {path} 打不開：{reason}",
    # the environment, secrets
    '".env" cannot be read: {reason}': "「.env」打不開：{reason}",
    '".env" cannot be read: it is no file': "「.env」打不開：它不是檔案",
    "this line is not NAME=value": "這一行不是「名稱=值」的寫法",
    'begin it with "#" if it is a comment': "如果是註解，用「#」開頭",
    "{number} environment variables are not set: {missing}": "有 {number} 個環境變數沒有設定：{missing}",
    "only  oaflow run  needs them: set them in the environment, or in a file .env beside bot.yaml": (
        "正式上線（oaflow run）才需要：設在環境變數，或寫在 bot.yaml 旁邊的 .env"
    ),
    '${{found}} cannot stand in "{section}"': "${{found}} 不能寫在「{section}」裡",
    "write the text itself; the name of the person is  {{ contact.name }}": (
        "直接寫內容；客人的名字寫成  {{ contact.name }}"
    ),
    'move "{section}" into bot.yaml': "把「{section}」移到 bot.yaml",
    '"{path}" has a "${" that begins no variable': "「{path}」裡的「${」後面不是變數",
    "write ${NAME} or ${NAME:-default}; a name has letters, digits and _": (
        "寫成 ${NAME} 或 ${NAME:-預設值}；名稱只能有英文字母、數字和 _"
    ),
    "set it in the environment, or in a file .env beside bot.yaml:  {name}=…": (
        "設在環境變數，或寫在 bot.yaml 旁邊的 .env：  {name}=…"
    ),
    "make keys with  oaflow keys new  and keep a copy; set them in the environment, or in a file .env beside"
    " bot.yaml:  {name}=…": (
        "用  oaflow keys new  產生金鑰，另外留一份；再設在環境變數，或寫在 bot.yaml 旁邊的 .env：  {name}=…"
    ),
    "it is set to nothing; where that is meant, write ${{name}:-}": (
        "它的值是空的；如果是故意的，寫成 ${{name}:-}"
    ),
    "the environment variable {name} is not set": "環境變數 {name} 沒有設定",
    '"{path}" looks like a real secret, and the file is no place for it': (
        "「{path}」看起來是真的密碼或金鑰，不應該寫在檔案裡"
    ),
    "write ${NAME} here, and the secret into the environment or the file .env": (
        "這裡寫 ${NAME}，真正的內容放在環境變數或 .env"
    ),
    # the files as one playbook
    "first defined at {place}": "第一次寫在 {place}",
    '"{section}" stands in bot.yaml only': "「{section}」只能寫在 bot.yaml",
    "move it there": "移到那裡",
    '"{section}" is missing here': "這裡少了「{section}」",
    "add  {section}: {example}": "加上  {section}: {example}",
    "the name {name} stands here for the second time": "{name}這個名字用了兩次",
    'the section "{section}" stands here for the second time': "「{section}」這一段寫了兩次",
    "leave one of them out": "刪掉其中一個",
    "give one of them another name": "把其中一個改成別的名字",
    "{name} differs from {before} only in width or case": "{name}和{before}只差在全形半形或大小寫",
    "the other one stands at {place}": "另一個在 {place}",
    "write it the same way, or choose names that one can tell apart": "兩邊寫成一樣，或改成看得出差別的名字",
    '"{path}" is {text}, and no variable': "「{path}」只是{text}這幾個字，不是環境變數",
    "write  ${{name}}": "改成  ${{name}}",
    'this "#" begins no comment, it stands in the text': "這個「#」不是註解，客人會看到它和後面的字",
    'for a comment leave a space before the "#"; else put the whole text in quotes': (
        "如果是註解，「#」前面要空一格；如果不是，整段文字用引號包起來"
    ),
    '"{path}" has a "$" without braces, and what follows is not replaced': (
        "「{path}」裡的「$」沒有大括號，後面的字不會換成環境變數的值"
    ),
    "where a variable is meant, write ${NAME}": "如果是環境變數，寫成 ${NAME}",
    "also at {places}": "這裡也是：{places}",
}
