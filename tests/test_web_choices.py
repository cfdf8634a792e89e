"""Categories and cross-lists on the forms, and the help on what a keyword may be."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from fastapi.testclient import TestClient
from lxml.html import HtmlElement
from web_house import FORM, House, build_house, read, words

from newsletter.errors import InvalidForm, InvalidPreference
from newsletter.services.subscribe import change_preferences
from newsletter.storage.engine import Database
from newsletter.subscribers import MAX_CATEGORIES, Preferences
from newsletter.taxonomy import categories_of
from newsletter.tokens import Purpose
from newsletter.web.fields import REPEATED, FormView
from newsletter.web.texts import Language, Texts
from newsletter.web.texts_choices import TEXTS

LANGUAGES = ("zh", "en")
TICKED = "//input[@name='categories'][@checked]/@value"
CROSS_LISTS = "//input[@name='cross_lists'][@type='checkbox']"


@pytest.fixture
def house(sqlite_url: str, open_database: Callable[..., Database]) -> Iterator[House]:
    """Return a site that follows cs, with one active reader, ada."""
    for built in build_house(open_database(sqlite_url)):
        built.add("ada")
        yield built


def shown(house: House, lang: str = "zh") -> HtmlElement:
    """Return ada's form."""
    return read(house.client.get(f"{house.path(Purpose.PREFERENCES, 'ada')}?lang={lang}").text)


def save(house: House, **changes: object) -> HtmlElement:
    """Post ada's form; return the page that answers it."""
    path = house.path(Purpose.PREFERENCES, "ada")
    return read(house.client.post(path, data={**FORM, **changes}).text or "<p>")


def browser(house: House, **changes: object) -> TestClient:
    """Return a browser of the same site with `changes`."""
    return TestClient(house.app(**changes), follow_redirects=False)


@pytest.mark.parametrize("path", ["/", "preferences"])
def test_every_category_that_is_followed_is_offered(house: House, path: str) -> None:
    """On both forms, with none ticked, cross-lists in, and closed until it is opened."""
    page = shown(house) if path == "preferences" else read(house.client.get(path).text)

    assert list(categories_of("cs")) == page.xpath("//input[@name='categories']/@value")
    assert [] == page.xpath(TICKED)
    assert ["no", "yes"] == page.xpath("//input[@name='cross_lists']/@value")
    assert ["yes"] == page.xpath(f"{CROSS_LISTS}[@checked]/@value")
    assert [] == page.xpath("//details[.//fieldset[@id='categories']]/@open")


@pytest.mark.parametrize(("lang", "name"), [("zh", "机器人学 (cs.RO)"), ("en", "Robotics (cs.RO)")])
def test_a_category_is_offered_by_its_name(house: House, lang: str, name: str) -> None:
    """In the language of the page; the label belongs to the box, and the hint to the group."""
    page = shown(house, lang)
    [label] = page.xpath("//label[@for='category-cs.RO']")

    assert name == label.text_content().strip()
    assert "cat:cs.RO" in page.get_element_by_id("categories-hint").text_content()
    assert "categories-hint" == page.get_element_by_id("categories").get("aria-describedby")


def test_archives_are_told_apart(house: House) -> None:
    """Several have a heading each; one without categories is one itself, and so is a category."""
    page = read(browser(house, archives=("econ", "hep-th", "cs.RO")).get("/").text)

    assert ["econ", "hep-th", "cs.RO"] == page.xpath("//fieldset[@id='categories']/h4/text()")
    expected = [*categories_of("econ"), "hep-th", "cs.RO"]
    assert expected == page.xpath("//input[@name='categories']/@value")


def test_what_was_ticked_is_saved_and_shown(house: House) -> None:
    """Several boxes of one name are all read, and the part of the form is open then."""
    save(house, categories=["cs.RO", "cs.LG"], cross_lists="no")
    chosen = house.reader("ada").preferences
    page = shown(house)

    assert (("cs.RO", "cs.LG"), False) == (chosen.categories, chosen.cross_lists)
    assert {"cs.RO", "cs.LG"} == set(page.xpath(TICKED))
    assert [] == page.xpath(f"{CROSS_LISTS}[@checked]")
    assert page.xpath("//details[.//fieldset[@id='categories']]/@open")


@pytest.mark.parametrize(
    ("sent", "expected"), [(["no"], False), (["no", "yes"], True), ([], True)], ids=str
)
def test_an_empty_box_differs_from_none(house: House, sent: list[str], *, expected: bool) -> None:
    """The hidden field speaks for an empty box; an old form without either keeps the default."""
    save(house, cross_lists=sent)
    assert expected is house.reader("ada").preferences.cross_lists


def test_unticking_follows_everything_again(house: House) -> None:
    """A form without a tick is the wish for all."""
    save(house, categories=["cs.RO"])
    save(house)
    assert () == house.reader("ada").preferences.categories


def test_saving_leaves_the_library_as_it_is(house: House) -> None:
    """It is chosen on another page, which this form knows nothing of."""
    for library in (True, False):
        token = house.token(Purpose.PREFERENCES, "ada")
        chosen = replace(house.reader("ada").preferences, library=library)
        change_preferences(house.site.desk, token, chosen)
        save(house)
        assert library is house.reader("ada").preferences.library
        assert FORM["density"] == house.reader("ada").preferences.density.value


def test_ticked_offers_are_done_before_saving(house: House) -> None:
    """Several at once, in the line that each was made for."""
    ticks = ["graph\t\tgraph OR network", "RL\tRL\treinforcement learning"]
    save(house, keywords="RL\r\ngraph\r\npoem", also=ticks)

    first, *others = house.reader("ada").preferences.keywords
    assert {"RL", "reinforcement learning"} == set(first.split(" OR "))
    assert ["graph OR network", "poem"] == others


def test_a_refused_form_shows_the_offers_done(house: House) -> None:
    """What was ticked is in the field, and not lost with the page."""
    page = save(house, keywords="graph", also="graph\t\tgraph OR network", density="dense")
    assert "graph OR network" == page.xpath("string(//textarea)").strip()


def test_a_new_subscription_takes_the_choices(house: House) -> None:
    """The first form has them, too."""
    ticks = {"categories": ["cs.RO", "cs.CV"], "cross_lists": "no"}
    house.client.post("/subscribe", data={**FORM, "address": "bob@example.org", **ticks})
    [bob] = [row for row in house.rows()["subscriber"] if "bob@example.org" in row]

    assert ["cs.RO", "cs.CV"] in bob
    assert False in bob


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_refused_form_keeps_what_was_ticked(house: House, lang: str) -> None:
    """A mistake elsewhere loses no tick."""
    page = save(house, keywords="", categories=["cs.RO"], cross_lists="no", lang=lang)

    assert ["keywords"] == page.xpath("//*[@aria-invalid='true']/@id")
    assert ["cs.RO"] == page.xpath(TICKED)
    assert [] == page.xpath(f"{CROSS_LISTS}[@checked]")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"categories": ["cs.RO", "<i>cs"]}, "categories"),
        ({"categories": [*categories_of("cs"), *categories_of("math")]}, "categories"),
        ({"cross_lists": "maybe"}, "cross_lists"),
    ],
    ids=["unknown", "many", "maybe"],
)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_wrong_choice_is_told_at_its_field(
    house: House, changes: dict[str, object], field: str, lang: str
) -> None:
    """Nothing is saved; the group is open, marked, and linked from the summary."""
    before = house.rows()
    page = save(house, lang=lang, **changes)

    assert before == house.rows()
    assert [field] == page.xpath("//*[@aria-invalid='true']/@id")
    assert [f"#{field}"] == page.xpath("//*[@role='alert']//a/@href")
    assert page.xpath(f"//details[.//*[@id='{field}']]/@open")
    assert page.get_element_by_id(f"{field}-error").text_content().strip()
    assert not page.xpath("//fieldset//i")


def test_the_limit_is_told(house: House) -> None:
    """With its number."""
    page = save(house, categories=[*categories_of("cs"), *categories_of("math")])
    assert str(MAX_CATEGORIES) in page.get_element_by_id("categories-error").text_content()


def test_what_the_newsletter_no_longer_follows_stays_on_offer() -> None:
    """What was ticked before is offered until it is unticked; what arXiv dropped is not."""
    view = FormView.of(Preferences(categories=("cs.RO", "math.CO", "cs", "gone.XX")))
    offered = view.categories(("cs.RO", "econ"))

    assert ["cs.RO", "econ", "math", "cs"] == list(offered)
    assert [("cs.RO", True), ("math.CO", True), ("cs", True)] == [
        (choice.name, choice.is_chosen)
        for archive in ("cs.RO", "math", "cs")
        for choice in offered[archive]
    ]
    assert not any(choice.is_chosen for choice in offered["econ"])


def test_one_of_an_offered_archive_stands_among_its_own() -> None:
    """A whole archive that was chosen by file is ticked beside its categories."""
    view = FormView.of(Preferences(categories=("econ",)))
    assert {"econ": (*categories_of("econ"), "econ")} == {
        archive: tuple(choice.name for choice in choices)
        for archive, choices in view.categories(("econ",)).items()
    }


def test_a_form_of_an_earlier_release_can_be_shown_again() -> None:
    """Without the new fields it has today's defaults."""
    error = InvalidForm((InvalidPreference("hour", "hour_invalid"),))
    view = FormView.refused({"hour": "x"}, error, Texts(Language.CHINESE))

    assert ("", "yes") == (view.values["categories"], view.values["cross_lists"])
    assert not view.narrows


def test_a_repeated_field_is_bounded(house: House) -> None:
    """Hundreds of ticks are no form of ours."""
    path = house.path(Purpose.PREFERENCES, "ada")
    data = {**FORM, "categories": ["cs.RO"] * 401}

    assert {"categories", "also"} == REPEATED
    assert 400 == house.client.post(path, data=data).status_code


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_help_shows_what_can_be_written(house: House, lang: str) -> None:
    """A row for each kind of query, in both languages, on both forms."""
    for page in (shown(house, lang), read(house.client.get(f"/?lang={lang}").text)):
        examples = page.xpath("//table//code/text()")
        for sign in ('"', " AND ", " OR ", " -", "title:", "author:", "cat:", " near/5 ", "强化"):
            assert any(sign in example for example in examples), sign
        assert all(cell.text_content().strip() for cell in page.xpath("//table//td"))


def test_nobody_is_told_to_use_english_keywords(house: House) -> None:
    """Chinese ones are translated by the glossary, and the hint says so."""
    text = words(house.client.get("/").text)
    assert "请用英文关键词" not in text
    assert "术语表" in text


def test_the_sentences_are_set_with_care() -> None:
    """The same values in both languages; a space between Han and Latin, full-width marks."""
    han, latin = r"[\u4e00-\u9fff]", r"[A-Za-z0-9]"
    careless = re.compile(rf"{han}{latin}|{latin}{han}|{han} ?[,;:!?.]")
    for key, (chinese, english) in TEXTS.items():
        assert not careless.search(re.sub(r"\{\w+\}", "x", chinese)), key
        assert re.findall(r"\{\w+\}", chinese) == re.findall(r"\{\w+\}", english), key
        assert not re.search(han, english), key


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_is_there_to_choose_is_said_without_opening_anything(house: House, lang: str) -> None:
    """Fields of a query beside the keywords, and what unticking cross-lists does either way."""
    page = read(house.client.get(f"/?lang={lang}").text)
    hint = page.xpath("string(//*[@id='keywords-hint'])")
    box = " ".join(page.xpath("string(//label[@for='cross_lists'])").split())
    told = {"zh": ("也包括交叉列表的论文", "没选学科"), "en": ("Include", "with none chosen")}

    assert ["author:" in hint, "cat:cs.RO" in hint] == [True, True]
    assert all(words in box for words in told[lang])
