"""Readers from a file: categories and cross-lists among the columns."""

from pathlib import Path

import pytest
from command import Command

from newsletter.keywords.query import MAX_KEYWORDS
from newsletter.storage import subscribers
from newsletter.storage.engine import Database
from newsletter.subscribers import Preferences

HEAD = "address,keywords,categories,cross_lists"


@pytest.fixture
def house(newsletter: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Command:
    """Return the command with its settings and a migrated database."""
    for name, value in {
        "SECRET": "0123456789abcdef" * 2,
        "DATABASE_URL": f"sqlite:///{tmp_path / 'news.sqlite3'}",
        "SMTP_URL": "smtp://127.0.0.1:9",
        "MAIL_FROM": "digest@news.example.org",
        "CONTACT": "operator@example.org",
        "BASE_URL": "https://news.example.org",
    }.items():
        monkeypatch.setenv(f"NEWSLETTER_{name}", value)
    assert newsletter("migrate").status == 0
    return newsletter


def chosen(folder: Path, name: str) -> Preferences:
    """Return what `<name>@example.org` chose."""
    database = Database(f"sqlite:///{folder / 'news.sqlite3'}")
    try:
        with database.read() as session:
            found = subscribers.find_by_address(session, f"{name}@example.org")
    finally:
        database.close()
    assert found is not None
    return found.preferences


def test_choices_are_imported(house: Command, tmp_path: Path) -> None:
    """Categories are separated by spaces or signs; an empty cell keeps the default."""
    rows = (
        "ada@example.org,graph,cs.RO  hep-th,no",
        "bob@example.org,graph,,",
        "eve@example.org,graph,cs,Yes",
        "dan@example.org,graph,cs.LG|cs.AI; cs.RO,",
        'fay@example.org,graph,"cs.LG,cs.AI",',
    )
    (tmp_path / "readers.csv").write_text("\n".join((HEAD, *rows)))

    assert house("subscribers", "import", "readers.csv").status == 0
    ada, bob, eve = (chosen(tmp_path, name) for name in ("ada", "bob", "eve"))
    assert (("cs.RO", "hep-th"), False) == (ada.categories, ada.cross_lists)
    assert ((), True) == (bob.categories, bob.cross_lists)
    assert ("cs.LG", "cs.AI", "cs.RO") == chosen(tmp_path, "dan").categories
    assert ("cs.LG", "cs.AI") == chosen(tmp_path, "fay").categories
    assert (("cs",), True) == (eve.categories, eve.cross_lists)


def test_the_columns_may_be_missing(house: Command, tmp_path: Path) -> None:
    """A file of an earlier release is taken as it was."""
    (tmp_path / "readers.csv").write_text("address,keywords\nada@example.org,graph\n")

    assert house("subscribers", "import", "readers.csv").status == 0
    assert Preferences(keywords=("graph",)) == chosen(tmp_path, "ada")


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ("cs.ro,no", "line 2: category invalid: 'cs.ro'"),
        ("cs.RO,maybe", "line 2: cross_lists 'maybe': say yes or no"),
    ],
    ids=["category", "cross-lists"],
)
def test_wrong_choices_are_named(house: Command, tmp_path: Path, cells: str, told: str) -> None:
    """By the row's line, with the beginning of what stands there."""
    (tmp_path / "readers.csv").write_text(f"{HEAD}\nada@example.org,graph,{cells}\n")

    outcome = house("subscribers", "import", "readers.csv")
    assert (1, True) == (outcome.status, told in outcome.err)


@pytest.mark.parametrize(
    ("keywords", "told"),
    [
        ("graph|NOT survey|robot", "'NOT survey': it only excludes; add what is wanted"),
        ("graph| ... ", "'...': it has no letter or digit"),
        ("cat:xx.YY", "'cat:xx.YY': arXiv has no category 'xx.YY'"),
        (" | ", "there is no keyword"),
        (f"{'|'.join(f'w{n}' for n in range(MAX_KEYWORDS + 1))}", f"more than {MAX_KEYWORDS} key"),
    ],
    ids=["excludes", "signs", "category", "none", "many"],
)
def test_refused_keywords_are_named(
    house: Command, tmp_path: Path, keywords: str, told: str
) -> None:
    """The keyword alone, with the sentence that `match` says, and nothing of the other ones."""
    (tmp_path / "readers.csv").write_text(f"{HEAD}\nada@example.org,{keywords},,\n")

    outcome = house("subscribers", "import", "readers.csv")
    assert (1, True) == (outcome.status, told in " ".join(outcome.err.split()))
    assert "graph" not in outcome.err
    assert "\\n" not in outcome.err
