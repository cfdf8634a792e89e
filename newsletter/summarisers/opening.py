"""One endpoint from its settings; apart, because this imports the SDK."""

from newsletter.errors import SettingsError
from newsletter.settings import PREFIX, Settings
from newsletter.summarisers.choice import prices_of
from newsletter.summarisers.client import connector
from newsletter.summarisers.exchange import Endpoint
from newsletter.summarisers.limits import Throttle
from newsletter.summarisers.profiles import profile_for


def open_endpoint(settings: Settings, place: str) -> Endpoint:
    """Return the endpoint whose settings begin with `place`; nothing is connected yet.

    Raises `SettingsError` where the model's name is missing or the profile is unknown.
    """
    url: str = getattr(settings, f"{place}_url")
    name: str = getattr(settings, f"{place}_name")
    if not name:
        raise SettingsError(f"{PREFIX}{place.upper()}_NAME", "needs the model's name")
    connect = connector(
        url,
        getattr(settings, f"{place}_api_key").get_secret_value(),
        timeout=settings.model_seconds,
        concurrency=settings.model_concurrency,
    )
    return Endpoint(
        connect,
        name,
        profile_for(
            getattr(settings, f"{place}_profile"),
            url,
            setting=f"{PREFIX}{place.upper()}_PROFILE",
        ),
        time_limit=settings.model_seconds,
        extra_body=getattr(settings, f"{place}_request") or None,
        prices=prices_of(settings, place),
        throttle=Throttle(
            settings.model_concurrency,
            requests_per_minute=settings.model_requests_per_minute,
            tokens_per_minute=settings.model_tokens_per_minute,
        ),
    )
