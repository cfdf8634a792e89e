"""Read a mail for the web inbox. Its content is hostile: nothing here may raise on any bytes."""

from dataclasses import dataclass
from email import message_from_bytes, policy
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message

# compat32 hands out headers as they stand; the newer policies parse them, and raise on some.
_POLICY = policy.compat32


@dataclass(frozen=True, slots=True)
class MailView:
    """What the inbox shows of a mail; `html` and `text` are empty where there is no such part."""

    subject: str
    sender: str
    recipient: str
    headers: tuple[tuple[str, str], ...]
    """Names and values as they came, folded lines included."""
    text: str
    html: str


def read_mail(content: bytes) -> MailView:
    """Return the first text part, the first HTML part and the headers of `content`."""
    message = message_from_bytes(content, policy=_POLICY)
    return MailView(
        subject=_words(message, "Subject"),
        sender=_words(message, "From"),
        recipient=_words(message, "To"),
        headers=tuple((name, str(value)) for name, value in message.items()),
        text=_part(message, "text/plain").replace("\r\n", "\n"),
        html=_part(message, "text/html"),
    )


def _words(message: Message, name: str) -> str:
    """Return a header with its encoded words decoded, or as it stands if they are damaged."""
    raw = str(message.get(name, ""))
    try:
        chunks = decode_header(raw)
    except (HeaderParseError, ValueError):
        return raw
    decoded = (
        _decoded(chunk, charset or "ascii") if isinstance(chunk, bytes) else chunk
        for chunk, charset in chunks
    )
    return " ".join("".join(decoded).split())


def _part(message: Message, content_type: str) -> str:
    for part in message.walk():
        if part.get_content_type() == content_type:
            payload = part.get_payload(decode=True)
            if isinstance(payload, bytes):
                return _decoded(payload, _charset(part))
    return ""


def _charset(part: Message) -> str:
    try:
        return part.get_content_charset() or "utf-8"
    except ValueError:  # a NUL in the name of the charset
        return "utf-8"


def _decoded(raw: bytes, charset: str) -> str:
    try:
        text = raw.decode(charset, "replace")
    except (LookupError, ValueError):  # no such charset, or one that is no text encoding
        text = raw.decode("utf-8", "replace")
    # UTF-7 can spell half a surrogate pair, which no page can be encoded with.
    return text.encode("utf-8", "replace").decode()
