"""Traditional characters for common simplified ones, one for one.

Only characters whose Traditional form is no character of Simplified Chinese: 後 for 后, but
nothing for 里, 面, 系, whose Traditional readings depend on the word.
"""

from typing import Final

_PAIRS = (
    "这這个個们們为為对對时時实實现現学學习習训訓练練数數据據图圖像像模模型型务務动動态態"
    "结結构構种種类類经經网網络絡与與间間问問题題样樣优優进進过過开開关關处處场場应應该該"
    "试試验驗证證评評测測计計设設备備价價值值标標准準确確误誤损損际際团團导導师師专專业業"
    "产產传傳输輸递遞归歸纳納维維护護编編码碼译譯语語词詞义義汇彙读讀写寫说說话話认認识識"
    "记記忆憶录錄缓緩阈閾层層级級联聯邦邦隐隱私私节節点點连連边邊缘緣随隨机機获獲质質量量"
    "较較强強总總体體调調节節异異离離围圍单單双雙变變换換转轉运運输輸达達远遠迟遲选選择擇"
    "规規则則划劃预預测測报報资資费費贝貝叶葉斯斯观觀视視觉覺频頻声聲听聽图圖书書画畫电電"
    "压壓显顯著著华華长長张張门門闭閉阵陣队隊阶階险險杂雜难難乱亂顺順须須领領颗顆额額风風"
    "飞飛马馬驱驅驶駛鲁魯鱼魚鸟鳥麦麥黄黃齐齊龙龍检檢权權条條来來极極楼樓毕畢沟溝济濟"
    "浅淺泽澤渐漸湿濕满滿滤濾灾災热熱爱愛牵牽状狀独獨环環监監盘盤码碼础礎确確碍礙稳穩"
    "穷窮竞競笔筆筛篩签簽简簡粮糧纠糾纯純纲綱纸紙线線组組细細织織终終绍紹给給统統继繼绩績"
    "续續综綜绿綠缺缺缩縮罚罰联聯脑腦脉脈艺藝范範荐薦营營虑慮虚虛补補见見觅覓触觸订訂讨討"
    "许許论論访訪诊診询詢详詳诱誘谁誰请請谱譜负負责責败敗账賬货貨贡貢赖賴跃躍踪蹤轮輪软軟"
    "载載辅輔辆輛迁遷适適释釋针針钟鐘铁鐵链鏈错錯键鍵镜鏡闲閒阅閱陆陸陈陳页頁项項顾顧"
)
TRADITIONAL: Final = {
    simplified: traditional
    for simplified, traditional in zip(_PAIRS[::2], _PAIRS[1::2], strict=True)
    if traditional not in {simplified, "著"}
}
"""Simplified → Traditional character."""
_TABLE = str.maketrans(TRADITIONAL)


def to_traditional(text: str) -> str:
    """Return `text` with the characters of the table in their Traditional form."""
    return text.translate(_TABLE)


def converted(text: str) -> int:
    """Return how many characters of `text` the table would change."""
    return sum(char in TRADITIONAL for char in text)
