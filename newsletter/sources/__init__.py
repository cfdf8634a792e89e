"""Where announcements come from: arXiv's listing pages and feeds, live or recorded.

    bytes ─ detect.parse_document ─┬─ listing.read_page ─ page.judge ─┐
                                   └─ feed.parse_feed ────────────────┴─ papers.Announcement

    ListingSource, CatchupSource   listing_source   arxiv.org, whole archives, as soon as announced
    FeedSource                     feed_source      rss.arxiv.org, four hours later: the check
    DocumentSource                 documents        a folder of recorded documents

Live sources ask through `http.Fetcher`, which keeps arXiv's pace, limits and error classes.
Everything between bytes and `Announcement` is pure. The rules come from arXiv's own templates
(arxiv-browse 26f634fb) and feeds; each module names those that it relies on.
"""
