"""Long work of this room."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analysis.jobs.cancelling import cancelling
from analysis.styletransfer import services
from analysis.styletransfer.models import StyledImage
from artmarket.core.longwork import Result, WorkContext, long_work


@cancelling()
def restyled(context: WorkContext, styled_id: str) -> Result:
    """Paint the picture; nothing where it was thrown away meanwhile, or is there already."""
    from analysis.styletransfer.making import make
    from ml.styletransfer import NotEnoughMemory

    rows = StyledImage.objects.select_related(
        "model_version", "made_by", "organisation", "content_image__artwork__artist", "content_picture"
    )
    styled = rows.filter(pk=UUID(styled_id)).first()
    if styled is None:
        return {"restyled": None}
    try:
        make(styled, context)
    except NotEnoughMemory as error:
        raise MemoryError from error
    links = [{"url": styled.get_absolute_url(), "label": _("The restyled picture")}]
    return {"restyled": str(styled.pk), "links": links}


@long_work(services.RUN, title=gettext_lazy("Restyle a picture"), queue="gpu-fast", resumable=True)
def run(context: WorkContext, *, styled_id: str) -> Result:
    """By the network that answers now, which this process keeps at hand."""
    return restyled(context, styled_id)


@long_work(services.OPTIMISE, title=gettext_lazy("Restyle a picture by optimisation"), queue="gpu", resumable=True)
def optimise(context: WorkContext, *, styled_id: str) -> Result:
    """Without training; shows how far it is by pictures. Killed, it begins anew."""
    return restyled(context, styled_id)


@long_work(services.TRAIN, title=gettext_lazy("Learn to restyle"), queue="gpu", resumable=True)
@cancelling()
def train(context: WorkContext, *, steps: int | None = None) -> Result:
    """A network for the manners of the catalogue's public pictures, which answers from then on."""
    from analysis.styletransfer.training import train_restyler

    version = train_restyler(reporter=context, job_id=context.job_id, steps=steps)
    return {"model": version.pk, "links": [{"url": version.get_absolute_url(), "label": str(version)}]}
