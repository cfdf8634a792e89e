"""Mails as wire bytes, from a header and two rendered parts."""

from newsletter.messages.message import Header, digest_message, message_id, notice_message

__all__ = ["Header", "digest_message", "message_id", "notice_message"]
