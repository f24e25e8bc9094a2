"""The address policy: every spelling of a forbidden address, and what an operator may open."""

from urllib.parse import urlsplit

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.egress.policy import Policy, Target, may_ask, read_literal, read_target
from assay.errors import AssayError, Invalid

PUBLIC = Policy()


def refusal(url: str, policy: Policy = PUBLIC) -> str:
    with pytest.raises(Invalid) as caught:
        policy.check_url(url, "/url")
    assert caught.value.pointer == "/url"
    return caught.value.code


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd", "FILE:///etc/passwd", " file:///etc/passwd", "fi\tle:///etc/passwd",
        "\x00file:///x",
        "gopher://example.com/", "ftp://example.com/", "data:text/plain,x", "dict://example.com:11211/",
        "ldap://example.com/", "jar:https://example.com!/", "javascript:alert(1)", "netdoc:///etc/passwd",
        "php://input", "unix:///var/run/x.sock", "sftp://example.com/", "tftp://example.com/",
        "smb://host/share",
        "ws://example.com/", "http://example.com/", "s3://bucket/key", "asset:sha256:00",
    ],
)  # fmt: skip
def test_a01_schemes(url: str) -> None:
    assert refusal(url) == "url.scheme_refused"


LITERALS = [
    "127.0.0.1", "127.255.255.254", "0.0.0.0", "169.254.169.254", "169.254.0.1", "10.0.0.1", "10.255.255.255",
    "172.16.0.1", "172.31.255.255", "192.168.1.1", "100.64.0.1", "100.100.100.200", "192.0.0.192",
    "198.18.0.1",
    "168.63.129.16", "192.0.2.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "[::1]", "[::]", "[fe80::1]",
    "[fd00:ec2::254]", "[fc00::1]", "[ff02::1]", "[::ffff:127.0.0.1]", "[::ffff:a9fe:a9fe]", "[::127.0.0.1]",
    "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[2001::1]", "[2001:db8::1]", "[0:0:0:0:0:ffff:10.0.0.1]",
    "localhost", "LOCALHOST", "a.localhost", "localhost.",
]  # fmt: skip


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("host", LITERALS)
def test_a02_literal_addresses(scheme: str, host: str) -> None:
    assert refusal(f"{scheme}://{host}/latest/meta-data") == "url.address_refused"


@pytest.mark.parametrize(
    "host",
    [
        "2130706433", "0x7f.1", "017700000001", "127.1", "127.0.1", "0177.0.0.1", "0x7f000001", "0X7F.0.0.1",
        "①②⑦.0.0.1", "１２７.0.0.1", "127。0。0。1",
        "127.0.0.1.", "127.0.0.01", "256.256.256.256", "1.2.3.4.5",
        "08.8.8.8", "0x08080808", "134744072", "8.8.8.8.", "example.1", "4294967296", "0x",
    ],
)  # fmt: skip
def test_a03_numeric_spellings(host: str) -> None:
    assert refusal(f"https://{host}/") == "url.address_refused"


@pytest.mark.parametrize(
    "url",
    [
        "https://user@example.com/", "https://user:secret@example.com/", "https://example.com\\@127.0.0.1/",
        "https://example.com:0/", "https://example.com:99999/", "https://example.com:٤٤٣/", "https://",
        "https:///path", "https:example.com", "https://[::1/", "https://[fe80::1%25eth0]/",
        "https://exa mple.com/",
        "https://example..com/", "https://-example.com/", "https://example.com/\r\nHost: x", "//example.com/",
        "example.com", "https://[::ffff:1.2.3]/", "https://ex%61mple.com/", "https://example.com../",
        "https://" + "a" * 64 + ".com/", "https://xn--a.com\x7f/", " https://example.com/",
    ],
)  # fmt: skip
def test_odd_spellings_are_invalid(url: str) -> None:
    assert refusal(url) == "url.invalid"


def test_a_public_address_is_taken_apart() -> None:
    target = PUBLIC.check_url("HTTPS://Data.Example.COM.:8443/a b/ü?q=%20é#part".replace(" ", "%20"))
    assert target == Target(
        scheme="https", host="data.example.com", port=8443, resource="/a%20b/%C3%BC?q=%20%C3%A9"
    )
    assert target.origin == "https://data.example.com:8443"
    assert PUBLIC.check_url("https://[2606:4700::1111]").url == "https://[2606:4700::1111]/"
    assert PUBLIC.check_url("https://bücher.example/").host == "xn--bcher-kva.example"
    assert PUBLIC.check_url("https://8.8.8.8/").host == "8.8.8.8"


@pytest.mark.parametrize("port", [22, 25, 6379, 5432, 11211])
def test_a02_ports_of_other_protocols(port: int) -> None:
    assert refusal(f"https://example.com:{port}/") == "url.address_refused"


def test_a08_our_own_host_is_refused_even_when_opened() -> None:
    policy = Policy(private_hosts=frozenset({"assay.example"}), own_hosts=frozenset({"assay.example"}))
    assert refusal("https://assay.example/v1/me", policy) == "url.address_refused"


def test_an_operator_opens_private_addresses_by_name() -> None:
    policy = Policy(private_hosts=frozenset({"minio.internal:9000", "10.1.2.3", "localhost"}))
    assert policy.check_url("http://minio.internal:9000/x").port == 9000
    assert policy.check_url("http://10.1.2.3/x").host == "10.1.2.3"
    assert policy.check_url("http://localhost:5000/x").port == 5000
    assert refusal("http://minio.internal:9001/x", policy) == "url.scheme_refused"
    assert refusal("http://10.1.2.4/x", policy) == "url.address_refused"
    assert [str(a) for a in policy.check_addresses("minio.internal", 9000, ["10.0.0.9"])] == ["10.0.0.9"]


def test_an_opened_name_never_reaches_metadata() -> None:
    policy = Policy(private_hosts=frozenset({"minio.internal", "169.254.169.254"}))
    for address in (
        "169.254.169.254",
        "fe80::1",
        "fd00:ec2::254",
        "0.0.0.0",
        "224.0.0.1",
        "::ffff:169.254.169.254",
    ):
        with pytest.raises(Invalid) as caught:
            policy.check_addresses("minio.internal", 443, [address])
        assert caught.value.code == "url.address_refused"
    assert refusal("http://169.254.169.254/", policy) == "url.address_refused"


def test_a04_one_private_answer_refuses_the_name() -> None:
    with pytest.raises(Invalid) as caught:
        PUBLIC.check_addresses("priv.test", 443, ["93.184.216.34", "127.0.0.1"])
    assert caught.value.code == "url.address_refused"
    assert "127.0.0.1" not in str(caught.value)
    with pytest.raises(AssayError) as caught_none:
        PUBLIC.check_addresses("none.test", 443, [])
    assert caught_none.value.code == "url.unreachable"


def test_nat64_carries_public_addresses() -> None:
    public, private = read_literal("64:ff9b::808:808"), read_literal("64:ff9b::a00:1")
    assert public is not None
    assert private is not None
    assert may_ask(public)
    assert not may_ask(private)
    assert may_ask(private, opened=True)


def test_an_error_shows_no_query() -> None:
    with pytest.raises(Invalid) as caught:
        PUBLIC.check_url("https://127.0.0.1/x?X-Amz-Signature=canary")
    assert "canary" not in str(caught.value)
    assert read_target("https://example.com/x?sig=canary").origin == "https://example.com"


PIECES = [
    "https",
    "HTTP",
    "://",
    ":",
    "/",
    "//",
    "\\",
    "@",
    "?",
    "#",
    ".",
    "..",
    "[",
    "]",
    "::1",
    "127.0.0.1",
    "0x7f",
    "example",
    "com",
    "localhost",
    "%2e",
    "%00",
    "①",
    "。",
    "ü",
    "xn--",
    "-",
    "_",
    " ",
    "\t",
    "443",
    "65536",
    "a",
]


@given(st.lists(st.sampled_from(PIECES), max_size=10).map("".join), st.booleans())
def test_no_other_parser_sees_another_host(rest: str, whole: bool) -> None:
    """Whatever is accepted reads the same again, and the same to the parsers of others."""
    try:
        target = PUBLIC.check_url(f"https://{rest}" if whole else rest)
    except Invalid:
        return
    assert PUBLIC.check_url(target.url) == target
    assert urlsplit(target.url).hostname == target.host
    assert httpx.URL(target.url).raw_host.decode() == target.host
    literal = read_literal(target.host)
    assert literal is None or may_ask(literal)
