"""What a reader does by the links in their mails."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from web_house import FORM, House, build_house, read, words

from newsletter.storage.engine import Database
from newsletter.storage.tables import SubscriberRow
from newsletter.subscribers import Density, SubscriberState
from newsletter.tokens import Purpose
from newsletter.web.readers import masked

CLOSED = (SubscriberState.LEFT, SubscriberState.BOUNCED, SubscriberState.COMPLAINED)
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def house(sqlite_url: str, open_database: Callable[..., Database]) -> Iterator[House]:
    """Return a site with one active reader, ada."""
    for built in build_house(open_database(sqlite_url)):
        built.add("ada")
        yield built


def set_state(house: House, state: SubscriberState) -> None:
    """Put ada into `state`."""
    with house.database.write() as session:
        session.get_one(SubscriberRow, house.reader("ada").id).state = state.value


def test_the_form_shows_what_was_chosen(house: House) -> None:
    """Keywords stand in the reader's order, and the address only in part."""
    text = house.client.get(house.path(Purpose.PREFERENCES, "ada")).text
    page = read(text)

    assert "diffusion\ngraph" == page.xpath("string(//textarea)").strip()
    assert ["8"] == page.xpath("//select[@name='hour']/option[@selected]/@value")
    assert "a…@example.org" in text
    assert "ada@example.org" not in text


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_preferences_are_saved_and_the_page_shown_anew(house: House, lang: str) -> None:
    """POST answers with a redirect, so that a reload does not post again."""
    path = house.path(Purpose.PREFERENCES, "ada")
    response = house.client.post(path, data={**FORM, "lang": lang})

    assert (303, f"?done=saved&lang={lang}") == (response.status_code, response.headers["Location"])
    shown = house.client.get(response.headers["Location"].join([path, ""]))
    assert ("Saved" if lang == "en" else "已保存") in words(shown.text)
    chosen = house.reader("ada").preferences
    assert ("diffusion", "large language model") == chosen.keywords
    assert (9, "Europe/Paris", Density.BRIEF) == (chosen.hour, chosen.timezone, chosen.density)
    assert ["woken"] == house.woken


def test_a_mistake_changes_nothing(house: House) -> None:
    """The form comes back with what was typed and the message."""
    before = house.rows()
    path = house.path(Purpose.PREFERENCES, "ada")

    response = house.client.post(path, data={**FORM, "keywords": "...", "lang": "en"})
    page = read(response.text)

    assert 422 == response.status_code
    assert ["keywords"] == page.xpath("//*[@aria-invalid='true']/@id")
    assert "..." == page.xpath("string(//textarea)").strip()
    assert before == house.rows()
    assert [] == house.woken


def test_a_zone_outside_the_list_is_kept(house: House) -> None:
    """A zone that was written once is chosen on the next visit."""
    path = house.path(Purpose.PREFERENCES, "ada")
    house.client.post(path, data={**FORM, "timezone_other": "Africa/Nairobi"})

    page = read(house.client.get(path).text)

    assert ["Africa/Nairobi"] == page.xpath("//select[@name='timezone']/option[@selected]/@value")


def test_pausing_and_resuming(house: House) -> None:
    """One button at a time, each with its notice, and preferences stay."""
    path = house.path(Purpose.PREFERENCES, "ada")
    chosen = house.reader("ada").preferences

    [offered] = read(house.client.get(path).text).xpath(
        "//input[@name='act'][@value!='save']/@value"
    )
    paused = house.client.post(path, data={"act": offered})
    assert ("pause", "?done=paused&lang=zh") == (offered, paused.headers["Location"])
    assert SubscriberState.PAUSED is house.reader("ada").state

    [offered] = read(house.client.get(path).text).xpath(
        "//input[@name='act'][@value!='save']/@value"
    )
    resumed = house.client.post(path, data={"act": offered})
    assert ("resume", "?done=resumed&lang=zh") == (offered, resumed.headers["Location"])
    assert SubscriberState.ACTIVE is house.reader("ada").state
    assert chosen == house.reader("ada").preferences


@pytest.mark.parametrize("act", ["delete", "Save", ""])
def test_an_unknown_act_is_refused(house: House, act: str) -> None:
    """What no button of ours sends is not taken for a wish to save."""
    before = house.rows()

    response = house.client.post(
        house.path(Purpose.PREFERENCES, "ada"), data={**FORM, "act": act, "lang": "en"}
    )

    assert 400 == response.status_code
    assert "cannot be read" in words(response.text)
    assert before == house.rows()
    assert [] == house.woken


def test_a_notice_is_one_that_exists(house: House) -> None:
    """An address made up by somebody else puts no words on the page."""
    path = house.path(Purpose.PREFERENCES, "ada")

    page = read(house.client.get(f"{path}?done=anything").text)

    assert [] == page.xpath("//*[@role='status']")


def test_a_pending_reader_is_told_so(house: House) -> None:
    """Who has not confirmed yet cannot pause what has not begun."""
    set_state(house, SubscriberState.PENDING)
    text = house.client.get(house.path(Purpose.PREFERENCES, "ada")).text

    assert "尚未确认" in words(text)
    assert ["save"] == read(text).xpath("//input[@name='act']/@value")


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("state", CLOSED)
def test_a_closed_subscription_says_why(house: House, state: SubscriberState, lang: str) -> None:
    """Who left, bounced or complained reads so, and only the first two are asked back."""
    set_state(house, state)
    pages = [
        house.client.get(f"{house.path(purpose, 'ada')}?lang={lang}")
        for purpose in (Purpose.PREFERENCES, Purpose.UNSUBSCRIBE)
    ]
    expected = [] if state is SubscriberState.COMPLAINED else [f"/subscribe?lang={lang}"]

    assert pages[0].text == pages[1].text
    assert [200, 200] == [page.status_code for page in pages]
    assert expected == read(pages[0].text).xpath("//main//a/@href")


@pytest.mark.parametrize("act", ["save", "resume", "pause"])
@pytest.mark.parametrize("state", CLOSED)
def test_a_closed_subscription_cannot_be_changed(
    house: House,
    state: SubscriberState,
    act: str,
) -> None:
    """Neither preferences nor state change by an old page's button."""
    set_state(house, state)
    before = house.rows()

    response = house.client.post(house.path(Purpose.PREFERENCES, "ada"), data={**FORM, "act": act})

    assert 409 == response.status_code
    assert before == house.rows()


def test_leaving_takes_one_button(house: House) -> None:
    """GET shows the button and a way to pause; POST acts at once."""
    path = house.path(Purpose.UNSUBSCRIBE, "ada")
    asked = read(house.client.get(path).text)
    [pause] = asked.xpath("//main//a/@href")
    assert "post" == asked.xpath("string(//form/@method)")
    assert re.match(r"http://testserver/preferences/1p\.ada\..*\?lang=zh$", pause)

    left = house.client.post(path, data={"lang": "en"})
    assert 200 == left.status_code
    assert "no more papers" in words(left.text)
    assert ["/subscribe?lang=en"] == read(left.text).xpath("//main//a/@href")
    assert SubscriberState.LEFT is house.reader("ada").state


@pytest.mark.parametrize(
    "request_of",
    [
        {"data": ONE_CLICK},
        {"data": ONE_CLICK, "files": {"x": ("", b"")}},
        {"files": {name: (None, value) for name, value in ONE_CLICK.items()}},
        {},
        {"content": b"\xff\xfe", "headers": {"Content-Type": "application/octet-stream"}},
        {"content": b"--x", "headers": {"Content-Type": "multipart/form-data"}},
        {"content": b"--x", "headers": {"Content-Type": "multipart/form-data; boundary=y"}},
        {"json": ONE_CLICK},
        {"data": {f"field{number}": "" for number in range(50)}},
    ],
    ids=["form", "with a file", "multipart", "empty", "bytes", "broken", "cut", "json", "many"],
)
def test_one_click_works_however_it_is_sent(house: House, request_of: dict[str, object]) -> None:
    """RFC 8058: POST without cookie or token, answered 200 at once, as often as one likes."""
    path = house.path(Purpose.UNSUBSCRIBE, "ada")
    for _ in range(2):
        house.client.cookies.clear()
        response = house.client.post(path, **request_of)

        assert 200 == response.status_code
        assert "set-cookie" not in response.headers
        assert SubscriberState.LEFT is house.reader("ada").state


def test_one_click_has_a_limit_too(house: House) -> None:
    """A body without end is not read to its end."""
    path = house.path(Purpose.UNSUBSCRIBE, "ada")

    assert 413 == house.client.post(path, data={"x": "x" * 70_000}).status_code


def test_unsubscribing_works_from_a_very_old_mail(house: House) -> None:
    """The link never expires."""
    path = house.path(Purpose.UNSUBSCRIBE, "ada")
    house.clock.advance(timedelta(days=3000))

    assert 200 == house.client.post(path).status_code
    assert SubscriberState.LEFT is house.reader("ada").state


def test_who_was_erased_has_left_already(house: House) -> None:
    """A genuine link of nobody is no error for a mailbox provider."""
    assert 200 == house.client.post(house.path(Purpose.UNSUBSCRIBE, "nobody")).status_code
    assert 404 == house.client.post("/unsubscribe/1u.nobody.1.xxxxxxxxxxxxxxxxxxxx").status_code


def test_a_token_is_for_one_purpose(house: House) -> None:
    """A link to read does not let anyone change or leave."""
    token = house.token(Purpose.VIEW, "ada")
    before = house.rows()
    for page in ("confirm", "preferences", "unsubscribe"):
        assert 404 == house.client.get(f"/{page}/{token}").status_code
        assert 404 == house.client.post(f"/{page}/{token}", data=FORM).status_code

    assert before == house.rows()


def test_a_digest_is_shown_with_its_own_styles_only(house: House) -> None:
    """The page is the mail, and its policy lets inline styles in and nothing else."""
    subject = house.compose(house.reader("ada"), title="<script>alert(1)</script>")
    response = house.client.get(house.path(Purpose.VIEW, subject))

    assert 200 == response.status_code
    assert "text/html; charset=utf-8" == response.headers["Content-Type"]
    assert "style-src 'unsafe-inline'" in response.headers["Content-Security-Policy"]
    assert "form-action 'none'" in response.headers["Content-Security-Policy"]
    assert "<script" not in response.text
    assert "arxiv.org/abs/2605.00001" in response.text


def test_a_digest_that_was_never_composed_is_not_there(house: House) -> None:
    """A genuine link to nothing is told like any other."""
    assert 404 == house.client.get(house.path(Purpose.VIEW, "ada~20260529")).status_code


@pytest.mark.parametrize(
    ("address", "expected"),
    [("ada@example.org", "a…@example.org"), ("a@b.example", "a…@b.example"), ("odd", "…@odd")],
)
def test_an_address_is_masked(address: str, expected: str) -> None:
    """One letter is enough to know one's own."""
    assert expected == masked(address)


@pytest.mark.parametrize("charset", ["undefined", "punycode", "utf-7", "raw_unicode_escape"])
def test_an_exotic_charset_cannot_stop_a_reader_from_leaving(house: House, charset: str) -> None:
    """RFC 8058: the address says everything, whatever the body; other forms answer 400."""
    body = '--x\r\nContent-Disposition: form-data; name="a\\udc80"\r\n\r\n\\udc80\r\n--x--\r\n'
    headers = {"Content-Type": f"multipart/form-data; boundary=x; charset={charset}"}
    path = house.path(Purpose.UNSUBSCRIBE, "ada")
    assert house.client.post(path, content=body, headers=headers).status_code == 200
    assert house.reader("ada").state is SubscriberState.LEFT
    answer = house.client.post("/subscribe", content=body, headers=headers)
    assert answer.status_code in {400, 422}
