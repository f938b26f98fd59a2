"""Long work of this room."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analysis.attribution import opining, services
from analysis.attribution.models import AskedPicture, AttributionOpinion
from analysis.jobs.cancelling import cancelling
from analysis.jobs.models import Job
from artmarket.catalogue.models import ArtworkImage
from artmarket.core.longwork import Result, WorkContext, long_work


@long_work(services.ONE, title=gettext_lazy("Look at a picture's hand"), queue="gpu-fast", resumable=True)
def opine(context: WorkContext, *, image_id: int | None = None, picture_id: str = "") -> Result:
    """The active model's opinion on a work's picture, or on one that was sent."""
    version = services.needed_model()
    context.progress(0, 1, phase=_("looking at hands"))
    if image_id is not None:
        image = ArtworkImage.objects.select_related("artwork").get(pk=image_id)
        asker = Job.objects.get(pk=context.job_id).asked_by
        found = opining.opine_on_image(image, version, asked_by=asker, job_id=context.job_id)
    else:
        found = opining.opine_on_picture(AskedPicture.objects.get(pk=UUID(picture_id)), version, job_id=context.job_id)
    context.progress(1, 1, phase=_("looking at hands"))
    return {"opinion": found.pk, "links": [{"url": found.get_absolute_url(), "label": _("The opinion")}]}


@long_work(services.MANY, title=gettext_lazy("Look at many pictures' hands"), queue="gpu", resumable=True)
@cancelling()
def opine_many(context: WorkContext, *, work_ids: list[int]) -> Result:
    """Opinions on works that lack one by the active model."""

    version = services.needed_model()
    asker = Job.objects.select_related("asked_by").get(pk=context.job_id).asked_by
    images = services.images_to_see(asker, work_ids, version)
    return opining.opine_on_works(images, version, context, job_id=context.job_id, asked_by=asker)


@long_work(services.VERIFY, title=gettext_lazy("Put a name to the test"), queue="gpu-fast", resumable=True)
def verify(context: WorkContext, *, opinion_id: int, artist_id: int) -> Result:
    """Whether an opinion's picture is by one artist."""
    opinion = AttributionOpinion.objects.select_related("model_version", "image", "asked_picture").get(pk=opinion_id)
    found = opining.verify_opinion(opinion, artist_id)
    links = [{"url": opinion.get_absolute_url(), "label": _("The opinion")}]
    return {"verification": found.pk if found else None, "links": links}


@long_work("attribution.train", title=gettext_lazy("Learn to tell hands apart"), queue="gpu", resumable=True)
@cancelling()
def train(context: WorkContext) -> Result:
    """A model of the hands on record, which answers from then on; opinions are offered, not made anew by themselves."""
    from analysis.attribution.training import train_attributor

    version = train_attributor(reporter=context, job_id=context.job_id)
    return {"model": version.pk, "links": [{"url": version.get_absolute_url(), "label": str(version)}]}
