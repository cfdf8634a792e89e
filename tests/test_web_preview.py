"""The preview of keywords: the part that a script asks for, and the page without one."""

import re
import threading
from collections.abc import Callable, Iterator
from urllib.parse import urljoin

import pytest
from preview_house import day, invented, keep_day, keep_week
from web_house import FORM, House, build_house, read, words

from newsletter.keywords.abbreviations import mine
from newsletter.keywords.fold import fold
from newsletter.keywords.query import MAX_KEYWORDS
from newsletter.services.recent import Recent, RecentEditions
from newsletter.services.vocabulary import vocabulary
from newsletter.storage.engine import Database
from newsletter.storage.tables import SubscriberRow
from newsletter.subscribers import SubscriberState
from newsletter.tokens import Purpose
from newsletter.web.preview_lines import HEIGHT
from newsletter.web.texts_preview import TEXTS

TRIED = ("robot", "learning")
EVIL = "</textarea><script>alert(1)</script>"


@pytest.fixture
def house(sqlite_url: str, open_database: Callable[..., Database]) -> Iterator[House]:
    """Return a site with a reader, ada, and seven editions."""
    database = open_database(sqlite_url)
    keep_week(database)
    recent = RecentEditions(database, vocabulary, mine)
    recent.warm()
    for built in build_house(database, recent=recent):
        built.add("ada")
        yield built


def address(house: House) -> str:
    """Return where the form is previewed."""
    return f"{house.path(Purpose.PREFERENCES, 'ada').partition('?')[0]}/preview"


def part(house: House, keywords: str, **fields: str) -> str:
    """Return the part of the page for these keywords."""
    response = house.client.post(
        f"{address(house)}?part=1", data={**FORM, "keywords": keywords, **fields}
    )
    assert 200 == response.status_code
    return response.text


def lines(text: str) -> list[str]:
    """Return the words of each line."""
    found = read(text).xpath("//ol[@class='tries']/li")
    return [" ".join(str(each.text_content()).split()) for each in found]


def offered(text: str) -> list[str]:
    """Return the values of the ticks."""
    return [str(value) for value in read(text).xpath("//input[@name='also']/@value")]


def test_each_keyword_is_told_by_edition(house: House) -> None:
    """Figures by date, oldest first, the sum, and titles that lead to the abstract."""
    text = part(house, "robot", lang="en")
    page = read(text)
    days = [" ".join(str(d.text_content()).split()) for d in page.xpath("//ol[@class='days']/li")]

    assert 7 == len(days)
    assert "data-again" not in text
    assert "2 papers 23 May" == days[0]
    assert "2 papers 29 May" == days[-1]
    assert "14 in all" in words(f"<main id='main'>{text}</main>")
    assert "Robots that learn" == page.xpath("string(//details//a)")
    assert "https://arxiv.org/abs/2605.00001" == page.xpath("string(//details//a/@href)")
    assert "and 4 more" in lines(text)[0]
    assert {str(HEIGHT)} == set(page.xpath("//rect[not(@class)]/@height"))


def test_all_keywords_together_are_told(house: House) -> None:
    """The summary counts papers once."""
    [told] = read(part(house, "robot\nrobots that")).xpath("//@data-summary")

    assert "最近 7 期（5-23 至 5-29），全部关键词共 14 篇，平均每期 2 篇。" == told


def test_a_bad_keyword_is_told_at_its_line(house: House) -> None:
    """The others still get their preview."""
    robot, bad, count = lines(part(house, "robot\n...\ncount", lang="en"))

    assert "14 in all" in robot
    assert "「-a」只写了要排除的词" in part(house, "-a")
    assert "..." in bad
    assert "in all" not in bad
    assert "in all" in count
    assert 1 == part(house, "robot\n...\ncount").count('class="mistake"')


def test_too_broad_and_nothing_are_told(house: House) -> None:
    """Each warning says what to do."""
    house.client.get(house.path(Purpose.PREFERENCES, "ada"))
    broad, nothing = lines(part(house, "learning\nrobbots"))

    assert "范围太宽：平常一天会命中当天 90% 的论文" in broad
    assert "在现有的 7 期中没有论文命中" in nothing
    assert "改为 robots（14 篇）" in nothing


def test_how_it_was_understood_is_told(house: House) -> None:
    """A query is put in words."""
    [told] = lines(part(house, "robot -survey"))

    assert "理解为：" in told
    assert "survey" in told.partition("理解为：")[2]


def test_other_names_are_offered_and_taken(house: House) -> None:
    """A tick puts both names in the line; the answer carries the new text."""
    house.client.get(house.path(Purpose.PREFERENCES, "ada"))
    text = part(house, "robot\nGRPO")
    [tick] = offered(text)
    changed = read(part(house, "robot\nGRPO", also=tick)).xpath("string(//@data-keywords)")

    assert "GRPO\tGRPO\tGroup Relative Policy Optimization".lower() == tick.lower()
    assert "robot\ngrpo or group relative policy optimization" == changed.lower()
    assert [] == offered(part(house, changed))


def test_names_known_beforehand_are_offered(house: House) -> None:
    """The vocabulary counts without any paper."""
    assert "RL\tRL\treinforcement learning" in offered(part(house, "RL"))


def test_what_is_looked_for_is_not_offered(house: House) -> None:
    """A Chinese phrase looks for its English name already."""
    assert "RL\tRL\treinforcement learning" not in offered(part(house, "强化学习 OR RL"))


def test_a_line_that_is_too_broad_gets_no_other_names(
    sqlite_url: str, open_database: Callable[..., Database]
) -> None:
    """They would bring still more."""
    database = open_database(sqlite_url)
    keep_week(database)
    recent = RecentEditions(database, mine=lambda _: {fold(word): ("PPO",) for word in TRIED})
    recent.warm()
    for house in build_house(database, recent=recent):
        house.add("ada")

        assert ["robot\trobot\tPPO"] == offered(part(house, "learning\nrobot"))


def test_alternatives_of_a_line_exclude_each_other(house: House) -> None:
    """One field a line, of which a browser sends one value."""
    alternatives = read(part(house, "robbots\nrobot\nrobots and that")).xpath(
        "//input[@type='radio']"
    )

    assert [("also-1", "robots"), ("also-3", "robots AND that")] == [
        (each.get("name"), each.get("value").split("\t")[2]) for each in alternatives
    ]


def test_without_a_script_the_page_comes_back(house: House) -> None:
    """The button leads to the same page, with the preview and what was typed."""
    before = house.rows()
    shown = read(house.client.get(house.path(Purpose.PREFERENCES, "ada")).text)
    [button] = shown.xpath("//button[@formaction]")
    form = {**FORM, "keywords": "robot\n...", "hour": "11", button.get("name"): button.get("value")}

    response = house.client.post(button.get("formaction"), data=form)
    page = read(response.text)

    assert 200 == response.status_code
    assert "robot\n..." == page.xpath("string(//textarea)").strip()
    assert ["11"] == page.xpath("//select[@name='hour']/option[@selected]/@value")
    assert "共 14 篇" in words(response.text)
    assert before == house.rows()
    assert [] == house.woken


def test_ticks_are_taken_without_a_script(house: House) -> None:
    """The text field holds the new line."""
    form = {**FORM, "keywords": "RL", "act": "preview", "also": "RL\tRL\treinforcement learning"}
    page = read(house.client.post(address(house), data=form).text)

    assert "RL OR reinforcement learning" == page.xpath("string(//textarea)").strip()


@pytest.mark.parametrize("act", ["save", "pause"])
def test_forms_on_the_previewed_page_reach_the_preferences(house: House, act: str) -> None:
    """What is sent to the page's own address is passed on with its body."""
    response = house.client.post(address(house), data={**FORM, "act": act})
    target = urljoin(address(house), response.headers["Location"])

    assert 307 == response.status_code
    assert 303 == house.client.post(target, data={**FORM, "act": act}).status_code


def test_get_leads_to_the_preferences(house: House) -> None:
    """A language switch or a reload has nothing to preview."""
    before = house.rows()
    response = house.client.get(f"{address(house)}?lang=en")

    assert before == house.rows()
    assert 303 == response.status_code
    assert f"{address(house).removesuffix('/preview')}?lang=en" == response.headers["Location"]


def test_a_preview_changes_nothing(house: House) -> None:
    """Not a row, and nobody is woken."""
    before = house.rows()
    part(house, "robot\nRL", also="RL\tRL\treinforcement learning")

    assert before == house.rows()
    assert [] == house.woken


@pytest.mark.parametrize("part_of", ["", "?part=1"], ids=["page", "part"])
def test_a_link_that_is_not_genuine_previews_nothing(house: House, part_of: str) -> None:
    """The token is looked at as on every page of a reader."""
    response = house.client.post(f"/preferences/nonsense/preview{part_of}", data=FORM)

    assert 404 == response.status_code
    assert "data-preview" not in response.text


@pytest.mark.parametrize(("part_of", "status"), [("", 303), ("?part=1", 409)], ids=["page", "part"])
def test_who_left_previews_nothing(house: House, part_of: str, status: int) -> None:
    """The preferences page says why."""
    with house.database.write() as session:
        session.get_one(SubscriberRow, house.reader("ada").id).state = SubscriberState.LEFT.value

    assert status == house.client.post(f"{address(house)}{part_of}", data=FORM).status_code


@pytest.mark.parametrize(
    "keywords",
    [EVIL, f"title:{EVIL}", f'"{EVIL}', "a\u202eb", "x" * 10_000, "(" * 5000, "NOT " * 2000],
    ids=["script", "field", "quote", "bidi", "long", "open", "not"],
)
def test_hostile_keywords_are_only_words(house: House, keywords: str) -> None:
    """They are shown as text, cut, with a message or a count."""
    text = part(house, keywords)

    assert "<script" not in text
    assert "\u202e" not in lines(text)[0]
    assert 1 == len(lines(text))


def test_too_many_keywords_are_not_tried(house: House) -> None:
    """The first fifty are, and the rest gets a message."""
    text = part(house, "\n".join(f"robot {number}" for number in range(200)))

    assert MAX_KEYWORDS == len(lines(text))
    assert f"最多 {MAX_KEYWORDS} 个" in text


def test_nothing_typed_is_no_mistake(house: House) -> None:
    """An empty field is told what it is for."""
    text = part(house, " \n ")

    assert [] == lines(text)
    assert "写下关键词" in text
    assert "mistake" not in text


def test_without_papers_lines_are_still_read(
    sqlite_url: str,
    open_database: Callable[..., Database],
) -> None:
    """A new installation says that there is nothing to try on, and what is wrong with a line."""
    for house in build_house(open_database(sqlite_url)):
        house.add("ada")
        text = part(house, "robot\n...")

        assert "还没有收过论文" in text
        assert 1 == text.count('class="mistake"')


def test_categories_of_the_form_count(house: House) -> None:
    """What is ticked in the same form narrows the preview; what is wrong there does not matter."""
    assert "共 14 篇" in part(house, "robot", categories="cs.LG")
    narrow = part(house, "robot", categories="cs.RO", cross_lists="no")
    assert "在所选学科中没有；不限学科时有 14 篇。" in narrow
    assert "拼写" not in narrow
    assert "共 14 篇" in part(house, "robot", categories="nonsense", hour="99")


def test_only_the_preferences_may_run_the_script(house: House) -> None:
    """Its hash stands in the policy of that page and of no other, and it asks this site alone."""
    shown = house.client.get(house.path(Purpose.PREFERENCES, "ada"))
    policy = shown.headers["Content-Security-Policy"]
    others = [house.client.get("/"), house.client.post(f"{address(house)}?part=1", data=FORM)]

    assert re.search(r"; script-src 'sha256-[\w+/]{43}='; connect-src 'self';", policy)
    assert "unsafe" not in policy
    assert 1 == shown.text.count("<script")
    for other in others:
        assert "script-src" not in other.headers["Content-Security-Policy"]
        assert "<script" not in other.text


def test_hostile_papers_are_only_words(
    sqlite_url: str, open_database: Callable[..., Database]
) -> None:
    """What papers call themselves and others is text, in titles and in offers."""
    database = open_database(sqlite_url)
    keep_day(database, day(0), [invented(1, f"Robots {EVIL}")])
    recent = RecentEditions(database, mine=lambda _: {fold("robot"): ("<b>bold",)})
    recent.warm()
    for house in build_house(database, recent=recent):
        house.add("ada")
        text = part(house, "robot")

        assert "Robots" in read(text).xpath("string(//details//a)")
        assert ["robot\trobot\t<b>bold"] == offered(text)
        assert "<script" not in text
        assert "<b>bold" not in text


class StillLoading(RecentEditions):
    """The last days, of which nothing is loaded yet."""

    def now(self) -> Recent:
        """Return nothing, as while the first editions are read."""
        return Recent(is_ready=False)


def test_while_editions_are_loaded_nothing_is_claimed(
    sqlite_url: str, open_database: Callable[..., Database]
) -> None:
    """The part says so and is worth asking for again; mistakes are told all the same."""
    database = open_database(sqlite_url)
    for house in build_house(database, recent=StillLoading(database)):
        house.add("ada")
        text = part(house, "robot\n...")
        page = house.client.post(address(house), data={**FORM, "act": "preview"}).text

        assert ["正在准备最近几期的论文，请稍候。"] == read(text).xpath("//@data-summary")
        assert [""] == read(text).xpath("//@data-again")
        assert ["robot", "..."] == read(text).xpath("//p[@class='tried']/bdi/text()")
        assert 1 == text.count('class="mistake"')
        assert "命中" not in text
        assert "正在准备最近几期的论文，请稍候。" in words(page)


def test_the_papers_are_loaded_when_the_server_starts(
    sqlite_url: str, open_database: Callable[..., Database]
) -> None:
    """Before anybody asks, and ending the server ends that."""
    database = open_database(sqlite_url)
    keep_week(database)
    recent = RecentEditions(database)
    for _ in build_house(database, recent=recent):
        [thread] = [t for t in threading.enumerate() if t.name == "recent-editions"] or [None]
        if thread:
            thread.join()
        assert not recent.is_stopping

    assert recent.is_stopping
    assert 7 == len(recent.now().week)


def test_a_database_that_fails_does_not_stop_the_start(
    sqlite_url: str, open_database: Callable[..., Database]
) -> None:
    """Pages that need no papers are served."""
    broken = open_database(sqlite_url.replace(".sqlite3", ".nothing.sqlite3"))
    good = open_database(sqlite_url)
    for house in build_house(good, recent=RecentEditions(broken)):
        house.add("ada")
        shown = house.client.get(house.path(Purpose.PREFERENCES, "ada"))
        asked = house.client.post(f"{address(house)}?part=1", data=FORM)

        assert 200 == shown.status_code
        assert 503 == asked.status_code


def test_the_sentences_are_set_with_care() -> None:
    """Chinese has its spaces and its punctuation, and both languages take the same values."""
    han, latin = r"[\u4e00-\u9fff]", r"[A-Za-z0-9]"
    careless = re.compile(rf"{han}{latin}|{latin}{han}|{han} ?[,;:!?.]")
    slots = re.compile(r"\{(\w+)\}")
    pairs = TEXTS.items()

    assert [] == [key for key, (zh, _) in pairs if careless.search(slots.sub("x", zh))]
    assert [] == [key for key, (zh, _) in pairs if " " in zh.strip() and "  " in zh]
    all_slots = [(k, set(slots.findall(zh)), set(slots.findall(en))) for k, (zh, en) in pairs]
    assert [] == [key for key, chinese, english in all_slots if chinese != english]
