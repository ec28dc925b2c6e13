"""One Korean word for each thing. A text that has the English term has one of its words in Korean, and
no text has a word that was used for the same thing before.
"""

from typing import NamedTuple


class Term(NamedTuple):
    # A pattern; `s?` is the plural.
    english: str
    korean: tuple[str, ...]
    # Words that no text has.
    never: tuple[str, ...] = ()


GLOSSARY = (
    Term("advertisers?", ("광고주",)),
    Term("campaigns?", ("캠페인",)),
    Term("line items?", ("광고 항목",), ("라인 아이템", "라인아이템", "광고 아이템")),
    Term("creatives?", ("소재",), ("크리에이티브", "광고물")),
    Term("channels?", ("채널",)),
    Term("contents", ("콘텐츠",), ("컨텐츠", "콘텐트")),
    Term("units(?! of)", ("지면",), ("유닛", "매체면")),
    Term("exchange rates?", ("환율",)),
    Term("landing pages?", ("랜딩 페이지",), ("랜딩페이지", "도착 페이지")),
    Term("budget", ("예산",)),
    Term("currency", ("통화",), ("화폐",)),
    Term("price", ("단가",)),
    Term("floor price", ("최저 단가",), ("바닥 단가", "하한가")),
    Term("caps?", ("빈도 제한", "제한"), ("노출 제한", "빈도 상한")),
    Term("targeting", ("타기팅",), ("타겟팅", "타깃팅")),
    Term("impressions?", ("노출",), ("임프레션",)),
    Term("clicks?", ("클릭",)),
    Term("goal", ("목표",)),
    Term("share of voice", ("노출 점유율",)),
    Term("categories", ("카테고리",), ("범주",)),
    Term("time zone", ("시간대",), ("타임존",)),
    Term("publications?(?! of)", ("게시",), ("발행", "퍼블리시")),
    Term("roll(?:ed)? ?back", ("되돌리", "되돌린", "되돌림"), ("롤백",)),
    Term("version", ("버전",), ("버젼",)),
    Term("archived?", ("보관",), ("아카이브",)),
    Term("paused?", ("일시중지",), ("일시 정지", "일시정지", "중단됨")),
    Term("blocked", ("차단",)),
    Term("goal reached", ("목표 달성",)),
    Term("history", ("이력",), ("히스토리",)),
    Term("sponsorship", ("스폰서십",), ("스폰서쉽",)),
    Term("segments?", ("세그먼트",)),
    Term("learned rates", ("학습한 반응률",), ("요율",)),
)
