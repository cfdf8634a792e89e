"""A damaged listing page and where it came from, for the tests of what is kept of such pages."""

from sources_samples import listing, samples, section

HALF = "New submissions (showing 2 of 2 entries)"
SHORT = listing(section(HALF, samples(1)), total=2).encode()
"""It states two entries and holds one."""
ORIGIN = "https://arxiv.org/list/cs.LG/new"
