"""Chinese words and figures of a mail: dates, reasons, excerpts, clean text."""

import re
import unicodedata
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from newsletter.papers import MODEL_UNAVAILABLE, Summary

_WEEKDAYS: Final = "一二三四五六日"
_GENERAL_REASON: Final = "暂无中文译文，附原文"
_REASONS: Final = {
    "no_model": "未配置模型，以下为英文原文",
    "invalid_answer": "译文未通过校验，附原文",
    "too_long": "原文过长，未作翻译，附原文",
    "not_ready": "译文未能按时完成，附原文",
    "pending": "译文未能按时完成，附原文",
    "budget_spent": "今日翻译额度已用完，附原文",
    "content_refused": "模型服务未受理本篇，附原文",
    MODEL_UNAVAILABLE: "模型服务暂时不可用，附原文",
    "model_account": "模型账户不可用，附原文",
}
_FAILED: Final = "invalid_answer"
# A sentence ends at Chinese punctuation, or at Latin punctuation before white space that is
# followed by a capital or a digit, so that "e.g. this" and "0.5" do not end one.
_SENTENCE_END = re.compile(r"[。！？]|[.!?](?=\s+[A-Z0-9$\\]|\s*$)")
_NOT_SHOWN: Final = frozenset({"Cc", "Cf", "Cs", "Co"})
_RIGHT_TO_LEFT: Final = frozenset({"R", "AL"})
_LEFT_TO_RIGHT_MARK: Final = "\u200e"


def day(value: date) -> str:
    """Return `2026 年 5 月 29 日`."""
    return f"{value.year} 年 {value.month} 月 {value.day} 日"


def day_with_weekday(value: date) -> str:
    """Return `2026 年 5 月 29 日　星期五`."""
    return f"{day(value)}　星期{_WEEKDAYS[value.weekday()]}"


def moment(value: datetime, timezone: str) -> str:
    """Return an aware `value` in an IANA zone: `2026 年 5 月 29 日 08:00（北京时间）`."""
    local = value.astimezone(ZoneInfo(timezone))
    return f"{day(local)} {local:%H:%M}（{zone_name(timezone)}）"


def english_moment(value: datetime, timezone: str) -> str:
    """Return the same for English sentences: `2026-05-29 08:00 (Beijing time)`."""
    local = value.astimezone(ZoneInfo(timezone))
    return f"{local:%Y-%m-%d %H:%M} ({english_zone_name(timezone)})"


def zone_name(timezone: str) -> str:
    """Return `北京时间` for the zone of most readers, and any other IANA zone by its own name."""
    return "北京时间" if timezone == "Asia/Shanghai" else timezone


def english_zone_name(timezone: str) -> str:
    """Return `Beijing time` for the zone of most readers, and any other by its own name."""
    return "Beijing time" if timezone == "Asia/Shanghai" else timezone


def missing_label(summary: Summary) -> str:
    """Return why there is no Chinese abstract; empty if there is one."""
    return "" if summary.is_chinese else _label(summary)


def missing_title_label(summary: Summary) -> str:
    """Return why there is no Chinese title; empty if there is one.

    Where no model is configured, a list of titles says only that there is none: the mail's
    first line has said why.
    """
    if summary.title_zh:
        return ""
    return "暂无中文标题" if summary.reason in {"", "no_model"} else _label(summary)


def missing_summary_label(summary: Summary) -> str:
    """Return that the Chinese summary failed its checks; empty if it is there or never was.

    It has no original that could stand in for it, so the label promises none.
    """
    has_failed = summary.reason == _FAILED and not summary.summary_zh
    return "概要未通过校验，已略去" if has_failed else ""


def _label(summary: Summary) -> str:
    return _REASONS.get(summary.reason, _GENERAL_REASON)


def excerpt(text: str, sentences: int = 2, limit: int = 600) -> str:
    """Return the first sentences, at most `limit` characters."""
    ends = [found.end() for found in _SENTENCE_END.finditer(text)]
    stop = ends[sentences - 1] if len(ends) >= sentences else len(text)
    return clip(text[:stop], limit)


def clip(text: str, limit: int) -> str:
    """Return at most `limit` characters, the last an ellipsis where something was cut."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def clean(text: str, limit: int) -> str:
    r"""Return text from outside fit to be shown: bounded, line breaks as one `\n` each.

    Control, invisible, bidirectional and private characters and lone surrogates go: they can
    reorder or hide what a reader sees. Other white space becomes one space.
    """
    lines = (" ".join(_visible(line).split()) for line in text[: limit * 2].splitlines())
    return clip("\n".join(line for line in lines if line), limit)


def one_line(text: str, limit: int) -> str:
    """Return `clean` text without line breaks."""
    return clean(text, limit).replace("\n", " ")


def keep_order(text: str) -> str:
    """Return text that may be Arabic or Hebrew so that it draws nothing after it along.

    A figure or a mark between two such words would be shown on the wrong side of them (UAX #9);
    an invisible mark behind them ends their run, in HTML and in plain text alike.
    """
    is_turned = any(unicodedata.bidirectional(char) in _RIGHT_TO_LEFT for char in text)
    return text + _LEFT_TO_RIGHT_MARK if is_turned else text


def _visible(line: str) -> str:
    spaced = line.replace("\t", " ")
    return "".join(char for char in spaced if unicodedata.category(char) not in _NOT_SHOWN)
