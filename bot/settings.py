"""Settings: the only file that reads the environment. Every one has a default that works with no network, no key and no account."""

from pathlib import Path

from platformdirs import user_data_path
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.errors import SettingsInvalid


class Settings(BaseSettings):
    """Read from `TRADECRAFT_*` variables and from `.env` in the working directory."""

    model_config = SettingsConfigDict(env_prefix="TRADECRAFT_", env_file=".env", env_file_encoding="utf-8", extra="ignore", frozen=True)

    data_dir: Path = Field(default_factory=lambda: user_data_path("tradecraft", appauthor=False))
    database_url: str = ""
    """Empty: SQLite in the data directory. `postgresql+psycopg://user:password@host/name` for Postgres."""
    chroma_url: str = ""
    """Empty: one embedded Chroma directory per zone. `http://127.0.0.1:8000` for a Chroma server on this machine that several workers share."""
    master_key_file: Path | None = None
    """Default: `master.key` in the data directory. Keep a copy apart from the backups."""
    vocabulary: Path | None = None

    host: str = "127.0.0.1"
    port: int = 8080
    public_url: str = "http://127.0.0.1:8080"
    """Where the outside reaches us. Twilio's signature is checked against this, never against the Host header."""

    api_requests_per_minute: int = Field(default=60, ge=1)
    """How often one member of staff may ask the HTTP API, over all their tokens."""

    slack_bot_token: SecretStr | None = None
    slack_app_token: SecretStr | None = None
    """`xapp-...`: with it Socket Mode is used and no public URL is needed."""
    slack_signing_secret: SecretStr | None = None
    slack_client_id: str = ""
    slack_client_secret: SecretStr | None = None
    """With id and secret the app is installed by a link, `/slack/install`, in one workspace or several."""
    slack_teams: str = ""
    """Ids of the workspaces in which it may be installed, separated by commas; empty: the first that installs it is the only one."""
    slack_api_url: str = "https://slack.com/api/"

    twilio_account_sid: str = ""
    twilio_auth_token: SecretStr | None = None
    twilio_auth_token_secondary: SecretStr | None = None
    """The other live token while you rotate; webhooks signed with either are accepted."""
    twilio_api_url: str = "https://api.twilio.com"
    keep_media: bool = False
    """Whether files that come with messages are fetched and kept, sealed. Off: a placeholder says what there was."""

    anthropic_api_key: SecretStr | None = None
    anthropic_model: str = "claude-haiku-5-5"
    anthropic_api_url: str = "https://api.anthropic.com"
    anthropic_seconds: float = Field(default=15.0, gt=0, le=17)
    """How long the model may take, with repetitions. What is done before it is asked takes up to 3 more, and nobody waits longer than 20."""

    learn_with_model: bool = False
    """Whether the language model also labels what is learnt from, pseudonymised and one conversation at a time. Needs a key; costs what it is asked."""

    contributors_needed: int = 5
    """How many different staff members must stand behind a pattern before anybody sees it. Below 3 is refused."""
    customers_needed: int = 10
    changes_needed: int = Field(default=3, ge=1)
    """How many people must have changed a pattern before it is released again within a week; what is taken back goes at once. 1 releases every change."""
    half_life_days: float = 180.0
    outcome_epsilon: float | None = Field(default=None, ge=0.5, le=10)
    """Differential privacy of outcomes, by randomised response: the budget of each case. None counts them as they were."""
    held_out_share: float = Field(default=0.05, ge=0, le=0.5)
    """Of the unasked cards of people who contribute: not shown, so that it can be told whether cards help. 0 opts out. Who asks is always answered."""

    @field_validator("contributors_needed")
    @classmethod
    def _enough_contributors(cls, value: int) -> int:
        if value < 3:  # noqa: PLR2004 - product decision
            msg = "must be at least 3: below that a pattern could point at one person"
            raise ValueError(msg)
        return value

    @field_validator("public_url", "slack_api_url", "twilio_api_url", "anthropic_api_url")
    @classmethod
    def _is_http_url(cls, value: str) -> str:
        if not value.startswith(("http://", "https://")):
            msg = "must start with https:// (or http:// for a local test)"
            raise ValueError(msg)
        return value

    @property
    def database(self) -> str:
        """The SQLAlchemy URL in force."""
        return self.database_url or f"sqlite:///{self.data_dir / 'tradecraft.db'}"

    @property
    def master_key(self) -> Path:
        """The master key file in force."""
        return self.master_key_file or self.data_dir / "master.key"

    @property
    def slack_configured(self) -> bool:
        """Whether a Slack app can be built: a bot token or installations by a link, and either Socket Mode or a signing secret."""
        known = self.slack_bot_token is not None or self.slack_installable
        return known and (self.slack_app_token is not None or self.slack_signing_secret is not None)

    @property
    def slack_installable(self) -> bool:
        """Whether the app can be installed by a link."""
        return bool(self.slack_client_id) and self.slack_client_secret is not None

    @property
    def twilio_configured(self) -> bool:
        """Whether Twilio's webhooks can be verified."""
        return self.twilio_auth_token is not None


def as_environment(chosen: Settings) -> dict[str, str]:
    """What leads another process of ours to the same data."""
    values = {"DATABASE_URL": chosen.database_url, "CHROMA_URL": chosen.chroma_url, "MASTER_KEY_FILE": chosen.master_key, "VOCABULARY": chosen.vocabulary}
    return {f"TRADECRAFT_{name}": str(value) for name, value in values.items() if value}


def load(**overrides: object) -> Settings:
    """The settings in force; `overrides` (from the command line) win over the environment. Raises SettingsInvalid."""
    try:
        return Settings(**{name: value for name, value in overrides.items() if value is not None})  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors()[0]
        name = "_".join(str(part) for part in first["loc"]).upper()
        msg = f"TRADECRAFT_{name} {first['msg'].removeprefix('Value error, ')}: correct it in the environment or in .env."
        raise SettingsInvalid(msg) from error
