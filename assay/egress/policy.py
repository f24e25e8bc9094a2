"""Which addresses may be asked. Pure: it reads names and numbers and opens nothing.

A URL is taken apart here, once, and every later step uses the parts: there is no second parser to disagree
with. Names must resolve to public addresses only. An operator opens a private address *by name*; link-local,
metadata and multicast addresses stay shut even then.

Sources: the IANA special-purpose address registries; WHATWG URL §3.5 (hosts that end in a number); UTS 46.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote

import idna

from assay.domain.asset import MAX_URL_CHARS, read_scheme
from assay.errors import Invalid

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

DEFAULT_PORTS = {"http": 80, "https": 443}
PUBLIC_PORTS = frozenset({80, 443, 8080, 8443})
"""Where the web is served; other ports speak protocols that a crafted request could be taken for."""


def _networks(*written: str) -> tuple[Network, ...]:
    return tuple(ipaddress.ip_network(network) for network in written)


_OPENABLE = _networks(
    "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "127.0.0.0/8", "::1/128", "fc00::/7"
)
"""Private addresses that an operator may open by name."""

_METADATA = _networks(
    "169.254.0.0/16", "100.100.100.200/32", "168.63.129.16/32", "192.0.0.0/24", "fd00:ec2::/32", "fe80::/10"
)
"""Cloud metadata and the local link: whoever can ask these can take the machine's identity."""

_SHUT_V4 = _networks(
    "0.0.0.0/8", "192.0.2.0/24", "192.52.193.0/24", "192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24",
    "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
)  # fmt: skip
_GLOBAL_V6 = ipaddress.ip_network("2000::/3")
_SHUT_V6 = _networks("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")
_NAT64 = ipaddress.ip_network("64:ff9b::/96")

_URL = re.compile(
    r"(?P<scheme>[A-Za-z]+)://(?P<authority>[^/?#\\]*)(?P<path>[^?#\\]*)(?P<query>\?[^#]*)?(?:#.*)?"
)
_NUMERIC = re.compile(r"[0-9]+|0[xX][0-9A-Fa-f]*")
_DOTTED = re.compile(r"(?:0|[1-9][0-9]{0,2})(?:\.(?:0|[1-9][0-9]{0,2})){3}")
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_\-]{0,61}[a-z0-9_])?")


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """A web address in parts, each in its one canonical spelling.

    ``host`` is a lower-case ASCII name without trailing dot, or an address (IPv6 without brackets);
    ``resource`` is the percent-encoded path and query.
    """

    scheme: str
    host: str
    port: int
    resource: str

    @property
    def origin(self) -> str:
        """Scheme, host and port: all of an address that may stand in an error or a log."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == DEFAULT_PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{host}{port}"

    @property
    def url(self) -> str:
        """The whole address; its query may hold a secret, so it goes into no error."""
        return self.origin + self.resource


@dataclass(frozen=True, kw_only=True, slots=True)
class Policy:
    """``private_hosts`` are names (or ``name:port``) an operator opened; ``own_hosts`` are Assay's own.

    ``ports`` are those a public host may be asked on; an opened host may be asked on any.
    """

    private_hosts: frozenset[str] = frozenset()
    own_hosts: frozenset[str] = frozenset()
    ports: frozenset[int] = PUBLIC_PORTS

    def check_url(self, url: str, pointer: str = "") -> Target:
        """Take ``url`` apart and refuse what can be refused without resolving its name.

        Raises ``Invalid``: ``url.scheme_refused``, ``url.address_refused`` or ``url.invalid``. Plain ``http``
        is for hosts the operator opened: nobody vouches for bytes that came over it.
        """
        target = read_target(url, pointer)
        opened = self.is_opened(target.host, target.port)
        self._check_name(target, opened, pointer)
        if target.scheme != "https" and not opened:
            raise Invalid(
                "url.scheme_refused", "http: is not encrypted; give an https: address", pointer=pointer
            )
        if target.port not in self.ports and not opened:
            raise Invalid("url.address_refused", f"port {target.port} may not be asked", pointer=pointer)
        return target

    def check_addresses(self, host: str, port: int, addresses: Iterable[str]) -> tuple[Address, ...]:
        """The addresses a name resolved to, if every one of them may be asked; none is an error too."""
        opened = self.is_opened(host, port)
        checked = tuple(ipaddress.ip_address(address.partition("%")[0]) for address in addresses)
        if not checked:
            raise Invalid("url.unreachable", f"{host} has no address")
        if any(f"{_bracketed(address)}:{port}" in self.own_hosts for address in checked):
            raise Invalid("url.address_refused", f"{host} is Assay itself")
        if not all(may_ask(address, opened=opened) for address in checked):
            raise Invalid("url.address_refused", f"{host} is not a public address")
        return checked

    def is_opened(self, host: str, port: int) -> bool:
        """Whether the operator listed this host, on this port or on any."""
        return host in self.private_hosts or f"{host}:{port}" in self.private_hosts

    def _check_name(self, target: Target, opened: bool, pointer: str) -> None:
        literal = read_literal(target.host)
        local = target.host == "localhost" or target.host.endswith(".localhost")
        if target.host in self.own_hosts or f"{target.host}:{target.port}" in self.own_hosts:
            raise Invalid("url.address_refused", f"{target.host} is Assay itself", pointer=pointer)
        if (local and not opened) or (literal is not None and not may_ask(literal, opened=opened)):
            raise Invalid("url.address_refused", f"{target.host} is not a public address", pointer=pointer)


def may_ask(address: Address, *, opened: bool = False) -> bool:
    """Whether a connection to ``address`` is allowed; ``opened`` adds the private ranges, never metadata."""
    if isinstance(address, ipaddress.IPv6Address):
        embedded = _embedded(address)
        if embedded is not None:
            return may_ask(embedded, opened=opened)
    if _within(address, _METADATA):
        return False
    if _within(address, _OPENABLE):
        return opened
    if isinstance(address, ipaddress.IPv4Address):
        return not _within(address, _SHUT_V4)
    return address in _GLOBAL_V6 and not _within(address, _SHUT_V6)


def read_target(url: str, pointer: str = "") -> Target:
    """Take a web address apart; raises ``Invalid`` for user names, odd spellings and whatever is not one."""
    scheme = read_scheme(url, pointer)
    found = _URL.fullmatch(url)
    if scheme not in DEFAULT_PORTS:
        raise Invalid("url.scheme_refused", f"{scheme}: is not a web address", pointer=pointer)
    if found is None or len(url) > MAX_URL_CHARS or " " in url:
        raise Invalid(
            "url.invalid", "write a whole web address without blanks or backslashes", pointer=pointer
        )
    if "@" in found["authority"]:
        raise Invalid("url.invalid", "an address holds no user name or password", pointer=pointer)
    host, port = _split_port(found["authority"], DEFAULT_PORTS[scheme], pointer)
    return Target(
        scheme=scheme,
        host=read_host(host, pointer),
        port=port,
        resource=_encode(found["path"] or "/") + _encode(found["query"] or ""),
    )


def read_host(raw: str, pointer: str = "") -> str:
    """A host in its one canonical spelling.

    A host that ends in a number is an IPv4 address to some client library. Only the dotted-decimal spelling
    is one to us; every other (``2130706433``, ``0x7f.1``, ``127.1``, ``0177.0.0.1``) is refused, whatever it
    means.
    """
    if raw.startswith("["):
        return _read_ipv6(raw, pointer)
    try:
        name = raw if raw.isascii() else idna.encode(raw, uts46=True, transitional=False).decode("ascii")
    except (idna.IDNAError, UnicodeError):
        raise Invalid("url.invalid", "the host is not a valid international name", pointer=pointer) from None
    name = name.lower().removesuffix(".")
    labels = name.split(".")
    if _NUMERIC.fullmatch(labels[-1]):
        if raw != name or not _DOTTED.fullmatch(name) or read_literal(name) is None:
            raise Invalid("url.address_refused", "write an address as four decimal numbers", pointer=pointer)
        return name
    if len(name) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        raise Invalid("url.invalid", "the host is not a valid name", pointer=pointer)
    return name


def read_literal(host: str) -> Address | None:
    """The address that ``host`` spells, or None when it is a name."""
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _read_ipv6(raw: str, pointer: str) -> str:
    try:
        if not raw.endswith("]") or "%" in raw:
            raise ValueError
        return str(ipaddress.IPv6Address(raw[1:-1]))
    except ValueError:
        raise Invalid("url.invalid", "the host is not a valid IPv6 address", pointer=pointer) from None


def _split_port(authority: str, default: int, pointer: str) -> tuple[str, int]:
    host, colon, port = authority.rpartition(":")
    if not colon or authority.endswith("]"):
        return authority, default
    if not (port.isascii() and port.isdigit() and len(port) <= 5 and 0 < int(port) < 65_536):
        raise Invalid("url.invalid", "a port is a number from 1 to 65535", pointer=pointer)
    return host, int(port)


def _encode(part: str) -> str:
    try:
        return quote(part, safe="%/:?#[]@!$&'()*+,;=-._~")
    except UnicodeEncodeError:
        raise Invalid("url.invalid", "an address holds whole Unicode characters") from None


def _bracketed(address: Address) -> str:
    return f"[{address}]" if isinstance(address, ipaddress.IPv6Address) else str(address)


def _embedded(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address that the kernel (mapped) or a NAT64 gateway would really connect to."""
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF) if address in _NAT64 else None


def _within(address: Address, networks: Iterable[Network]) -> bool:
    return any(address in network for network in networks)
