"""Subscribing and confirming, as a stranger and as a scanner would."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from web_house import CLIENT, FORM, House, build_house, read, words

from newsletter.services.subscribe import Caps
from newsletter.storage.engine import Database
from newsletter.subscribers import Density, SubscriberState
from newsletter.tokens import Purpose
from newsletter.web.zones import ZONES

LANGUAGES = ("zh", "en")


@pytest.fixture
def house(sqlite_url: str, open_database: Callable[..., Database]) -> Iterator[House]:
    """Return a site without readers."""
    yield from build_house(open_database(sqlite_url))


@pytest.fixture
def strict(sqlite_url: str, open_database: Callable[..., Database]) -> Iterator[House]:
    """Return a site that takes one request a client and three over all."""
    yield from build_house(open_database(sqlite_url), caps=Caps(1, 3))


def subscribe(house: House, **changes: str) -> str:
    """Subscribe; return the page's words."""
    response = house.client.post("/subscribe", data={**FORM, **changes})
    assert 200 == response.status_code
    return words(response.text)


@pytest.mark.parametrize("path", ["/", "/subscribe"])
def test_the_form_is_on_the_first_page(house: House, path: str) -> None:
    """Whoever arrives sees what it is and one form, in Chinese."""
    page = read(house.client.get(path, headers={"Accept-Language": "en"}).text)

    assert ["zh-CN"] == page.xpath("/html/@lang")
    assert ["/subscribe"] == page.xpath("//form/@action")
    assert ["Asia/Shanghai"] == page.xpath("//select[@name='timezone']/option[@selected]/@value")
    assert ["8"] == page.xpath("//select[@name='hour']/option[@selected]/@value")
    assert ["full"] == page.xpath("//input[@name='density'][@checked]/@value")
    assert [density.value for density in Density] == page.xpath("//input[@name='density']/@value")


def test_english_is_asked_for(house: House) -> None:
    """The switch leads to the other language, and links and forms keep it."""
    page = read(house.client.get("/?lang=en").text)

    assert ["en"] == page.xpath("/html/@lang")
    assert ["en"] == page.xpath("//form/input[@name='lang']/@value")
    assert ["?lang=zh"] == page.xpath("//a[@class='switch']/@href")
    assert ["/?lang=en"] == page.xpath("//a[@class='name']/@href")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_subscription_is_taken(house: House, lang: str) -> None:
    """The reader is noted as typed, one mail is queued, and the workers are woken."""
    text = subscribe(house, lang=lang)

    [reader] = house.rows()["subscriber"]
    assert "ada@example.org" in reader
    assert "Europe/Paris" in reader
    assert ["diffusion", "large language model"] == [row[2] for row in house.rows()["keyword"]]
    assert ["confirm"] == [row[-3] for row in house.rows()["outbox"]]
    assert ["woken"] == house.woken
    assert "ada@example.org" in text
    assert ("inbox" if lang == "en" else "请查收") in text


def test_the_answer_is_the_same_for_a_known_address(house: House) -> None:
    """Nobody learns from the page who reads the newsletter."""
    house.add("ada")
    unknown = house.client.post("/subscribe", data={**FORM, "address": "bob@example.org"})
    known = house.client.post("/subscribe", data=FORM)

    assert unknown.text.replace("bob@", "ada@") == known.text
    assert unknown.headers == known.headers


def test_a_double_click_sends_one_mail(house: House) -> None:
    """The same form twice queues one mail."""
    subscribe(house)
    subscribe(house)

    assert 1 == len(house.rows()["outbox"])


def test_a_written_zone_wins_over_the_list(house: House) -> None:
    """Whoever lives outside the list writes their zone."""
    subscribe(house, timezone_other=" Africa/Nairobi ")

    assert "Africa/Nairobi" in house.rows()["subscriber"][0]


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"address": ""}, ["address"]),
        ({"address": "foo"}, ["address"]),
        ({"address": "x" * 300 + "@example.org"}, ["address"]),
        ({"keywords": " \n"}, ["keywords"]),
        ({"keywords": "x" * 301}, ["keywords"]),
        ({"keywords": "..."}, ["keywords"]),
        ({"keywords": "a\u200bb"}, ["keywords"]),
        ({"keywords": "\n".join(f"word{number}" for number in range(51))}, ["keywords"]),
        ({"hour": "24"}, ["hour"]),
        ({"hour": "noon"}, ["hour"]),
        ({"timezone": "Mars/Olympus"}, ["timezone"]),
        ({"timezone_other": "Mars/Olympus"}, ["timezone_other"]),
        ({"density": "dense"}, ["density"]),
        ({"address": "", "keywords": "", "density": "dense"}, ["address", "keywords", "density"]),
    ],
)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_mistake_stands_at_its_field(
    house: House,
    changes: dict[str, str],
    fields: list[str],
    lang: str,
) -> None:
    """The form comes back as typed; each wrong field names its message for a screen reader."""
    before = house.rows()
    response = house.client.post("/subscribe", data={**FORM, **changes, "lang": lang})
    page = read(response.text)

    assert 422 == response.status_code
    assert before == house.rows()
    assert fields == page.xpath("//*[@aria-invalid='true']/@id")
    assert [f"#{name}" for name in fields] == page.xpath("//*[@role='alert']//a/@href")
    for name in fields:
        described = page.get_element_by_id(name).get("aria-describedby").split()
        assert f"{name}-error" in described
        assert page.get_element_by_id(f"{name}-error").text_content().strip()
    typed = {**FORM, **changes}
    assert [typed["address"]] == page.xpath("//input[@name='address']/@value")
    assert typed["keywords"].strip() == page.xpath("string(//textarea)").strip()
    assert page.xpath("string(//title)").startswith("Error" if lang == "en" else "有误")
    assert [] == house.woken


def test_the_summary_of_mistakes_can_be_focused(house: House) -> None:
    """A screen reader begins at the list of mistakes."""
    page = read(house.client.post("/subscribe", data={}).text)
    [summary] = page.xpath("//*[@role='alert']")

    assert ("-1", "") == (summary.get("tabindex"), summary.get("autofocus"))


@pytest.mark.parametrize("form", [{}, {"address": "a@example.org"}, {"lang": "en"}])
def test_an_empty_form_comes_back_with_its_defaults(house: House, form: dict[str, str]) -> None:
    """Fields that were not sent are as on a new form."""
    page = read(house.client.post("/subscribe", data=form).text)

    assert ["8"] == page.xpath("//select[@name='hour']/option[@selected]/@value")
    assert ["full"] == page.xpath("//input[@name='density'][@checked]/@value")


@settings(max_examples=25, deadline=None, suppress_health_check=[*HealthCheck])
@given(st.dictionaries(st.sampled_from([*FORM, "lang", "act"]), st.text(max_size=60), min_size=1))
def test_any_form_gets_a_page_that_is_well_escaped(house: House, form: dict[str, str]) -> None:
    """Whatever is typed comes back as text and never as markup."""
    # Lone surrogates cannot be sent as UTF-8 by any browser.
    form = {name: text.encode(errors="ignore").decode() for name, text in form.items()}
    form["keywords"] = "</textarea><script>alert(1)</script>" + form.get("keywords", "")

    response = house.client.post("/subscribe", data=form)

    assert response.status_code in {200, 422, 429}
    assert "<script" not in response.text


def test_a_client_is_capped(strict: House) -> None:
    """Beyond the cap the page says when to come back, and keeps what was typed."""
    subscribe(strict)
    response = strict.client.post("/subscribe", data={**FORM, "address": "bob@example.org"})
    page = read(response.text)

    assert 429 == response.status_code
    assert "3600" == response.headers["Retry-After"]
    assert "一小时" in words(response.text)
    assert ["bob@example.org"] == page.xpath("//input[@name='address']/@value")
    assert 1 == len(strict.rows()["subscriber"])


def test_a_header_from_nowhere_does_not_lift_the_cap(strict: House) -> None:
    """A client that is no trusted proxy cannot claim another address."""
    subscribe(strict)
    headers = {"X-Forwarded-For": "198.51.100.7"}

    assert 429 == strict.client.post("/subscribe", data=FORM, headers=headers).status_code


def test_clients_behind_the_proxy_are_told_apart(
    sqlite_url: str,
    open_database: Callable[..., Database],
) -> None:
    """Each address that the trusted proxy reports has its own cap."""
    clients = ("198.51.100.7", "198.51.100.8", "198.51.100.7")
    proxies = frozenset({CLIENT})
    for house in build_house(
        open_database(sqlite_url),
        caps=Caps(1, 9),
        trusted_proxies=proxies,
    ):
        codes = [
            house.client.post("/subscribe", data=FORM, headers={"X-Forwarded-For": client})
            for client in clients
        ]

        assert [200, 200, 429] == [code.status_code for code in codes]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_confirming_takes_a_button(house: House, lang: str) -> None:
    """GET shows the button, POST acts, and the page leads to the preferences."""
    house.add("ada", SubscriberState.PENDING)
    path = f"{house.path(Purpose.CONFIRM, 'ada')}?lang={lang}"

    asked = read(house.client.get(path).text)
    assert ["post"] == asked.xpath("//form/@method")
    assert SubscriberState.PENDING is house.reader("ada").state

    confirmed = house.client.post(path)
    [link] = read(confirmed.text).xpath("//main//a/@href")
    assert SubscriberState.ACTIVE is house.reader("ada").state
    assert ["woken"] == house.woken
    assert link.startswith("http://testserver/preferences/1p.ada.")
    assert 200 == house.client.get(link).status_code


def test_confirming_twice_shows_success_twice(house: House) -> None:
    """Neither a second POST nor a second visit is an error."""
    house.add("ada", SubscriberState.PENDING)
    path = house.path(Purpose.CONFIRM, "ada")
    first = words(house.client.post(path).text)
    before = house.rows()

    assert first == words(house.client.post(path).text)
    assert first == words(house.client.get(path).text)
    assert before == house.rows()


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_expired_confirmation_offers_the_form(house: House, method: str) -> None:
    """After seven days the page says what to do."""
    house.add("ada", SubscriberState.PENDING)
    path = house.path(Purpose.CONFIRM, "ada")
    house.clock.advance(timedelta(days=8))

    response = house.client.request(method, path)

    assert 410 == response.status_code
    assert ["/subscribe?lang=zh"] == read(response.text).xpath("//main//a/@href")
    assert SubscriberState.PENDING is house.reader("ada").state


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    "state",
    [SubscriberState.LEFT, SubscriberState.BOUNCED, SubscriberState.COMPLAINED],
)
def test_an_old_mail_brings_nobody_back(house: House, method: str, state: SubscriberState) -> None:
    """Who left stays away until they ask again."""
    house.add("ada", state)

    response = house.client.request(method, house.path(Purpose.CONFIRM, "ada"))

    assert 404 == response.status_code
    assert state is house.reader("ada").state


def test_a_wake_that_fails_does_not_fail_the_request(
    sqlite_url: str,
    open_database: Callable[..., Database],
) -> None:
    """The reader is served although the broker is down."""

    def broken() -> None:
        raise ConnectionError

    for house in build_house(open_database(sqlite_url), wake=broken):
        subscribe(house)
        assert 1 == len(house.rows()["outbox"])


def test_every_offered_zone_is_accepted(house: House) -> None:
    """The list holds no name that the form refuses."""
    assert "Asia/Shanghai" == ZONES[0].name
    for zone in ZONES:
        response = house.client.post(
            "/subscribe", data={**FORM, "address": "", "timezone": zone.name}
        )
        assert ["address"] == read(response.text).xpath("//*[@aria-invalid]/@id"), zone.name
