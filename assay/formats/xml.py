"""XML without DTDs, entities or anything outside the file. Written by hand, escaped."""

from __future__ import annotations

from typing import BinaryIO
from xml.etree.ElementTree import Element, ParseError
from xml.sax.saxutils import escape

from assay.errors import Invalid, Malformed, TooLarge, Unsupported

MAX_XML_BYTES = 16 << 20
_MAX_DEPTH = 64


def read_xml(stream: BinaryIO, where: str) -> Element:
    """The root element of one small document.

    Raises ``Invalid`` (``xml.dtd_refused``) for a DOCTYPE, entities and references outside the file;
    ``Malformed`` (``format.invalid``) for what is not XML or nests too deep; ``TooLarge`` beyond
    ``MAX_XML_BYTES``.
    """
    # In the server extra only: the SDK and the command line write XML and never read it.
    try:
        from defusedxml import DefusedXmlException
        from defusedxml.ElementTree import fromstring
    except ImportError:
        raise Unsupported(
            "extra.missing", "reading XML needs the extra: pip install 'assay[server]'"
        ) from None

    data = stream.read(MAX_XML_BYTES + 1)
    if len(data) > MAX_XML_BYTES:
        raise TooLarge("limit.exceeded", f"{ascii(where)[:200]} is too large", limit=MAX_XML_BYTES)
    try:
        root: Element = fromstring(data, forbid_dtd=True, forbid_entities=True, forbid_external=True)
    except DefusedXmlException:
        raise Invalid(
            "xml.dtd_refused", f"{ascii(where)[:200]} declares a document type or an entity"
        ) from None
    except (ParseError, ValueError, LookupError) as error:
        raise Malformed("format.invalid", f"{ascii(where)[:200]} is not XML: {error}") from None
    _check_tree(root, where)
    return root


def leaf(tag: str, text: str, indent: int) -> str:
    """One line with an element that holds only text."""
    return f"{'  ' * indent}<{tag}>{escape(text)}</{tag}>\n"


def child_text(parent: Element, path: str) -> str | None:
    """The text of the first element at ``path``, stripped; ``None`` when it is not there or empty."""
    text = parent.findtext(path)
    return text.strip() or None if text is not None else None


def _check_tree(root: Element, where: str) -> None:
    level = [root]
    for _ in range(_MAX_DEPTH):
        if any("XInclude" in str(element.tag) for element in level):
            raise Invalid("xml.dtd_refused", f"{ascii(where)[:200]} includes another file")
        level = [child for element in level for child in element]
        if not level:
            return
    raise Malformed(
        "format.invalid", f"{ascii(where)[:200]} nests more than {_MAX_DEPTH} levels", limit=_MAX_DEPTH
    )
