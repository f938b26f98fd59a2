"""One estimate over the bare model's prediction, in one run: ``python -m benchmarks.valuation [--lots 6000] [--runs 100]``.

Fills a database of its own with an invented market, trains its price model, and asks about unsold lots: by the service,
by the API with a key, and by the panel of the lot's page. Everything but the first question is warm.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from typing import Any

from benchmarks.database import prepare

prepare()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402

SPARE = 4
FILL = [
    """insert into catalogue_artist (name, sort_name, name_key, other_names, birth_text, death_text, nationality, movement,
           biography, is_invented, visibility, created_at, updated_at)
       select 'Painter ' || n, 'Painter, ' || n, 'painter ' || n, '{{}}', '', '', '', '', '', false, 'public', now(), now()
       from generate_series(1, {artists}) n""",
    """insert into catalogue_artwork (title, artist_id, attribution, attribution_text, date_text, date_earliest,
           date_latest, date_circa, dimensions_text, height_cm, width_cm, medium_text, medium, support, signature, edition,
           style, genre, subjects, provenance, exhibitions, literature, notes, inventory_number, is_invented, visibility,
           created_at, updated_at)
       select 'Harbour ' || n, 1 + n % {artists}, 'by', '', '1911', date '1900-01-01' + n % 30000,
           date '1900-01-01' + n % 30000, false, '', 20 + n * 7 % 120, 20 + n * 11 % 120, '',
           (array['oil', 'print', 'ink'])[1 + n % 3], 'canvas', '', '', '', '', '{{}}', '', '', '', '', '', false, 'public',
           now(), now() from generate_series(1, {lots}) n""",
    """insert into sales_auctionhouse (name, name_key, city, country, currency, market, website, created_at, updated_at)
       values ('House', 'house', '', '', 'EUR', 'auction', '', now(), now())""",
    """insert into sales_sale (house_id, title, number, date, location, currency, category, source_url, visibility,
           created_at, updated_at)
       select 1, 'Sale ' || n, n::text, date '2010-01-01' + n * 3500 / {sales}, '', 'EUR', '', '', 'public', now(), now()
       from generate_series(1, {sales}) n""",
    """insert into sales_lot (sale_id, sale_date, number, number_sort, description, currency, estimate_low, estimate_high,
           price, price_basis, outcome, source_url, created_at, updated_at)
       select s.id, s.date, n::text, n, '', 'EUR', p.price * (0.5 + 0.4 * random()), p.price * (1 + 0.5 * random()),
           case when n % 5 > 0 then p.price end,
           case when n % 5 > 0 then 'hammer' else 'unknown' end, case when n % 5 > 0 then 'sold' else 'bought_in' end, '',
           now(), now()
       from sales_sale s cross join generate_series(1, {a_sale}) n cross join lateral
           (select round((100 * exp((s.id * {a_sale} + n) % {artists} / ({artists} / 4.0) + random()))::numeric) as price) p""",
    """insert into sales_lotartwork (lot_id, artwork_id, position) select id, 1 + id % {lots}, 1 from sales_lot""",
    "analyze",
]


def timed(do: Callable[[], Any], runs: int) -> list[float]:
    """Milliseconds of each run, after one that does not count."""
    do()
    times = []
    for _run in range(runs):
        begun = time.perf_counter()
        do()
        times.append((time.perf_counter() - begun) * 1000)
    return times


def line(name: str, times: list[float], bare: float) -> str:
    half, most = statistics.median(times), statistics.quantiles(times, n=20)[-1]
    return f"{name:<46}{half:>9.2f}{most:>9.2f}{half / bare:>8.1f}"


def fill(lots: int) -> None:
    sizes = {"lots": lots, "artists": max(lots // 20, 40), "sales": max(lots // 50, 40)}
    sizes["a_sale"] = lots // sizes["sales"]
    with connection.cursor() as cursor:
        for statement in FILL:
            cursor.execute(statement.format(**sizes))


def make_actor() -> tuple[Any, str]:
    from artmarket.accounts.models import Membership, Organisation, User
    from artmarket.accounts.services import create_api_key

    user = User.objects.create_user("bench")
    organisation = Organisation.objects.create(name="Bench", slug="bench", kind=Organisation.Kind.GALLERY)
    Membership.objects.create(user=user, organisation=organisation, role=Membership.Role.DEALER)
    return user, create_api_key(actor=user, organisation=organisation, name="bench", scopes=["read", "analyse"])[1]


def bare_model(lot: Any, version: Any) -> Callable[[], Any]:
    """Three quantiles and the contributions of one ready row: what LightGBM itself must do for one estimate."""
    from analysis.registry.queries import artefact_path
    from analysis.valuation import estimating
    from analysis.valuation.known import known_market
    from analysis.valuation.records import Scope
    from ml.valuation.features import ask

    scope = Scope.parse(version.scope)
    market = known_market(scope, lot.sale_date, version)
    row = estimating.facts_of(lot.artworks.get(), lot, lot.sale_date)
    offer = estimating.asked_offer(row, scope, market.rates)
    model = estimating.loaded_model(version.pk, "estimated", str(artefact_path(version)))
    ready = model.matrix(ask(offer, market.memory), [offer])

    def predict() -> None:
        for booster in model.boosters.values():
            booster.predict(ready, num_threads=1)
        for booster in model.middles:
            booster.predict(ready, pred_contrib=True, num_threads=1)

    return predict


def without_database(lots: list[Any], version: Any, day: Any) -> Callable[[], Any]:
    """Features, model and adjusted comparables of one lot after the other, from facts that were read before."""
    from decimal import Decimal

    from analysis.valuation import estimating, services
    from analysis.valuation.known import known_market
    from analysis.valuation.records import Scope

    scope = Scope.parse(version.scope)
    market = known_market(scope, day, version)
    rows = (estimating.facts_of(lot.artworks.get(), lot, day) for lot in lots)
    offers = iter([estimating.asked_offer(row, scope, market.rates) for row in rows])

    def one() -> None:
        offer = next(offers)
        found = estimating.estimate_offer(offer, version, market)
        services.evidence_of(offer, found, version, market, Decimal(1))

    return one


def measure(runs: int) -> None:
    from analysis.valuation import known, services
    from analysis.valuation.records import Scope
    from analysis.valuation.training import train_scope
    from artmarket.sales.models import Lot
    from ml.reporter import SilentReporter

    begun = time.perf_counter()
    version = train_scope(Scope("auction", "EUR"), reporter=SilentReporter()).version
    print(f"trained in {time.perf_counter() - begun:.0f} s")
    unsold = (
        Lot.objects.filter(outcome="bought_in").select_related("sale__house").defer("search").order_by("-sale_date")
    )
    (day,) = unsold.values_list("sale_date", flat=True)[:1]
    lots = list(unsold[: SPARE * (runs + 1)])
    actor, secret = make_actor()
    begun = time.perf_counter()
    services.estimate(actor=actor, lot=lots[0])
    print(f"first question of a process: {(time.perf_counter() - begun) * 1000:.0f} ms")
    ask: Iterator[Any] = iter(lots[1:])
    estimate = services.estimate
    client = Client(SERVER_NAME="localhost", headers={"Authorization": f"Bearer {secret}"})
    browser = Client(SERVER_NAME="localhost")
    browser.force_login(actor, backend="django.contrib.auth.backends.ModelBackend")
    address = "/api/v1/valuations/"

    def post() -> Any:
        body = {"lot": next(ask).pk, "date": day.isoformat()}
        answer = client.post(address, body, content_type="application/json")
        assert answer.status_code == 201, answer.content

    def panel() -> Any:
        answer = browser.get(f"/valuation/lots/{next(ask).pk}/panel/", {"on": day.isoformat()})
        assert answer.status_code == 200

    def new_date() -> Any:
        known.remembered_market.cache_clear()
        estimate(actor=actor, lot=lots[0])

    bare_times = timed(bare_model(lots[0], version), runs)
    bare = statistics.median(bare_times)
    print(f"{'one estimate':<46}{'p50 ms':>9}{'p95 ms':>9}{'ratio':>8}")
    print(line("bare LightGBM: three quantiles, contributions", bare_times, bare))
    print(line("service, the same question again", timed(lambda: estimate(actor=actor, lot=lots[0]), runs), bare))
    pure = timed(without_database(lots[: runs + 1], version, day), runs)
    print(line("features, model, comparables (no database)", pure, bare))
    ways: dict[str, Callable[[], Any]] = {
        "service, a new question (row written)": lambda: estimate(actor=actor, lot=next(ask), on=day),
        "API with a key, a new question": post,
        "panel of a lot's page, a new question": panel,
    }
    for name, do in ways.items():
        print(line(name, timed(do, runs - 1), bare))
    print(line("service, a date not asked about before", timed(new_date, min(runs, 20)), bare))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lots", type=int, default=6000)
    parser.add_argument("--runs", type=int, default=100)
    options = parser.parse_args()
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        with tempfile.TemporaryDirectory() as folder:
            settings.MODELS_DIR = folder
            fill(options.lots)
            print(f"{options.lots} lots, {options.runs} runs")
            measure(options.runs)
    finally:
        connection.creation.destroy_test_db(connection.settings_dict["NAME"], verbosity=0)


if __name__ == "__main__":
    main()
