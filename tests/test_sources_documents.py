"""A folder of recorded documents: what is chosen, joined, and left aside with a reason."""

from datetime import date
from pathlib import Path

import pytest
from sources_samples import Item, catchup, listing, rss, samples, section

from newsletter.errors import SourceError, SourceRefused
from newsletter.papers import AnnouncementState, AnnounceType, Counts, DocumentKind
from newsletter.ports import PaperSource
from newsletter.sources.documents import DocumentSource

FRIDAY = date(2026, 5, 29)
WHOLE = "New submissions (showing {0} of {0} entries)"


def page(count: int, category: str = "cs.LG", start: int = 1) -> str:
    """Return a whole page of `count` new papers."""
    group = section(WHOLE.format(count), samples(count, start))
    return listing(group, total=count, category=category)


def folder(path: Path, **files: str) -> DocumentSource:
    """Write files, their names given as `name_suffix`, and return the source of them."""
    for name, text in files.items():
        stem, _, suffix = name.rpartition("_")
        (path / f"{stem}.{suffix}").write_bytes(text.encode())
    return DocumentSource(path)


def reasons(source: DocumentSource) -> dict[str | None, str]:
    """Return the code of each rejected file."""
    return {problem.item: problem.code for problem in source.rejected(FRIDAY)}


def test_source_is_a_paper_source(tmp_path: Path) -> None:
    """Recorded documents stand in for arXiv behind the same Protocol."""
    source: PaperSource = DocumentSource(tmp_path)
    assert "documents" == source.name


def test_categories_begin_with_whole_archives(tmp_path: Path) -> None:
    """Archives come first, since a listing of one covers its categories."""
    source = folder(
        tmp_path,
        a_html=page(1, "math.CO"),
        b_html=page(1, "quant-ph"),
        c_html=page(1, "cs"),
        d_html=page(1, "cs.LG"),
        e_html=page(1, "cs.LG").replace("29 May", "28 May"),
        f_xml=rss(Item().rss(), link="http://rss.arxiv.org/rss/cs.AI+cs.CL"),
    )
    assert ("cs", "quant-ph", "cs.AI+cs.CL", "cs.LG", "math.CO") == source.categories(FRIDAY)
    assert ("cs.LG",) == source.categories(date(2026, 5, 28))


def test_whole_document_wins(tmp_path: Path) -> None:
    """Of several documents the whole one is taken, and each of the others has its reason."""
    whole = page(3)
    source = folder(
        tmp_path,
        a_html=whole[: whole.rindex("<dt>")],
        b_html=listing(section("New submissions (showing 1 of 3 entries)", samples(1)), total=3),
        c_html=whole,
        d_html=whole,
        e_xml=rss(Item().rss()),
    )
    announcement = source.fetch("cs.LG", FRIDAY)
    assert (AnnouncementState.FRESH, 3, "c.html") == (
        announcement.state,
        len(announcement.entries),
        announcement.origin,
    )
    assert {
        "a.html": "damaged",
        "b.html": "unfinished",
        "d.html": "copy",
        "e.xml": "copy",
    } == reasons(source)


def test_whole_document_with_abstracts_is_preferred(tmp_path: Path) -> None:
    """Of two equal pages the one with abstracts is taken."""
    source = folder(tmp_path, a_html=page(2).replace("A sample abstract.", ""), b_html=page(2))
    assert "b.html" == source.fetch("cs.LG", FRIDAY).origin


def test_windows_are_joined(tmp_path: Path) -> None:
    """Windows that complete each other make a whole day; a damaged copy does not spoil it."""
    first = listing(section("New submissions (showing first 2 of 3 entries)", samples(2)), total=3)
    last = listing(
        section("New submissions (continued, showing last 1 of 3 entries)", samples(1, 3), 3),
        total=3,
    )
    source = folder(tmp_path, a_html=last, b_html=first, c_html=first.replace("</html>", ""))
    announcement = source.fetch("cs.LG", FRIDAY)
    assert (AnnouncementState.FRESH, Counts(new=3)) == (announcement.state, announcement.parsed)
    assert {"c.html": "damaged"} == reasons(source)


def test_damaged_documents_still_give_their_papers(tmp_path: Path) -> None:
    """Where nothing is whole, every readable paper comes, and the state says failed."""
    text = page(4)
    feed = rss(Item(id="2605.00002", type="cross").rss(), Item(id="2605.00009").rss())
    source = folder(
        tmp_path,
        a_html=text[: text.index("Sample 3")],
        b_xml=feed.replace("</rss>", ""),
    )
    announcement = source.fetch("cs.LG", FRIDAY)
    assert (AnnouncementState.FAILED, DocumentKind.LISTING) == (
        announcement.state,
        announcement.kind,
    )
    assert [("2605.00001", "new"), ("2605.00002", "new"), ("2605.00009", "new")] == [
        (entry.paper.id.value, entry.type.value) for entry in announcement.entries
    ]
    assert Counts(new=4, cross=1) == announcement.expected
    assert {} == reasons(source)


def test_single_damaged_feed_gives_its_items(tmp_path: Path) -> None:
    """A damaged feed alone is used like a damaged page."""
    source = folder(tmp_path, a_rss=rss(Item(type="cross").rss()).replace("</rss>", ""))
    announcement = source.fetch("cs.LG", FRIDAY)
    assert (AnnouncementState.FAILED, [AnnounceType.CROSS]) == (
        announcement.state,
        [entry.type for entry in announcement.entries],
    )


def test_every_other_file_is_named(tmp_path: Path) -> None:
    """Each file that gives nothing to the day is named with a code and plain words."""
    (tmp_path / "dir.html").mkdir()
    (tmp_path / "notes.md").write_text("not looked at")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "x.html").write_text(page(1))
    source = folder(
        tmp_path,
        json_txt='{"a": 1}',
        empty_html=" ",
        error_html="<html><h1>Invalid archive or category: cs.XX</h1></html>",
        cut_html=page(1)[:300],
        old_html=catchup(section(WHOLE.format(1), samples(1)), total=1),
        undated_html=page(1).replace("29 May 2026", "someday"),
        anonymous_html=page(1).replace('id="recent-', 'id="x'),
    )
    assert {
        "anonymous.html": "no_category",
        "cut.html": "truncated_document",
        "dir.html": "unreadable",
        "empty.html": "empty_document",
        "error.html": "not_an_announcement",
        "json.txt": "not_an_announcement",
        "old.html": "other_date",
        "undated.html": "no_date",
    } == reasons(source)
    words = {problem.item: problem.message for problem in source.rejected(FRIDAY)}
    assert "Invalid archive or category: cs.XX" in words["error.html"]
    assert "2026-06-03" in words["old.html"]
    assert "error.html" not in words["error.html"]
    assert () == source.categories(FRIDAY)


def test_many_problems_are_summed_up(tmp_path: Path) -> None:
    """A reason stays short however much is wrong."""
    text = page(9).replace("Sample 1", "").replace("Sample 2", "")
    text = text.replace("</html>", "")
    source = folder(tmp_path, a_html=page(1), b_html=text)
    (problem,) = source.rejected(FRIDAY)
    assert " more" in problem.message
    assert len(problem.message) < 300


def test_large_files_are_not_read(tmp_path: Path) -> None:
    """A file above the limit is named and left aside."""
    (tmp_path / "a.html").write_text(page(1))
    source = DocumentSource(tmp_path, limit=100)
    assert {"a.html": "document_too_large"} == reasons(source)


def test_unknown_categories_are_refused(tmp_path: Path) -> None:
    """What the folder does not hold is an error that says so."""
    source = folder(tmp_path, a_html=page(1))
    with pytest.raises(SourceRefused, match=r"math\.CO"):
        source.fetch("math.CO", FRIDAY)


def test_missing_folder_is_a_source_error(tmp_path: Path) -> None:
    """A folder that is not there is named, and nothing but `SourceError` is raised."""
    with pytest.raises(SourceError, match="cannot be read"):
        DocumentSource(tmp_path / "absent").categories(FRIDAY)
    with pytest.raises(SourceError):
        DocumentSource(tmp_path / "absent").fetch("cs", FRIDAY)


def test_folder_is_read_once(tmp_path: Path) -> None:
    """What was read stays, even when the files are gone."""
    source = folder(tmp_path, a_html=page(2))
    source.categories(FRIDAY)
    (tmp_path / "a.html").unlink()
    assert 2 == len(source.fetch("cs.LG", FRIDAY).entries)
