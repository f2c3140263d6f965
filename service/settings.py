"""All settings: environment variables with the prefix WINNOW_, read once at start."""

import difflib
from collections.abc import Mapping
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator

from service.edge.connection_limits import ConnectionDeadlines, ConnectionLimits

PREFIX: Final = "WINNOW_"
SHIPPED_BUNDLE: Final = Path(__file__).resolve().parent.parent / "models" / "shipped"


class SettingsError(Exception):
    """A setting is unknown or wrong; the message is one line that says which and why."""


class Settings(BaseModel):
    """What can be set, with its default and the reason for it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: Annotated[
        str,
        Field(description="Address to listen on; loopback, so that nothing is exposed by chance."),
    ] = "127.0.0.1"
    port: Annotated[
        int, Field(ge=0, le=65535, description="Port to listen on; 0 takes a free one.")
    ] = 8080
    data_dir: Annotated[
        Path, Field(description="Folder of the embedded database; the one folder to back up.")
    ] = Path("./data")
    database_url: Annotated[
        str | None,
        Field(
            description="PostgreSQL as postgresql://user:password@host/name; unset uses SQLite in DATA_DIR."
        ),
    ] = None
    bundle_dir: Annotated[
        Path,
        Field(description="Folder of the classifier; the shipped bundle unless you trained one."),
    ] = SHIPPED_BUNDLE
    api_key: Annotated[
        SecretStr | None,
        Field(
            description="Key of the first site, made at first start; unset makes a random one and prints it."
        ),
    ] = None
    secret_key: Annotated[
        SecretStr | None,
        Field(
            min_length=32,
            description="Seals Akismet keys and webhook secrets; unset keeps one in DATA_DIR/secret.key.",
        ),
    ] = None
    public_url: Annotated[
        str | None,
        Field(description="Where people reach the review desk; unset gives links without a host."),
    ] = None
    private_receivers: Annotated[
        str,
        Field(
            description="Private networks, comma-separated, that webhooks may be sent to; none by default."
        ),
    ] = ""
    keep_held_days: Annotated[
        int, Field(ge=1, description="Days until the text of a comment that nobody reviewed goes.")
    ] = 90
    keep_text_days: Annotated[
        int, Field(ge=1, description="Days until the text of a decided, unlabelled comment goes.")
    ] = 180
    trusted_proxies: Annotated[
        str,
        Field(
            description="Proxies, comma-separated, whose X-Forwarded-For is believed; none by default."
        ),
    ] = ""
    log_level: Annotated[
        Literal["debug", "info", "warning", "error"],
        Field(description="Least level that is logged; info has one line per request."),
    ] = "info"
    start_seconds: Annotated[
        float,
        Field(ge=0, le=3600, description="How long a start waits for a database that is away."),
    ] = 60.0
    queue_size: Annotated[
        int,
        Field(
            ge=1, le=1024, description="Comments that may wait; beyond it we refuse at once (503)."
        ),
    ] = 256
    queue_seconds: Annotated[
        float,
        Field(
            gt=0, le=5, description="Longest wait in the queue before a comment is refused (503)."
        ),
    ] = 0.5
    decide_in: Annotated[
        Literal["process", "thread"],
        Field(
            description="Where comments are decided; a process is quicker under load, a thread saves 90 MB."
        ),
    ] = "process"
    batch_size: Annotated[
        int,
        Field(ge=1, le=256, description="Most comments that are scored and committed together."),
    ] = 64
    audit_share: Annotated[
        float,
        Field(
            ge=0,
            le=1,
            description="Share of automatically decided comments that people are asked about too.",
        ),
    ] = 0.02
    max_body_bytes: Annotated[
        int,
        Field(
            ge=1024, le=262_144, description="Largest body of one comment, counted while reading."
        ),
    ] = 262_144
    max_batch_bytes: Annotated[
        int, Field(ge=1024, le=4_194_304, description="Largest body of a batch.")
    ] = 4_194_304

    max_connections: Annotated[
        int, Field(ge=1, le=10_000, description="Connections that may be open at once.")
    ] = 1_000
    max_connections_per_client: Annotated[
        int,
        Field(
            ge=1,
            le=10_000,
            description="The same for one address (an IPv6 /64); a trusted proxy may hold more.",
        ),
    ] = 50
    head_seconds: Annotated[
        float, Field(gt=0, le=30, description="Longest time for the header fields to arrive.")
    ] = 5.0
    request_seconds: Annotated[
        float, Field(gt=0, le=30, description="Longest time for a whole request to arrive.")
    ] = 10.0
    reply_seconds: Annotated[
        float, Field(gt=0, le=30, description="Longest time for a reply to be taken.")
    ] = 10.0
    idle_seconds: Annotated[
        float, Field(gt=0, le=30, description="Longest rest between two requests.")
    ] = 15.0
    key_rate: Annotated[
        float,
        Field(
            gt=0,
            le=1_000,
            description="Requests a second that one key may make for long, on each replica (429).",
        ),
    ] = 50.0
    key_burst: Annotated[
        int, Field(ge=1, le=5_000, description="Requests that one key may make at once.")
    ] = 200

    @property
    def connection_deadlines(self) -> ConnectionDeadlines:
        """How long a client may keep us waiting."""
        return ConnectionDeadlines(
            self.head_seconds, self.request_seconds, self.reply_seconds, self.idle_seconds
        )

    @property
    def connection_limits(self) -> ConnectionLimits:
        """How many connections there may be; no request is larger than twice the largest body."""
        return ConnectionLimits(
            connections=self.max_connections,
            per_client=self.max_connections_per_client,
            trusted_proxies=tuple(
                ip_network(part.strip(), strict=False)
                for part in self.trusted_proxies.split(",")
                if part.strip()
            ),
            request_bytes=2 * self.max_batch_bytes,
        )

    @field_validator("trusted_proxies", "private_receivers")
    @classmethod
    def _networks(cls, value: str) -> str:
        for part in filter(None, (p.strip() for p in value.split(","))):
            ip_network(part, strict=False)
        return value

    @field_validator("database_url")
    @classmethod
    def _postgresql(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith(("postgresql://", "postgresql+psycopg://")):
            raise ValueError("must start with postgresql://")
        return value

    def receiver_networks(self) -> tuple[IPv4Network | IPv6Network, ...]:
        """Return the private networks that webhooks may be sent to."""
        parts = filter(None, (part.strip() for part in self.private_receivers.split(",")))
        return tuple(ip_network(part, strict=False) for part in parts)

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> "Settings":
        """Read the settings; raises `SettingsError` with one line for the first wrong one.

        An empty variable counts as unset, for compose files can't leave one out.
        """
        given = {
            name.removeprefix(PREFIX).lower(): value
            for name, value in environ.items()
            if value and name.startswith(PREFIX) and not name.startswith(f"{PREFIX}TEST_")
        }
        for name in sorted(given.keys() - cls.model_fields.keys()):
            close = difflib.get_close_matches(name, cls.model_fields, n=1)
            hint = f"; did you mean {PREFIX}{close[0].upper()}?" if close else ""
            raise SettingsError(f"{PREFIX}{name.upper()} is not a setting{hint}")
        try:
            return cls.model_validate(given)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            name = str(first["loc"][0]).upper()
            raise SettingsError(f"{PREFIX}{name}: {first['msg']}") from None
