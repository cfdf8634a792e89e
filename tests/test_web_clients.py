"""Whose request it is: the last address that a trusted proxy vouches for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.web.clients import client_address

PROXIES = frozenset({"127.0.0.1", " 10.0.0.1", "::1"})


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        ("203.0.113.9", [], "203.0.113.9"),
        ("203.0.113.9", ["198.51.100.1"], "203.0.113.9"),
        ("127.0.0.1", [], "127.0.0.1"),
        ("127.0.0.1", ["198.51.100.1"], "198.51.100.1"),
        ("127.0.0.1", ["1.1.1.1, 198.51.100.1"], "198.51.100.1"),
        ("127.0.0.1", ["1.1.1.1", "198.51.100.1"], "198.51.100.1"),
        ("127.0.0.1", ["198.51.100.1, 10.0.0.1"], "198.51.100.1"),
        ("127.0.0.1", ["10.0.0.1"], "10.0.0.1"),
        ("127.0.0.1", ["198.51.100.1, nonsense"], "127.0.0.1"),
        ("127.0.0.1", ["198.51.100.1, nonsense, 10.0.0.1"], "10.0.0.1"),
        ("127.0.0.1", [""], "127.0.0.1"),
        ("::ffff:127.0.0.1", ["198.51.100.1"], "198.51.100.1"),
        ("127.0.0.1", ["::ffff:198.51.100.1"], "198.51.100.1"),
        ("2001:db8:1:2:3:4:5:6", [], "2001:db8:1:2::/64"),
        ("::1", ["2001:db8:1:2:ffff::"], "2001:db8:1:2::/64"),
        ("fe80::1%eth0", [], "fe80::/64"),
        ("testclient", ["198.51.100.1"], "testclient"),
        ("", ["198.51.100.1"], ""),
    ],
)
def test_a_client_is_known_by_its_address(peer: str, forwarded: list[str], expected: str) -> None:
    """Entries count from the end, and only behind a trusted proxy."""
    assert expected == client_address(peer, forwarded, PROXIES)


@given(st.lists(st.text()), st.ip_addresses(v=4))
def test_nobody_chooses_their_address(claims: list[str], address: object) -> None:
    """Whatever a client writes into the header, the proxy's own entry decides."""
    forwarded = [",".join([*claims, str(address)])]

    found = client_address("127.0.0.1", forwarded, frozenset({"127.0.0.1"}))

    assert str(address) == found or str(address) == "127.0.0.1"
