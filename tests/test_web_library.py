"""The page of a reader's own library."""

import re
from collections.abc import Callable, Iterator

import pytest
from web_house import House, build_house, read, words

from newsletter.keywords.library import MAX_BYTES, MAX_PAPERS, OwnPaper
from newsletter.services.library import Suggestions
from newsletter.storage.engine import Database
from newsletter.storage.tables import SubscriberRow
from newsletter.subscribers import SubscriberState
from newsletter.tokens import Purpose
from newsletter.web.guard import MAX_BODY
from newsletter.web.library import Memory
from newsletter.web.texts_library import TEXTS

BIB = "".join(
    f"@a{{x{n}, title={{Draft models {n}}}, "
    f"abstract={{A draft model proposes tokens and case{n} follows.}}}}\n"
    for n in range(4)
)


@pytest.fixture
def house(sqlite_url: str, open_database: Callable[..., Database]) -> Iterator[House]:
    """Return a site with one active reader, ada."""
    for built in build_house(open_database(sqlite_url)):
        built.add("ada")
        yield built


def path(house: House) -> str:
    """Return the path of ada's library."""
    return f"{house.path(Purpose.PREFERENCES, 'ada')}/library"


def post(house: House, file: bytes = b"", **fields: str) -> tuple[int, str]:
    """Send the form as a browser does; return the status, and where it leads or what it says."""
    data = {"lang": "zh", "act": "save", "papers": "", **fields}
    response = house.client.post(path(house), data=data, files={"file": ("lib.bib", file)})
    target = response.headers.get("Location")
    return response.status_code, target or words(response.text)


def shown(house: House) -> str:
    """Return the page's words."""
    return words(house.client.get(path(house)).text)


def test_an_empty_library(house: House) -> None:
    """The page says so, and offers neither removal nor suggestions."""
    text = shown(house)

    assert "文库还是空的" in text
    assert "清空文库" not in text
    assert "推荐的关键词" not in text


def test_a_file_is_kept_and_suggests_keywords(house: House) -> None:
    """Titles are shown, and the switch stands as it was set."""
    assert (303, "?done=saved&lang=zh") == post(house, BIB.encode(), wanted="yes")

    page = house.client.get(f"{path(house)}?done=saved")
    assert "已保存。" in words(page.text)
    assert "文库中有 4 篇" in words(page.text)
    assert "Draft models 3" in words(page.text)
    assert ["yes"] == read(page.text).xpath("//input[@name='wanted'][@checked]/@value")
    assert ["draft models"] == read(page.text).xpath("//input[@name='keyword']/@value")
    assert house.reader("ada").preferences.library


def test_the_switch_alone(house: House) -> None:
    """With both fields empty the papers stay and the wish changes."""
    post(house, BIB.encode(), wanted="yes")

    assert (303, "?done=saved&lang=zh") == post(house)
    assert not house.reader("ada").preferences.library
    assert "文库中有 4 篇" in shown(house)


def test_a_wish_without_a_library_is_a_mistake(house: House) -> None:
    """There is nothing to be close to."""
    status, text = post(house, wanted="yes")

    assert 422 == status
    assert "请先粘贴论文或选择文件" in text
    assert not house.reader("ada").preferences.library


def test_pasted_ids_wait_for_the_morning(house: House) -> None:
    """Their number and the ids are told until they are looked up; they are among the papers."""
    post(house, papers="2605.28828 hep-th/9901001")

    assert "文库中有 2 篇论文。" in shown(house)
    assert "其中 2 篇只有编号，将在下一个早晨向 arXiv 查询： 2605.28828 hep-th/9901001" in shown(
        house
    )
    assert "暂时没有可推荐的" in shown(house)


def test_what_arxiv_does_not_know_is_told(house: House) -> None:
    """The ids are named, so that they can be mended."""
    from newsletter.services.library import complete  # noqa: PLC0415 # this test alone

    post(house, papers="2605.28828")
    complete(house.database, lambda ids: {}, now=house.clock())

    assert "其中 1 篇在 arXiv 上没有查到" in shown(house)
    assert "2605.28828" in shown(house)


def test_too_many_papers(house: House) -> None:
    """The first are kept, and it is said."""
    entries = "".join(f"@a{{x{i}, title={{Paper {i}}}}}\n" for i in range(MAX_PAPERS + 1))

    assert (303, "?done=cut&lang=zh") == post(house, entries.encode())
    assert "已保存前 300 篇" in words(house.client.get(f"{path(house)}?done=cut").text)
    assert "以及另外 295 篇" in shown(house)


@pytest.mark.parametrize(
    ("content", "message"),
    [("nothing", "没有认出任何论文"), ("<rdf:RDF", "这是 Zotero RDF 文件")],
    ids=["prose", "rdf"],
)
def test_a_mistake_changes_nothing(house: House, content: str, message: str) -> None:
    """What was pasted comes back with a message, in either way."""
    post(house, BIB.encode())
    before = house.rows()

    status, text = post(house, papers=content)
    assert 422 == status
    assert message in text
    assert content in text
    status, text = post(house, content.encode())
    assert 422 == status
    assert message in text
    assert before == house.rows()


def test_what_is_handed_in_is_added(house: House) -> None:
    """By default to what is there, each paper once; in its place only where that is chosen."""
    post(house, BIB.encode())
    choice = read(house.client.get(path(house)).text).xpath("//input[@name='how'][@checked]/@value")

    assert ["add"] == choice
    post(house, b"@a{x, title={Draft models 3}} @a{y, title={Tulips}}", how="add")
    assert "文库中有 5 篇" in shown(house)
    post(house, papers="2605.28828")
    assert "文库中有 6 篇" in shown(house)
    post(house, papers="2605.28828", how="replace")
    assert "文库中有 1 篇" in shown(house)


def test_a_file_and_a_text_are_both_taken(house: House) -> None:
    """The papers of both, each once, and the numbers of both that are no ids."""
    file = BIB.encode() + b"@a{y, title={Tulips}, eprint={2605.28828}}\n9998.99999"

    status, target = post(house, file, papers="2605.28828 2605.00001 9999.99999", how="replace")

    assert (303, "?done=saved&refused=9998.99999,9999.99999&lang=zh") == (
        status,
        target.replace("%2C", ","),
    )
    assert "文库中有 6 篇" in shown(house)
    assert "Tulips" in house.client.get(path(house)).text


def test_a_file_and_a_text_keep_the_limit(house: House) -> None:
    """Of both together the first papers are kept, and it is said."""
    entries = "".join(f"@a{{x{i}, title={{Paper {i}}}}}\n" for i in range(MAX_PAPERS))

    done = post(house, entries.encode(), papers="2605.28828", how="replace")

    assert (303, "?done=cut&lang=zh") == done
    assert "文库中有 300 篇" in shown(house)


@pytest.mark.parametrize(
    ("file", "text"),
    [(b"nothing", "2605.28828"), (BIB.encode(), "nothing")],
    ids=["file", "text"],
)
def test_one_that_cannot_be_read_saves_neither(house: House, file: bytes, text: str) -> None:
    """It is a mistake, and what was pasted comes back."""
    before = house.rows()

    status, page = post(house, file, papers=text)

    assert (422, True) == (status, "没有认出任何论文" in page)
    assert text in page
    assert before == house.rows()


def test_adding_beyond_the_limit(house: House) -> None:
    """What was there stays, and that others were left out is said."""
    entries = [f"@a{{x{i}, title={{Paper {i}}}}}\n" for i in range(MAX_PAPERS)]
    post(house, "".join(entries[:-1]).encode())

    assert (303, "?done=saved&lang=zh") == post(house, entries[-1].encode())
    assert (303, "?done=cut&lang=zh") == post(house, papers="2605.28828")
    assert "文库中有 300 篇" in shown(house)


def test_numbers_that_are_no_ids_are_named(house: House) -> None:
    """Behind the redirect too; the address may be anybody's, and then names nothing."""
    status, target = post(house, papers="2605.28828 9999.99999")
    assert (303, "?done=saved&refused=9999.99999&lang=zh") == (status, target)
    assert "不是 arXiv 编号： 9999.99999" in words(house.client.get(path(house) + target).text)
    assert "evil" not in house.client.get(f"{path(house)}?refused=evil,<b>").text

    status, text = post(house, papers="9999.99999")
    assert (422, True) == (status, "不是 arXiv 编号：9999.99999。" in text)


def test_removing(house: House) -> None:
    """Everything goes, and the section with it, but not by one click alone."""
    post(house, BIB.encode(), wanted="yes")

    status, text = post(house, act="remove")
    assert (422, True) == (status, "请先勾选" in text)
    assert "文库中有 4 篇" in shown(house)
    assert (303, "?done=removed&lang=zh") == post(house, act="remove", sure="yes")
    assert "文库还是空的" in shown(house)
    assert not house.reader("ada").preferences.library


def test_one_click_adds_a_keyword(house: House) -> None:
    """At the end of the reader's own, and then it is no longer offered."""
    post(house, BIB.encode())

    assert (303, "?done=added&lang=zh") == post(house, act="add", keyword="draft models")
    assert ("diffusion", "graph", "draft models") == house.reader("ada").preferences.keywords
    offered = read(house.client.get(path(house)).text).xpath("//input[@name='keyword']/@value")
    assert [] == offered
    assert "推荐的都已在您的关键词中" in shown(house)
    assert ["woken"] == house.woken
    status, _ = post(house, act="add", keyword="…")
    assert 422 == status


@pytest.mark.parametrize("act", ["", "Save", "delete"])
def test_an_unknown_act_is_refused(house: House, act: str) -> None:
    """What no button of ours sends changes nothing."""
    before = house.rows()

    assert 400 == post(house, BIB.encode(), act=act)[0]
    assert before == house.rows()


def test_only_the_reader_s_own_link_opens_it(house: House) -> None:
    """Another purpose's token, and nonsense, lead nowhere."""
    other = house.token(Purpose.UNSUBSCRIBE, "ada")

    assert 404 == house.client.get(f"/preferences/{other}/library").status_code
    assert 404 == house.client.post("/preferences/nonsense/library").status_code


@pytest.mark.parametrize("state", ["left", "complained"])
def test_who_left_has_no_page(house: House, state: str) -> None:
    """Nothing is taken any more."""
    with house.database.write() as session:
        row = session.get_one(SubscriberRow, house.reader("ada").id)
        row.state = SubscriberState(state).value

    assert "文库" not in shown(house)
    assert 409 == post(house, BIB.encode())[0]


def test_a_file_of_two_megabytes_is_taken_here_alone(house: House) -> None:
    """Beyond that nothing is read; elsewhere the small limit holds, and no file is taken."""
    full = BIB.encode().ljust(MAX_BYTES - 1)

    assert 303 == post(house, full)[0]
    assert 413 == post(house, b"x" * (MAX_BYTES + 2 * MAX_BODY))[0]
    preferences = house.path(Purpose.PREFERENCES, "ada")
    long = {"keywords": "x" * MAX_BODY}
    assert 413 == house.client.post(preferences, data=long).status_code
    files = {"file": ("a.bib", b"x")}
    assert 400 == house.client.post(preferences, files=files).status_code


def test_bodies_that_are_no_such_form(house: House) -> None:
    """Two files, many fields, a broken boundary and a strange charset: 400, and nothing changes."""
    before = house.rows()
    two = [("file", ("a", b"x")), ("file", ("b", b"y"))]
    form = "application/x-www-form-urlencoded"
    head = b'--x\r\nContent-Disposition: form-data; name="act"\r\n\r\n'
    part = head + b"save\xff\r\n--x--"

    assert 400 == house.client.post(path(house), files=two).status_code
    assert 400 == house.client.post(path(house), data={str(n): "x" for n in range(99)}).status_code
    for kind, body in (
        ("multipart/form-data; boundary=x", b"--y"),
        ("multipart/form-data; boundary=x", part),
        (form, b"act=%ff"),
        ("text/plain", b"act=save"),
    ):
        response = house.client.post(path(house), content=body, headers={"Content-Type": kind})
        assert 400 == response.status_code, kind
    assert before == house.rows()


def test_texts_from_files_are_escaped(house: House) -> None:
    """A title is text, whatever it holds."""
    post(house, b'@a{x, title={"><script>alert(1)</script><b onclick=x>}}')

    text = house.client.get(path(house)).text
    assert "<script" not in text
    assert "<b onclick" not in text


def test_english(house: House) -> None:
    """The whole page in English, form and messages alike."""
    assert (303, "?done=saved&lang=en") == post(house, BIB.encode(), lang="en")
    page = words(house.client.get(f"{path(house)}?lang=en&done=saved").text)

    assert not re.search(r"[\u4e00-\u9fff]", page.replace("晨刊", ""))
    assert "Papers in the library: 4" in page
    assert "RDF" in post(house, papers="<rdf:RDF", lang="en")[1]


def test_the_same_values_in_both_languages() -> None:
    """A sentence takes the same values and has as many paragraphs in either language."""
    for key, (chinese, english) in TEXTS.items():
        assert re.findall(r"\{\w+\}", chinese) == re.findall(r"\{\w+\}", english), key
        assert chinese.count("\n") == english.count("\n"), key


class Same(OwnPaper):
    """A paper whose hash is every other's."""

    __slots__ = ()

    def __hash__(self) -> int:
        """Return one number."""
        return 1


def test_the_memory_is_bounded() -> None:
    """The oldest makes room for the newest; equal hashes are no equal libraries."""
    memory = Memory()
    for number in range(600):
        memory.keep((number, (), ()), Suggestions((str(number),)))

    assert memory.get((0, (), ())) is None
    assert ("100",) == (memory.get((100, (), ())) or Suggestions()).keywords
    assert ("599",) == (memory.get((599, (), ())) or Suggestions()).keywords
    memory.keep((1, (Same(title="a"),), ()), Suggestions(("a",)))
    assert memory.get((1, (Same(title="b"),), ())) is None
