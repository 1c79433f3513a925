"""Traditional characters: does the page look Traditional, and the same page in Simplified ones.

The converter is `opencc-pyo3` with t2s (characters and phrases; `tw2sp` rewrites words and must not be used), with the
few characters put right that it leaves.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

# frequent characters that exist in Traditional text only and convert alike in every context
_TELLING = (
    "國業產項資億萬開個發經濟區設導進強務領現優創質聯環實際標準總專門關鍵點電車機關會議書記長鎮鄉縣廠館"
    "協議簽約續維護費辦證貸債銀財稅貿貨運輸鐵鋼銅鋁鋰鈦鎂鋅鉛錳鎳鈷礦煉煤氣礎築構橋樓層廳園場塊壇壯壓歐"
    "漢滿滬濱灣灘營爾牆獲獎獨產畝畫異當療盤監盡眾礙礦碼確種積穩窮節範級紀純納紙紡終組細結給統絲絕維綜綠網"
    "緊線編練縮繼續罰羅義習聞聲職聽腦臨舉舊艦藝蘇處號衛術補裝裡見規視親觀覽計訂訊討訓記許設評詢試該詳認語"
    "誤說課調談請論諸諾謀謝證識譜譯變讓財責貢貧貨販貫貴買費賀資賣質賴購賽趕趙跡踐轉輕輛輝輪輸辦農遊運過達"
    "違遙遞遠適遷選遺還邁邊鄭鄧醫釋針銷錄錦鎮鏈鐘長問間閱隊陳陸陽階際隨險隱雙雜難雲靈靜韓頂順預頓頗領頭題"
    "額類願顧顯風飛飯館馬駐駛驅驗體鬆鳳鳴麗齊齡龍東兩並亞來們僅價億優儲內單員嗎團圖圍報塵夢奪奮婦學寧審寫"
    "層島帶幣幾庫應廢廣彈後從復態慣憑懷戰戲據換損採掛揮搶擁擇擊擔據擬擴攝敗敵數斷時書條極榮槍樂樣樹橫檔檢"
    "權歲歷歸殺決況淚淨測準滅漁潔濃濕燈燒爭爺狀獻環現瓊畢"
)
_SEEN = re.compile("[" + "".join(sorted(set(_TELLING))) + "]")
_HAN = re.compile("[㐀-鿿]")
_SHARE = 0.04

# what t2s leaves: the characters of the source of the reposting machines that no table knows
_REST = str.maketrans({"堿": "碱", "蔘": "参", "鉆": "钻", "繫": "系"})


def looks_traditional(text: str) -> bool:
    """Whether the page is written in Traditional characters (a few names in them do not make it so)."""
    seen = len(_SEEN.findall(text))
    if seen < 2:
        return False
    return seen >= _SHARE * len(_HAN.findall(text))


@lru_cache(maxsize=1)
def _converter() -> Any:
    from opencc_pyo3 import OpenCC

    return OpenCC("t2s")


def to_simplified(text: str) -> str:
    """The text in Simplified characters, as many as before."""
    converted: str = _converter().convert(text)
    if len(converted) != len(text):  # a phrase of another length: convert line by line, keep what does not fit
        lines = text.split("\n")
        done = [_converter().convert(line) for line in lines]
        converted = "\n".join(new if len(new) == len(old) else old for old, new in zip(lines, done, strict=True))
    return converted.translate(_REST)
