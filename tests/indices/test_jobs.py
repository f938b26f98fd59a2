"""Computing as long work and by command: progress, stopping, what is said."""

from __future__ import annotations

import io

import pytest
from django.core.management import CommandError, call_command

from analysis.indices.models import IndexDefinition
from analysis.jobs import execution
from artmarket.core import longwork
from artmarket.sales.models import Lot
from tests.jobs.conftest import make_job  # noqa: F401
from tests.valuation.test_jobs import Stopped

pytestmark = pytest.mark.django_db(transaction=True)


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command("compute_indices", *arguments, stdout=out)
    return out.getvalue()


def test_the_job_computes_all_methods_and_names_the_vintages(definition, make_job):  # noqa: F811
    job = make_job(kind="indices.compute", parameters={"definition": definition.pk})
    execution.execute(job.pk)
    job.refresh_from_db()
    assert job.state == "succeeded", job.error
    assert set(job.result["vintages"]) == set(definition.vintages.values_list("pk", flat=True))
    assert set(definition.vintages.values_list("job_id", flat=True)) == {job.pk}
    assert (job.phase, job.done, job.total) == ("bootstrap", 600, 600)
    assert "offers" in " ".join(job.log_lines.values_list("message", flat=True))


def test_a_cancelled_job_leaves_nothing(definition):
    with pytest.raises(longwork.WorkCancelled):
        longwork.find_kind("indices.compute").run(Stopped(), definition=definition.pk)
    assert not definition.vintages.exists()


def test_what_is_refused_is_in_the_result(definition, make_job):  # noqa: F811
    Lot.objects.filter(sale_date__year__gt=2012).delete()
    job = make_job(kind="indices.compute", parameters={"definition": definition.pk})
    execution.execute(job.pk)
    job.refresh_from_db()
    assert job.state == "succeeded", job.error
    assert job.result["vintages"] == []
    assert "one period, 2012" in job.result["refused"]["hedonic"]


class TestCommand:
    def test_it_defines_the_usual_indices_and_says_what_came_of_them(self, artists):
        said = run("--points")
        definition = IndexDefinition.objects.get()
        assert (definition.visibility, definition.organisation, definition.period) == ("public", None, "year")
        assert f"{definition.pk} auction:EUR Whole market · years: 4 new vintages" in said
        assert "hedonic: 6 of 6 periods" in said
        assert "2012 = 100, 2017 = " in said
        assert "0 new vintages" in run("--scope", "auction:EUR")
        assert "0 new vintages" in run("--index", str(definition.pk))

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [(["--scope", "paintings"], "market:CURRENCY"), (["--index", "999999"], "there is no index 999999")],
    )
    def test_what_is_wrong_is_named(self, db, arguments, said):
        with pytest.raises(CommandError, match=said):
            run(*arguments)

    def test_an_empty_database_is_no_error(self, db):
        assert "No market has enough sold lots" in run()
