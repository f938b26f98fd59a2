"""Long work of this room."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from analysis.jobs.cancelling import cancelling
from analysis.similarity import services
from artmarket.core.longwork import WorkContext, long_work


@long_work("similarity.embed", title=_("Embed new pictures"), queue="gpu", resumable=True)
def embed(context: WorkContext, *, image_ids: list[int] | None = None, **_ignored: Any) -> Mapping[str, Any]:
    """Vectors for the pictures that lack one, of those given or of all."""
    from analysis.similarity.backbones import NoPictures

    with cancelling():
        try:
            tally = services.embed_catalogue(reporter=context, job_id=context.job_id, image_ids=image_ids)
        except NoPictures as error:
            context.log(str(error))
            return {"embedded": 0}
    if tally.embedded:
        services.start_settling()
    return tally.as_result()


@long_work("similarity.rebuild", title=_("Rebuild the space of pictures"), queue="gpu", resumable=True)
def rebuild(context: WorkContext, **_ignored: Any) -> Mapping[str, Any]:
    """A new space beside the active one, then the switch."""
    with cancelling():
        tally = services.rebuild(reporter=context, job_id=context.job_id)
    services.start_settling()
    return tally.as_result()


@long_work("similarity.settle", title=_("Compare and map the pictures"), queue="gpu", resumable=True)
def settle(context: WorkContext, **_ignored: Any) -> Mapping[str, Any]:
    """Probabilities, possible duplicates and maps, as far as they have grown old."""
    with cancelling():
        return services.settle(reporter=context, job_id=context.job_id)


@long_work("similarity.embed_query", title=_("Look at an uploaded picture"), queue="gpu-fast", resumable=True)
def embed_query(context: WorkContext, *, search_id: str) -> Mapping[str, Any]:
    """The vector of one uploaded picture."""
    return services.embed_search(search_id=UUID(search_id))
