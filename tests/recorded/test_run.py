"""`newsletter run` on the recorded day, through a real SMTP server."""

import json
import re
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from command import Command

from newsletter.demo.mailbox import Mailbox
from newsletter.demo.smtp import SmtpServer

DATE = "2026-05-29"
TITLE_ONLY = {"2605.29078", "2605.29643", "2605.29796"}
HYPHENATED = {"2605.29788"}
READERS = """address,keywords
seed@example.org,reinforcement learning|diffusion policy
other@example.org,graph neural network|quantum
"""


def _run(newsletter: Command, recordings: Path, monkeypatch: pytest.MonkeyPatch, mode: str) -> str:
    """Run the morning and return the text part that the first reader received."""
    mailbox = Mailbox()
    Path("readers.csv").write_text(READERS, encoding="utf-8")
    with SmtpServer(mailbox) as server:
        for name, value in {
            "SECRET": "0123456789abcdef" * 2,
            "DATABASE_URL": "sqlite:///news.sqlite3",
            "SMTP_URL": f"smtp://127.0.0.1:{server.port}",
            "MAIL_FROM": "digest@news.example.org",
            "BASE_URL": "https://news.example.org",
        }.items():
            monkeypatch.setenv(f"NEWSLETTER_{name}", value)
        newsletter("migrate")
        newsletter("subscribers", "import", "readers.csv")
        outcome = newsletter(
            "run", "--date", DATE, "--documents", recordings / "pages", "--mode", mode, "--json"
        )
    assert outcome.status == 0, outcome.err
    for name in ("damaged_cs.LG", "cs.AI_new_2026-06-02", "list_cs.CV_new_2026-05-01"):
        assert name in outcome.err
    final = {row["reader"]: row["state"] for row in outcome.rows if "reader" in row}
    assert {"seed@example.org", "other@example.org"} == set(final)
    assert final["seed@example.org"] == "accepted"
    mail = next(m for m in mailbox.newest_first() if m.envelope_to == ("seed@example.org",))
    part = message_from_bytes(mail.content, policy=policy.SMTP).get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def _ids(text: str) -> list[str]:
    return re.findall(r"https://arxiv\.org/abs/(\S+)", text)


def _seed(shared: Path) -> list[dict[str, str]]:
    rows: list[dict[str, str]] = json.loads((shared / "seed" / "papers.json").read_bytes())
    return rows


def test_seed_mode_gives_the_sample_issue(
    newsletter: Command,
    shared: Path,
    recordings: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Exactly its 65 + 2 entries, in its order, with 66 papers counted."""
    text = _run(newsletter, recordings, monkeypatch, "seed")
    expected = [row["abs"].rpartition("/")[2] for row in _seed(shared)]
    assert expected == _ids(text)
    assert "66 篇论文命中 2 个关键词；本刊未配置语言模型，论文以英文原文呈现。" in text
    assert "reinforcement learning（65 篇）" in text
    assert "diffusion policy（2 篇）" in text
    assert "2026 年 5 月 29 日 08:00（北京时间）公布" in text


def test_the_text_part_has_everything_that_the_sample_issue_has(
    newsletter: Command,
    shared: Path,
    recordings: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Titles, authors, subjects, links and abstracts; without its doubled label."""
    text = _run(newsletter, recordings, monkeypatch, "seed")
    flat = " ".join(text.split())
    missing = [
        (row["abs"], name)
        for row in _seed(shared)
        for name, value in (
            ("authors", row["authors"]),
            ("subjects", row["subj"].removeprefix("Subjects:\n")),
            ("pdf", row["pdf"]),
            ("abstract", row["abstract"][:20]),
        )
        if "\\" not in value and "$" not in value and " ".join(value.split()) not in flat
    ]
    assert missing == []
    assert "Subjects: Subjects:" not in text


def test_the_default_mode_finds_what_the_sample_missed(
    newsletter: Command,
    shared: Path,
    recordings: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A superset with the title-only and the hyphenated papers, each paper once."""
    ids = _ids(_run(newsletter, recordings, monkeypatch, "default"))
    assert len(set(ids)) == len(ids)
    assert {row["abs"].rpartition("/")[2] for row in _seed(shared)} <= set(ids)
    assert set(ids) >= TITLE_ONLY | HYPHENATED


@pytest.mark.parametrize("folder", ["rss", "atom", "listing", "pages", "generated"])
def test_parse_reads_every_recorded_document(
    newsletter: Command,
    recordings: Path,
    folder: str,
) -> None:
    """Each ends in JSON lines, as many papers as its header states, or in a named error."""
    for path in sorted((recordings / folder).iterdir()):
        if path.suffix not in {".xml", ".html"}:
            continue
        outcome = newsletter("parse", path, "--json")
        if not outcome.rows:
            assert path.name in outcome.err
            assert "error" in path.name
            continue
        header, *papers = outcome.rows
        assert sum(header["parsed"].values()) == len(papers)
        if outcome.status == 0:
            assert header["expected"] == header["parsed"], path.name
