"""Proposes a known name for an unknown one, and words such hints.

A character that is missing from the table of variants costs a hint, never a wrong result.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from functools import lru_cache
from unicodedata import normalize

from bot.model.translatable import Listing, Quoted, Translatable, TranslatableValue, row, tr
from bot.playbook.hints import of_kind

PAIRS = """
万萬 与與 专專 业業 东東 丝絲 两兩 严嚴 个個 临臨 为為 丽麗 举舉 义義 乐樂 习習 乡鄉
书書 买買 乱亂 争爭 于於 亏虧 亚亞 产產 亲親 亿億 仅僅 从從 仓倉 仪儀 们們 价價 众眾
优優 会會 伞傘 伟偉 传傳 伤傷 伦倫 体體 余餘 佣傭 侠俠 侣侶 侧側 侦偵 俩倆 债債 倾傾
偿償 储儲 儿兒 党黨 兰蘭 关關 兴興 养養 兽獸 内內 册冊 写寫 军軍 农農 冲衝 决決 况況
冻凍 净淨 准準 凉涼 减減 几幾 凤鳳 凭憑 击擊 划劃 刘劉 则則 刚剛 创創 删刪 别別 剂劑
剧劇 劝勸 办辦 务務 动動 励勵 劳勞 势勢 区區 医醫 华華 协協 单單 卖賣 卫衛 却卻 厂廠
厅廳 历歷 历曆 压壓 厌厭 县縣 参參 双雙 发發 发髮 变變 叶葉 号號 叹嘆 后後 吗嗎 听聽
启啟 员員 响響 唤喚 啰囉 团團 园園 围圍 国國 图圖 圆圓 圣聖 场場 坏壞 块塊 坚堅 坛壇
垫墊 墙牆 壮壯 声聲 处處 备備 复復 复複 复覆 够夠 头頭 夸誇 夺奪 奖獎 妆妝 妇婦 妈媽
娱娛 婴嬰 学學 宁寧 宝寶 实實 审審 宠寵 宫宮 宽寬 宾賓 对對 寻尋 导導 寿壽 将將 尔爾
尘塵 尝嘗 尽盡 尽儘 层層 届屆 属屬 岁歲 岛島 币幣 师師 帐帳 带帶 帮幫 干乾 干幹 并並
广廣 庄莊 庆慶 库庫 应應 庙廟 废廢 开開 异異 弃棄 张張 弹彈 强強 归歸 当當 录錄 彻徹
径徑 忆憶 忧憂 态態 总總 恋戀 恳懇 恶惡 悬懸 惊驚 惯慣 愿願 戏戲 战戰 户戶 扑撲 执執
扩擴 扫掃 扬揚 扰擾 抚撫 抢搶 护護 报報 担擔 拟擬 拥擁 择擇 挂掛 挥揮 损損 换換 据據
掷擲 摄攝 摆擺 摇搖 敌敵 数數 断斷 无無 旧舊 时時 显顯 晓曉 暂暫 术術 机機 杂雜 权權
条條 来來 极極 构構 枪槍 柜櫃 标標 栏欄 树樹 样樣 档檔 桥橋 检檢 楼樓 欢歡 欧歐 残殘
毕畢 气氣 汇匯 汇彙 汉漢 汤湯 沟溝 没沒 泪淚 泽澤 洁潔 浅淺 测測 济濟 浏瀏 浓濃 涂塗
润潤 涨漲 温溫 游遊 湾灣 湿濕 满滿 滚滾 滤濾 滩灘 灯燈 灵靈 点點 炼煉 烂爛 烦煩 热熱
爱愛 爷爺 状狀 独獨 狮獅 猎獵 猪豬 猫貓 献獻 环環 现現 玛瑪 电電 画畫 畅暢 疗療 痒癢
盐鹽 监監 盖蓋 盘盤 着著 睁睜 码碼 砖磚 础礎 确確 礼禮 祸禍 离離 种種 积積 称稱 税稅
稳穩 穷窮 窃竊 竞競 笔筆 签簽 签籤 筛篩 筹籌 简簡 类類 粮糧 系係 系繫 紧緊 红紅 约約
级級 纪紀 纯純 纱紗 纳納 纷紛 纸紙 线線 练練 组組 细細 织織 终終 经經 绑綁 结結 绕繞
给給 络絡 绝絕 统統 继繼 续續 绩績 绪緒 维維 绿綠 缓緩 编編 缘緣 缩縮 缴繳 网網 罗羅
罚罰 罢罷 职職 联聯 肤膚 肿腫 胜勝 胶膠 脏髒 脑腦 脱脫 脸臉 腾騰 舰艦 艺藝 节節 芦蘆
苏蘇 苹蘋 范範 荐薦 药藥 获獲 营營 萧蕭 蓝藍 虑慮 虽雖 补補 装裝 见見 观觀 规規 视視
览覽 觉覺 触觸 计計 订訂 认認 讨討 让讓 训訓 议議 记記 讲講 许許 论論 设設 访訪 证證
评評 识識 诉訴 词詞 试試 诗詩 话話 询詢 该該 详詳 语語 误誤 说說 请請 读讀 课課 谁誰
调調 谈談 谢謝 谱譜 贝貝 负負 财財 责責 败敗 货貨 质質 贩販 购購 贵貴 费費 贴貼 贺賀
赁賃 资資 赏賞 赔賠 赚賺 赞讚 赞贊 赠贈 赢贏 车車 转轉 轮輪 软軟 轻輕 载載 较較 辅輔
辆輛 辑輯 输輸 边邊 达達 过過 迈邁 运運 还還 这這 进進 远遠 连連 迟遲 适適 选選 递遞
逻邏 遗遺 邮郵 邻鄰 里裡 里裏 针針 钟鐘 钢鋼 钥鑰 钱錢 铁鐵 铃鈴 银銀 铺鋪 链鏈 销銷
锁鎖 错錯 键鍵 镜鏡 长長 门門 闭閉 问問 间間 闻聞 阅閱 队隊 阳陽 阶階 际際 陆陸 陈陳
险險 随隨 隐隱 难難 雾霧 静靜 韩韓 页頁 项項 顺順 须須 顾顧 预預 领領 频頻 题題 颜顏
额額 风風 飞飛 饭飯 饮飲 饰飾 饼餅 馆館 马馬 驱驅 验驗 骑騎 骗騙 鱼魚 鲜鮮 鸟鳥 鸡雞
鸣鳴 鸭鴨 麦麥 黄黃 齐齊 齿齒 龄齡 龙龍 只隻 周週 制製 台臺 台檯 云雲 面麵 占佔 布佈
回迴 奖奬 为爲 说説 产産 线綫 卫衞 群羣 峰峯 众衆 启啓
"""
"""A simplified character and a traditional one of it: those that shops use; some have several."""

_IN_SIMPLIFIED = str.maketrans({pair[1]: pair[0] for pair in PAIRS.split()})
"""From traditional characters to simplified ones."""


def simplified(text: str) -> str:
    """The text in simplified characters, to compare both ways of writing."""
    return text.translate(_IN_SIMPLIFIED)


LISTED = 8
"""Up to so many known names are listed in a message."""

_SHOWN = 40
"""Characters of a value that a message shows, at most."""
_FEW = 3
"""Names or places that `few` lists, at most."""


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The most similar known name; `None` where none is similar."""
    return _nearest(name, frozenset(known)) if len(name) <= 2 * _SHOWN else None


@lru_cache(maxsize=10_000)
def _nearest(name: str, known: frozenset[str]) -> str | None:
    names: dict[str, str] = {}
    for one in sorted(known):
        names.setdefault(folded(one), one)
    close = get_close_matches(folded(name), names, n=1)
    if close and close[0] == folded(name):
        return names[close[0]]
    other = in_other_characters(name, sorted(known))
    return other or (names[close[0]] if close else None)


def folded(name: str) -> str:
    """The name without differences of width and letter case."""
    return normalize("NFKC", name).casefold()


def in_other_characters(name: str, known: Iterable[str]) -> str | None:
    """The known name that is this one in traditional instead of simplified characters, or the other way
    round."""
    if name.isascii():
        return None
    wanted = simplified(name)
    return next((one for one in known if one != name and simplified(one) == wanted), None)


def hint_for(name: str, known: Iterable[str]) -> Translatable | None:
    """A hint that names the nearest known name."""
    match = nearest(name, known)
    if match is not None and folded(match) == folded(name):
        return of_kind(
            "name", tr("there is {name}: width and letter case are told apart", name=Quoted(match))
        )
    if match is not None and in_other_characters(name, (match,)):
        return of_kind(
            "name",
            tr("there is {name}: traditional and simplified characters are told apart", name=Quoted(match)),
        )
    return of_kind("name", tr("a similar name exists: {name}", name=Quoted(match))) if match else None


def hint_or_some(name: str, known: Iterable[str]) -> Translatable | None:
    """A hint that names the nearest known name; some of them, where they are too many to be listed."""
    names = list(known)
    some = tr("write one such as {names}", names=row(names[:LISTED])) if len(names) > LISTED else None
    return hint_for(name, names) or some


def not_one_of(name: str, known: Iterable[str]) -> Translatable:
    """That `name` is none of the known names, which are listed where they are few."""
    names = list(known)
    if len(names) <= LISTED:
        return tr("{name} is not one of {known}", name=quoted(name), known=row(names))
    return tr("{name} is not known here", name=quoted(name))


def quoted(text: str) -> Quoted:
    """A value as messages show it: in quotes, on one line, shortened, without invisible characters."""
    return Quoted(printable(text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"))


def few(names: Sequence[TranslatableValue]) -> Listing | Translatable:
    """The first names, and how many more there are."""
    first = row(names[:_FEW])
    if len(names) <= _FEW:
        return first
    return tr("{names} +{number}", names=first, number=len(names) - _FEW)


def printable(text: str) -> str:
    """The text without what a terminal would obey."""
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text)
