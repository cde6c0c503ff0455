"""Whether a request is Slack's. Pure but for reading the body."""

import hashlib
import hmac

from starlette.requests import Request

_STALE_SECONDS = 300
"""Slack's own limit: an older request may be a replay."""
_STAMP_DIGITS = 12
_LARGEST_BODY = 1_000_000


def verified(secret: str, timestamp: str, signature: str, body: bytes, now: float) -> bool:
    """Whether Slack signed this body within five minutes of `now` (Unix seconds). Never raises.

    Source: https://api.slack.com/authentication/verifying-requests-from-slack
    """
    if not secret or not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= _STAMP_DIGITS):
        return False
    if abs(now - int(timestamp)) > _STALE_SECONDS:
        return False
    expected = "v0=" + hmac.new(secret.encode(), b"v0:" + timestamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected.encode(), signature.encode("utf8", "surrogatepass"))


async def verified_body(request: Request, secret: str, now: float) -> bytes | None:
    """The raw body of a request of Slack's; None for anybody else's, and for one larger than anything Slack sends."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LARGEST_BODY:
            return None
    headers = request.headers
    good = verified(secret, headers.get("x-slack-request-timestamp", ""), headers.get("x-slack-signature", ""), body, now)
    return body if good else None
