"""Promises about what remembered beginnings bring: to the micro-dollar, and never promised."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from app.core.answers import parse_definition
from app.core.cost import Estimate, PriceList, Usage, price_of
from app.core.forecast import estimate
from app.core.history import A_WHILE, Forecast, PastBill, earlier_hits, instructions_name
from app.core.job import Batch, BatchState, Changes, Job, JobSettings, JobState, Mode
from app.core.limit import Unit, worst
from app.core.most import most_added, worst_case
from app.core.remembered import FEWEST_ROWS, Hits, measure
from app.core.volume import Tokens, Volume
from app.engine.bench import bundled_catalog

CATALOG = bundled_catalog()
HAIKU = CATALOG.need("claude-haiku-5-5")
NOW = datetime(2026, 11, 21, tzinfo=UTC)
SETTINGS = JobSettings(
    instructions="Sort: {{text}}",
    answers=(parse_definition("topic: category = Delivery | Quality | Other"),),
    model=HAIKU.id,
    max_tokens=100,
)


def prices_of(model: str) -> PriceList:
    """Return the bundled prices of a model."""
    found = CATALOG.need(model).prices
    assert found is not None
    return found


def rows(hits: int, of: int = 1_000, tokens: int = 2_000) -> list[tuple[Usage, int]]:
    """Return answers to rows of 100 own tokens; so many of them read the beginning."""
    return [
        (Usage(100, 30, cache_read=tokens), hits),
        (Usage(100, 30, cache_write_1h=tokens), of - hits),
    ]


@pytest.mark.parametrize(
    ("model", "hits", "saved"),
    [
        # Haiku 5.5 by batch: reading $0.05 a million, an hour $0.10, read again $0.005.
        ("claude-haiku-5-5", 600, "0.014"),
        ("claude-haiku-5-5", 530, "0.0007"),
        ("claude-haiku-5-5", 520, "-0.0012"),
        ("claude-haiku-5-5", 0, "-0.1"),
        ("claude-haiku-5-5", 980, "0.0862"),
        # Opus 5.5 by batch: 2, 4 and 0.10. It breaks even at 2 / 3.9, which is 51.3 %.
        ("claude-opus-5-5", 513, "0.0014"),
        ("claude-opus-5-5", 512, "-0.0064"),
        # Fable 5.2 by batch: 4, 8 and 0.10. It breaks even at 4 / 7.9, which is 50.6 %.
        ("claude-fable-5-2", 507, "0.0106"),
        ("claude-fable-5-2", 506, "-0.0052"),
        # Sonnet 4.6 by batch: 1.50, 3 and 0.15. It breaks even at 1.5 / 2.85, which is 52.6 %.
        ("claude-sonnet-4-6", 527, "0.0039"),
        ("claude-sonnet-4-6", 526, "-0.0018"),
    ],
)
def test_what_is_saved_is_reads_less_writes(model: str, hits: int, saved: str) -> None:
    """With each model's own factors; it pays above nothing, and not at or under it."""
    found = measure(rows(hits), prices_of(model))
    assert found.saved_usd == Decimal(saved)
    assert found.pays is (Decimal(saved) > 0)
    assert found.share == pytest.approx(hits / 1_000)
    assert found.at(prices_of(model)) == found


def test_what_is_saved_is_the_difference_of_two_bills() -> None:
    """Added up answer by answer, in the tier of each: long prompts are dearer."""
    prices = prices_of(HAIKU.id)
    used = [Usage(99_000, 30, cache_read=2_000), Usage(10, 30, cache_write_5m=900)]
    with_it = sum(price_of(one, prices) for one in used)
    without = sum(price_of(Usage(one.prompt, one.output), prices) for one in used)
    found = measure(((one, 1) for one in used), prices)
    assert found.saved_usd == without - with_it
    # 2,000 x (0.25 - 0.025) - 900 x (0.0625 - 0.05), each a millionth of a dollar.
    assert found.saved_usd == Decimal("0.00045") - Decimal("0.00001125")


@pytest.mark.parametrize(("hits", "pays"), [(526, False), (527, True)])
def test_without_a_price_the_tokens_are_weighed(hits: int, pays: bool) -> None:
    """Reading again saves nine tenths, an hour costs once more."""
    found = measure(rows(hits), None)
    assert found.saved_usd is None
    assert found.saved_for(1_000) is None
    assert found.pays is pays


def test_a_beginning_that_nobody_kept_does_not_pay() -> None:
    """Shorter than the minimum it is silently read: no reads, no writes, nothing saved."""
    found = measure([(Usage(2_100, 30), 1_000)], prices_of(HAIKU.id))
    assert (found.saved_usd, found.share, found.pays) == (0, 0.0, False)


def test_what_more_rows_would_save_is_in_proportion() -> None:
    """As lucky as those before, and no luckier."""
    found = measure(rows(600), prices_of(HAIKU.id))
    assert found.saved_for(2_500) == Decimal("0.035")
    assert Hits().saved_for(10) is None


# --- bounds ---------------------------------------------------------------------------------------


def batch(remembered: int | None, rows_in: int = 10, size: int = 20_000) -> Batch:
    """Return an unsent batch."""
    return Batch(1, BatchState.PLANNED, rows_in, size, changes=Changes(remembered=remembered))


def test_the_worst_case_counts_what_writing_adds() -> None:
    """Every row writes its whole beginning, with all hidden tokens, at the dearest price."""
    job = Job("tag", "job", JobState.RUNNING, Mode.REAL, 10, NOW, SETTINGS, prices=HAIKU.prices)
    plain, without, kept = (worst(job, batch(tokens)) for tokens in (None, 0, 1_000))
    assert plain is not None
    assert kept is not None
    assert plain == without
    # 10 rows x (1,000 + 600) tokens x $0.10 - $0.05 a million, x 1.1 for one region.
    assert kept - plain == Decimal("0.00088")
    tokens = {worst(job, batch(n), Unit.TOKENS) for n in (None, 1_000)}
    assert len(tokens) == 1, "a token is a token, kept or not"


def test_the_dearest_tier_decides_what_writing_adds() -> None:
    """A long request may be in the tier where an hour costs $0.50 a million, and reading $0.25."""
    added = [most_added(prices_of(HAIKU.id), 10, 1_600, longest) for longest in (9_000, 200_000)]
    assert added[0] == 16_000 * Decimal("0.05") * Decimal("1.1") / 1_000_000
    assert added[1] == 16_000 * Decimal("0.25") * Decimal("1.1") / 1_000_000


@pytest.mark.parametrize("hits", [0, 0.3, 0.6, 0.98])
@pytest.mark.parametrize("model", [m.id for m in CATALOG.offered() if m.prices])
def test_no_luck_passes_the_worst_case(model: str, hits: float) -> None:
    """A token for every byte, answers as long as allowed, in one region."""
    prices, count, shared, own = prices_of(model), 50, 6_000, 900
    most = worst_case(prices, count, count * (shared + own), 100, shared + own)
    most += most_added(prices, count, shared + 600, shared + own + 600)
    paid = Decimal(0)
    for number in range(count):
        kept = shared + 600
        found = {"cache_read": kept} if number < hits * count else {"cache_write_1h": kept}
        paid += price_of(Usage(own, 100, us_only=True, **found), prices)
    assert paid <= most
    if not hits:
        assert paid > most * Decimal("0.99"), "the bound is no larger than it must be"


def volume(count: int) -> Volume:
    """Return rows of about 100 tokens under instructions of about 2,000."""
    return Volume(
        count, Tokens(count * 2_100, count * 2_200), count, count, count * 8_000, 8_000, "guessed"
    )


def test_the_forecast_promises_no_saving_and_bounds_the_premium() -> None:
    """Expected, low end and standard price are those without; only what may come is higher."""
    said = JobSettings(**{**_as_dict(SETTINGS), "background": "Be strict. " * 600})
    plain = estimate(said, HAIKU, volume(5_000), 7_000)
    kept = estimate(said, HAIKU, volume(5_000), 7_000, remembered=6_600)
    for name in ("expected_usd", "low_usd", "standard_usd", "reading_usd", "per_thousand_usd"):
        assert getattr(kept, name) == getattr(plain, name)
    assert plain.max_usd is not None
    assert kept.max_usd is not None
    assert kept.max_usd - plain.max_usd == Decimal(5_000 * 7_200) * Decimal("0.055") / 1_000_000
    assert plain.high_usd is not None
    assert kept.high_usd is not None
    # The first of five batches may be written for nothing: 1,000 x the beginning at $0.05 more.
    probe = kept.fixed_tokens * 1_000 * Decimal("0.05") / 1_000_000
    assert kept.high_usd - plain.high_usd == pytest.approx(probe, rel=Decimal("0.001"))


def test_a_job_of_one_batch_has_the_range_that_it_has_without() -> None:
    """Nothing is probed in it."""
    said = JobSettings(**{**_as_dict(SETTINGS), "background": "Be strict. " * 600})
    plain = estimate(said, HAIKU, volume(1_000), 7_000)
    assert estimate(said, HAIKU, volume(1_000), 7_000, remembered=6_600).high_usd == plain.high_usd


def _as_dict(settings: JobSettings) -> dict[str, object]:
    return {name: getattr(settings, name) for name in settings.__dataclass_fields__}


# --- earlier jobs ---------------------------------------------------------------------------------


def past(hits: Hits | None, *, days: int = 1, model: str = HAIKU.id, asked: str = "") -> PastBill:
    """Return a job that was bought some days ago."""
    guess = Forecast(Estimate(100, 1, 1, ""), "k", NOW, 1, 1)
    name = asked or instructions_name(SETTINGS)
    at = NOW - timedelta(days=days)
    return PastBill("t", "J", model, at, Decimal(1), 100, 1, 1, guess, asked=name, hits=hits)


def test_the_newest_job_with_the_same_instructions_and_model_counts() -> None:
    """Others say nothing, nor do old ones, nor those with too few answers to tell."""
    good, bad = (measure(rows(n), HAIKU.prices) for n in (900, 100))
    few = measure(rows(1, FEWEST_ROWS - 1), HAIKU.prices)
    others = [past(bad, model="n"), past(bad, asked="else"), past(None), past(few)]
    assert earlier_hits([*others, past(good), past(bad)], SETTINGS, HAIKU, NOW) == good
    assert earlier_hits(others, SETTINGS, HAIKU, NOW) is None
    assert earlier_hits([past(good, days=A_WHILE.days)], SETTINGS, HAIKU, NOW) is None


def test_earlier_luck_is_priced_as_of_today() -> None:
    """What paid at another price may not pay now."""
    opus = CATALOG.need("claude-opus-5-5")
    measured = measure(rows(515), opus.prices)
    assert measured.pays
    found = earlier_hits([past(measured)], SETTINGS, HAIKU, NOW)
    assert found is not None
    assert found.saved_usd == Decimal(515 * 2_000) * Decimal("0.000000045") - Decimal(
        485 * 2_000
    ) * Decimal("0.00000005")
    assert not found.pays
