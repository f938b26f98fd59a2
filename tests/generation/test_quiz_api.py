"""``/api/v1/quiz-scores``: read only, of models that one may see, null until there is enough."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.conftest import Callers, callers, fresh_counters
from tests.generation.conftest import studio_model
from tests.generation.quizzes import all_answered, dealt, taught_model

__all__ = ["callers", "fresh_counters"]
pytestmark = pytest.mark.django_db
URL = "/api/v1/quiz-scores/"
NOBODY = {"anonymous": 401, "expired_key": 401, "revoked_key": 401, "unknown_key": 401}
READERS = NOBODY | {
    "outsider": 404, "member": 200, "editor": 200, "owner": 200, "staff": 200, "full_key": 200, "read_only_key": 200,
    "write_only_key": 403, "analyse_only_key": 403, "member_key": 200, "other_house_key": 404,
}  # fmt: skip


def test_who_may_read(callers: Callers) -> None:
    model = studio_model(organisation=callers.world.organisation, name="Ours alone")
    for who, status in READERS.items():
        api: Any = getattr(callers, who)
        assert api.get(f"{URL}{model.pk}/").status_code == status, who
        assert (b"Ours alone" in api.get(URL).content) == (status == 200), who


def test_it_is_read_only(callers: Callers) -> None:
    model = studio_model(visibility="public")
    assert callers.full_key.post(URL, {"model": model.pk}).status_code == 405
    assert callers.full_key.patch(f"{URL}{model.pk}/", {"score": {}}).status_code == 405


def test_figures_are_null_until_there_is_enough(callers: Callers) -> None:
    model = taught_model(works=60)
    dealt(callers.world.member, model)
    score = callers.full_key.get(f"{URL}{model.pk}/").json()["score"]
    counts = {"people": 0, "generated": 0, "real": 0, "is_enough": False}
    assert score.items() >= counts.items()
    assert {value for name, value in score.items() if name not in counts} == {None}
    people = (callers.world.member, callers.world.editor, callers.world.owner, callers.world.outsider)
    total = all_answered(model, people)
    score = callers.full_key.get(f"{URL}{model.pk}/").json()["score"]
    assert (score["people"], score["generated"] + score["real"], score["is_enough"]) == (4, total, True)
    assert (score["taken_for_real"], score["accuracy"]) == (0, 1)
    assert score["taken_for_real_high"] > 0
    assert score["d_prime"] > 3


def test_lists_cost_few_queries(callers: Callers, django_assert_max_num_queries: Any) -> None:
    for _model in range(6):
        dealt(callers.world.member, taught_model(works=12))
    callers.full_key.get(URL)
    with django_assert_max_num_queries(4):
        assert len(callers.full_key.get(URL).json()["results"]) == 6
