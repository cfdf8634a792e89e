"""Advertising and numbers to call: what an attacker would have a newsletter say.

Chinese text ─► words of advertising ─► has the English a word that supports it?
             └► runs of digits       ─► do the digits stand in the English?
"""

import re
from collections.abc import Iterator
from itertools import islice

from newsletter.fidelity.findings import Violation, hard
from newsletter.fidelity.passages import Passage

# Chinese (a regular expression) | beginnings of English words that say the same, ~ for a space.
# The Chinese neighbours that are excluded make other words: 隐私信息, 细微信号, 当代写作, 增加群体.
_TABLE = """
(?<![稍细轻略些])[微薇]信(?![息任念道]) | wechat weixin
威信号 | wechat weixin
(?<![A-Za-z0-9])(?<![0-9] )V ?信(?![号息道任]) | wechat weixin
(?<![A-Za-z])[VW]X(?![A-Za-z]) | wechat weixin vx wx
扣扣 | qq
(?<![A-Za-z])QQ(?![A-Za-z]) | qq q-q quantile
公众号 | wechat weixin official~account public~account
扫码|扫一扫 | qr scan barcode code
二维码 | qr barcode two-dimensional 2d matrix~code quick~response fiducial
(?<![增添附参更施])加群(?![体落组集论岛聚速众]) | additive group chat
(?<![种族])群号 | group chat population cluster
电话 | phone telephon call dial mobile cellular hotline teleco cell
手机号 | phone mobile sms cell
热线 | hotline helpline hot~line hot~wire crisis call
客服 | customer support service help
联系(?:我(?!们)|我们(?![称将用可把记发证认还在也])|方式|作者) | contact correspond reach touch
拨打 | call phone dial
点击(?:此处|这里|链接|查看|下方|下面|上方|以下|领取|进入|访问|下载) | click tap press
转账|汇款 | transfer pay remit transact wire money
红包 | red~envelope red~packet hongbao gift
(?<![现当近古时年一])代写(?![作实意]) | ghostwrit ghost-writ contract~cheat essay
加好友 | friend
关注我(?![国方省市校院们]) | follow subscrib
关注我们(?=[。！，；.!,;]|$) | follow subscrib
(?<![隐自])私信(?![息道号任念]) | private direct messag dm dms
淘宝 | taobao alibaba tmall e-commerce ecommerce
支付宝 | alipay
抖音 | douyin tiktok short-video short~video
优惠券 | coupon voucher discount
博彩 | gambl bet betting casino lotter
"""
_ROWS = tuple(line.split(" | ") for line in _TABLE.strip().splitlines())
_WORDS = re.compile("|".join(f"({chinese})" for chinese, _ in _ROWS), re.IGNORECASE)
_SUPPORT = tuple(
    re.compile(rf"\b(?:{english.replace(' ', '|').replace('~', ' ')})", re.IGNORECASE)
    for _, english in _ROWS
)
# What a word may begin with: to look there alone is ten times as fast.
_FIRST = re.compile("[微薇威VvWwQq扣公扫二加群电手热客联拨点转汇红代关私淘支抖优博]")
# Dots, dashes and stars inside a word hide it from a reader of patterns only.
_HAN = "\u4e00-\u9fff"
_HIDING = re.compile(rf"(?<=[{_HAN}])[ .·*_~|/+-]{{1,3}}(?=[{_HAN}])")

_DIGITS = str.maketrans("零〇幺一二三四五六七八九壹贰叁肆伍陆柒捌玖两", "0011234567891234567892")
_CHINESE = "零〇幺一二三四五六七八九壹贰叁肆伍陆柒捌玖"
_GAP = r"[ .·*_/-]{1,3}"
# Five digits and more; five single ones set apart; three groups, as telephone numbers have
# them; five Chinese digits; digits of both kinds in turn.
_RUN = re.compile(
    rf"""(?<![0-9]) (?: [0-9]{{5,}}
      | [0-9] (?: {_GAP} [0-9] (?![0-9]) ){{4,}}
      | [0-9]{{2,4}} (?: [ -] [0-9]{{2,4}} (?![0-9]) ){{2,}} )
  | [{_CHINESE}] (?: [ .·*_/-]{{0,3}} [{_CHINESE}] ){{4,}}
  | [0-9]{{1,4}} (?: [ ]? [{_CHINESE}]+ [ ]? [0-9]+ ){{2,}}
    """,
    re.VERBOSE,
)
_LEAST = 5
_ROUND = 3
"""Digits before the zeros of a round number (12000 for 12K), which the check of numbers judges."""
_MOST = 20


def check_contacts(passage: Passage) -> Iterator[Violation]:
    """Yield, hard, advertising, ways of contact and numbers that the paper's English has not."""
    shown = _HIDING.sub("", passage.chinese)
    for found in islice(_unsupported(shown, passage.paper), _MOST):
        message = "a way of contact or advertising that the English does not have; leave it out"
        yield hard("contacts", passage.field, found, message)
    for run in islice(_unknown_digits(passage), _MOST):
        message = "digits that do not stand in the English; leave them out"
        yield hard("contacts", passage.field, run, message)


def _unsupported(chinese: str, paper: str) -> Iterator[str]:
    """Yield the words of advertising for which the paper has no English."""
    for start in _FIRST.finditer(chinese):
        found = _WORDS.match(chinese, start.start())
        if found and _SUPPORT[(found.lastindex or 1) - 1].search(paper) is None:
            yield found[0]


def _unknown_digits(passage: Passage) -> Iterator[str]:
    """Yield runs of digits, whatever their script and spacing, that the paper has not."""
    known = None
    for found in _RUN.finditer(passage.chinese):
        digits = re.sub("[^0-9]", "", found[0].translate(_DIGITS))
        is_round = found[0].isascii() and len(digits.rstrip("0")) <= _ROUND
        if len(digits) < _LEAST or is_round:
            continue
        known = known or re.sub("[^0-9]+", "", passage.paper)
        if digits not in known:
            yield found[0]
