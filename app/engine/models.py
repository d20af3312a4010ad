"""The models that this engine knows: bundled, as the service last listed them, at whose prices."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime

from app.clock import now
from app.core.catalog import Catalog
from app.core.cost import Price, are_old
from app.core.live_models import LiveModel, merge_live
from app.core.model_marks import mark
from app.core.own_prices import OwnPrice, check_price, with_own_prices
from app.engine.bench import bundled_catalog
from app.engine.money_replies import PriceLine, PriceTable
from app.engine.replies import ModelList
from app.paths import Places
from app.store.known_models import forget_known, read_known, save_known
from app.store.settings import read_settings, save_settings


class KnownModels:
    """Keeps the catalogue of one engine or one command up to date."""

    def __init__(self, places: Places, clock: Callable[[], datetime] = now) -> None:
        self._places = places
        self._clock = clock
        self._live: Sequence[LiveModel] = ()
        self._bundled = bundled_catalog()
        self.catalog = self._made()

    def take(self, live: Sequence[LiveModel], *, keep: bool = True) -> None:
        """Take the list that the service just gave; `keep` it for when there is no network."""
        self._live = tuple(live)
        if keep:
            save_known(self._places.cache, live, self._today())
        self.catalog = self._made()

    def forget(self) -> None:
        """Forget what the service listed: the key that it was for is gone."""
        self._live = ()
        forget_known(self._places.cache)
        self.catalog = self._made()

    def listed(self) -> ModelList:
        """Return the models to choose from, and what speaks against some of them."""
        catalog = self.catalog
        offered = catalog.offered()
        marks = {model.id: found for model in catalog.models if (found := mark(model))}
        return ModelList(
            models=offered,
            suggested=catalog.suggested().id,
            as_of=catalog.as_of,
            live=catalog.live,
            marks=marks,
            others=tuple(model for model in catalog.models if model not in offered),
            known_on=catalog.known_on,
            prices_are_old=are_old(catalog.as_of, self._today()),
        )

    def prices(self) -> PriceTable:
        """Return the prices of all models that can be used, for showing and changing."""
        today, lines = self._today(), []
        for model in self.catalog.offered():
            bundled = self._bundled.find(model.id)
            own = model.prices is not None and model.prices.own
            usual = bundled.prices if bundled else None
            lines.append(PriceLine(model.id, model.name, model.prices, usual, own))
        return PriceTable(tuple(lines), self.catalog.as_of, are_old(self.catalog.as_of, today))

    def set_prices(self, model_id: str, tiers: Sequence[Price]) -> PriceTable:
        """Keep a person's own prices for a model; none at all goes back to the bundled ones.

        Raises:
            SheafError: there is no such model, or prices like these cannot be.
        """
        model = self.catalog.need(model_id)
        own = dict(read_settings(self._places.settings).prices)
        own.pop(model.id, None)
        if tiers:
            check_price(tiers)
            own[model.id] = OwnPrice(tuple(tiers), self._today().isoformat())
        save_settings(self._places.settings, {"prices": own})
        self.catalog = self._made()
        return self.prices()

    def _made(self) -> Catalog:
        catalog = self._bundled
        if self._live:
            catalog = merge_live(catalog, self._live)
        elif known := read_known(self._places.cache):
            catalog = merge_live(catalog, known.models, known.on.isoformat())
        own = read_settings(self._places.settings).prices
        return with_own_prices(catalog, own).on(self._today())

    def _today(self) -> date:
        return self._clock().date()
