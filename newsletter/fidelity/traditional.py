"""Traditional characters, by two tables that Python carries and one of the most frequent."""

from collections.abc import Iterator
from itertools import islice

from newsletter.fidelity.findings import Violation, hard, soft
from newsletter.fidelity.passages import Passage

# Each stands in Big5, none in GB 2312, and each has a Simplified form in daily use, so that one
# alone is a fault: no name and no rare word of Simplified Chinese is written with it.
FREQUENT = frozenset(
    "來倉個們備傳僅價億優兩別則劃動務勞勢勵匯區協卻厭參員問啟喪單嘗嚴國圍圖團執堅報場塊壓壞夢"
    "奪奮婦媽嬰學實寧審寫寬寶將專尋對導屆層屬島峽嶺巖帥師帶幣幫幹幾庫廠廢廣廳張強彈彎彙徑從復"
    "徹態憂憑應戰戲戶掃換擁擇擊擋擔據擬擴擺擾攔攜攝敗敵數斷時晉暫曉書會東條業極構槍樂樓標樣樹"
    "橋機檔檢權歐歡歲歷歸殘殺氣決沒況減測準溝溫滅滾滿漁漢濟瀏灣災為烏無煉煙熱營爐爭爺爾牆狀獎"
    "獨獲獸獻現瑣環產畝畢畫異當癢發盜盡監盤矯確碼礎礙禦禮稅種積穩窮競筆節範築簡簽籤糧糾紀約紋"
    "納純紙級紛細終組結絕絡給統經維綱網緊緒線緣編緩練縣縮總績織繞繪繼續義習聖聞聯聰聲職聽肅腎"
    "腦腳臉臨與興舉舊艱萬藝蘇蘭處虛號蝦螞術衛衝補裝裡製複見規視親覺觀觸訂計訊討訓託記設許註評"
    "詞詢試詩話該詳誌認誘語誠誤說誰課調談請論諾謀謂講謝謹證識譜譯議護讀變讓讚貝負財貢貨販貪貫"
    "責貴買費賀賓賞賠質賽贈贊趕趙趨跡躍車軌軍軟較載輔輕輛輪輯輸辦農這連週進遊運過遞遠遲遷選遺"
    "還邊郵鄭鄰醫釀釋針釣鈴銀銅鋒鋼錄鍵鏈鏡鐘鐵鑒長門閃閉開閑間閾闊關陣陰陳陸陽隊階際隨險隱雖"
    "雙雜雞離難雲電霧靈靜韌響頁頂項順須預頓領頻顆題額顏顛類顧顫顯風飛飯飲餘館馬駐駕駛騙騷驅驗"
    "驟體髮鬆鬧魚鮮鳥鳴麗麼黃點黨齊齒龍龐龜"
)
_FIRST_HAN = "\u3400"
_RARE_LIMIT = 2
"""Distinct Traditional characters from which rare ones are hard too: one may be a name."""
_MOST = 20


def check_traditional(passage: Passage) -> Iterator[Violation]:
    """Yield each Traditional character once: one violation a character.

    Traditional is what Big5 has and GB 2312 has not. A character that the paper's English
    quotes is allowed; a single rare one is soft.
    """
    found = traditional(passage.chinese)
    found = "".join(char for char in found if char not in passage.paper)
    finding = hard if len(found) >= _RARE_LIMIT or not FREQUENT.isdisjoint(found) else soft
    for char in islice(found, _MOST):
        message = "a Traditional character; write Simplified Chinese"
        yield finding("traditional", passage.field, char, message)


def traditional(text: str) -> str:
    """Return each Traditional character of `text` once, in order of first appearance."""
    han = "".join(char for char in dict.fromkeys(text) if char >= _FIRST_HAN)
    simplified = han.encode("gb2312", errors="ignore").decode("gb2312")
    beyond = "".join(char for char in han if char not in simplified)
    return beyond.encode("big5", errors="ignore").decode("big5") if beyond else ""
