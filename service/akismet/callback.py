"""The plugin's own webhook: an address that a call names, and that we believe within limits."""

from urllib.parse import urlsplit

from service.outgoing.policy import OutgoingError, OutgoingPolicy


def trusted_callback(callback: str | None, blog: str | None, policy: OutgoingPolicy) -> str | None:
    """Return the callback when it is on the blog's own host, else None.

    Whether that host's address may be called is checked at each call, when it is known.
    """
    if callback is None or blog is None or len(callback) > 2048:
        return None
    try:
        asked, own = urlsplit(callback), urlsplit(blog)
        policy.check_url(callback)
    except (ValueError, OutgoingError):
        return None
    same = asked.hostname is not None and asked.hostname == own.hostname
    return callback if same else None
