"""The time zones that a form offers by name; any other IANA name can be written."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Zone:
    """An IANA name, and the cities that readers look for."""

    name: str
    zh: str
    en: str


ZONES = (
    Zone("Asia/Shanghai", "北京、上海", "Beijing, Shanghai"),
    Zone("Asia/Hong_Kong", "香港", "Hong Kong"),
    Zone("Asia/Macau", "澳门", "Macau"),
    Zone("Asia/Taipei", "台北", "Taipei"),
    Zone("Asia/Urumqi", "乌鲁木齐", "Ürümqi"),
    Zone("Asia/Singapore", "新加坡、吉隆坡", "Singapore, Kuala Lumpur"),
    Zone("Asia/Tokyo", "东京", "Tokyo"),
    Zone("Asia/Seoul", "首尔", "Seoul"),
    Zone("Asia/Bangkok", "曼谷、河内", "Bangkok, Hanoi"),
    Zone("Asia/Kolkata", "新德里、班加罗尔", "New Delhi, Bengaluru"),
    Zone("Asia/Dubai", "迪拜", "Dubai"),
    Zone("Asia/Jerusalem", "耶路撒冷、特拉维夫", "Jerusalem, Tel Aviv"),
    Zone("Europe/Moscow", "莫斯科", "Moscow"),
    Zone("Europe/Helsinki", "赫尔辛基", "Helsinki"),
    Zone("Europe/Berlin", "柏林、苏黎世、斯德哥尔摩", "Berlin, Zurich, Stockholm"),
    Zone("Europe/Paris", "巴黎、马德里、布鲁塞尔", "Paris, Madrid, Brussels"),
    Zone("Europe/London", "伦敦、爱丁堡", "London, Edinburgh"),
    Zone("UTC", "协调世界时", "Coordinated Universal Time"),
    Zone("America/Sao_Paulo", "圣保罗", "São Paulo"),
    Zone("America/New_York", "纽约、波士顿、多伦多", "New York, Boston, Toronto"),
    Zone("America/Chicago", "芝加哥、休斯敦", "Chicago, Houston"),
    Zone("America/Denver", "丹佛、卡尔加里", "Denver, Calgary"),
    Zone("America/Los_Angeles", "旧金山、西雅图、温哥华", "San Francisco, Seattle, Vancouver"),
    Zone("Pacific/Honolulu", "檀香山", "Honolulu"),
    Zone("Australia/Sydney", "悉尼、墨尔本", "Sydney, Melbourne"),
    Zone("Pacific/Auckland", "奥克兰", "Auckland"),
)


def offered(chosen: str) -> tuple[Zone, ...]:
    """Return the zones of the list, and `chosen` before them if it is not among them."""
    if not chosen or any(zone.name == chosen for zone in ZONES):
        return ZONES
    return (Zone(chosen, chosen, chosen), *ZONES)
