"""Bodies that a server packed with gzip, unpacked piece by piece, so that a limit is seen in time.

httpx would inflate all that it has at once: 64 KB of gzip, as a server may send them, become 64 MB.
"""

import zlib
from collections.abc import Iterable, Iterator

from newsletter.errors import DocumentTooLarge, SourceUnavailable

_GZIP = 16  # zlib's manual, inflateInit2: added to the window's size
_PACKING = 64 * 1024
"""Bytes that gzip may add to what it cannot compress: five a block of 64 KB, and its header."""
_PIECE = 1024 * 1024
_MOST_MEMBERS = 1_000


def inflated(chunks: Iterable[bytes], limit: int, url: str) -> Iterator[bytes]:
    """Yield what a gzip file holds, in pieces of a megabyte at most; `url` is for errors.

    It may have several members (RFC 1952, 2.2) and zeros behind them, as gzip(1) allows. The caller
    counts what comes out against `limit`, in bytes; what goes in is counted here, because nothing
    within the limit gets much longer by packing. Raises `DocumentTooLarge`, and
    `SourceUnavailable` for a body that is broken or cut off.
    """
    inflater, members, taken = _inflater(), 1, 0
    for chunk in chunks:
        rest, taken = chunk, taken + len(chunk)
        if taken > limit + _PACKING:
            raise DocumentTooLarge(url, limit)
        while rest := rest.lstrip(b"\x00") if inflater.eof else rest:
            if inflater.eof:
                inflater, members = _inflater(), members + 1
            if members > _MOST_MEMBERS:
                raise SourceUnavailable(url, "the compressed body has too many members")
            yield from _pieces(inflater, rest, url)
            rest = inflater.unused_data
    if not inflater.eof:
        raise SourceUnavailable(url, "the compressed body is cut off")


def _inflater() -> "zlib._Decompress":
    return zlib.decompressobj(zlib.MAX_WBITS | _GZIP)


def _pieces(inflater: "zlib._Decompress", packed: bytes, url: str) -> Iterator[bytes]:
    """Yield all that `packed` makes, up to the end of its member, a piece at a time."""
    while packed:
        try:
            piece = inflater.decompress(packed, _PIECE)
        except zlib.error as error:
            what = f"the compressed body is broken ({error})"
            raise SourceUnavailable(url, what) from error
        yield piece
        packed = inflater.unconsumed_tail  # a member's checksum is behind all that it makes
