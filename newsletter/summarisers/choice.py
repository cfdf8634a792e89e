"""Build the summariser that the settings describe.

NEWSLETTER_MODEL_… ─► Endpoint ┐
NEWSLETTER_FALLBACK_MODEL_… ─► Endpoint ┴─► ChatSummariser   (no address: EnglishSummariser)
"""

from pathlib import Path

from newsletter.errors import SettingsError
from newsletter.fidelity.glossary import Glossary, built_in
from newsletter.ports import Summariser
from newsletter.settings import PREFIX, Settings
from newsletter.spending import Prices, parse_prices
from newsletter.summarisers.english import EnglishSummariser

MODEL, FALLBACK = "model", "fallback_model"
"""What the settings of the first and of the second endpoint begin with."""


def open_summariser(settings: Settings) -> Summariser:
    """Return the models' summariser, or the English one where no model is set.

    Raises `SettingsError` naming what is wrong or missing. Nothing is connected yet.
    """
    if not settings.model_url:
        return EnglishSummariser()
    # The SDK costs a second of start-up, which an installation without a model saves.
    from newsletter.summarisers.chat import ChatSummariser  # noqa: PLC0415 - a second of start-up
    from newsletter.summarisers.opening import open_endpoint  # noqa: PLC0415 - the same second

    places = [MODEL, *([FALLBACK] if settings.fallback_model_url else [])]
    return ChatSummariser(
        [open_endpoint(settings, place) for place in places],
        glossary=open_glossary(settings),
        spacing=settings.han_spacing,
    )


def open_glossary(settings: Settings) -> Glossary:
    """Return the built-in terms and the operator's; `SettingsError` names a line that is wrong."""
    if not settings.glossary:
        return built_in()
    return built_in().with_rows(Path(settings.glossary))


def prices_of(settings: Settings, place: str) -> Prices | None:
    """Return the prices of the endpoint whose settings begin with `place`."""
    try:
        return parse_prices(getattr(settings, f"{place}_price"))
    except ValueError as error:
        raise SettingsError(f"{PREFIX}{place.upper()}_PRICE", str(error)) from error
