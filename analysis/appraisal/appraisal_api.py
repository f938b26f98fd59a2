"""``/appraisals``: what was measured of works' pictures; and having one looked at."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from analysis.appraisal import queries, services
from analysis.appraisal.filters import AppraisalFilter
from analysis.appraisal.models import SORTED, Appraisal
from artmarket.api.fields import ColumnsField
from artmarket.api.inputs import VisibleRecordField
from artmarket.api.keyset import Keyset
from artmarket.api.problems import Problem
from artmarket.api.serializers import LinksField, ReadSerializer, address
from artmarket.api.viewsets import READ, CreateMixin, VisibleReadViewSet
from artmarket.catalogue.models import Artwork, ArtworkImage


@extend_schema_field({"type": "object", "additionalProperties": {"type": "number"}})
class MeasuresField(ColumnsField):
    """Measures by name; one that was not taken is absent."""

    def to_representation(self, value: Appraisal) -> dict[str, float]:
        return dict(value.measures)


class SwatchSerializer(serializers.Serializer[Any]):
    """A main colour: its share of the picture, 0 to 1, and the key of its name."""

    hex = serializers.CharField()
    share = serializers.FloatField()
    oklab = serializers.ListField(child=serializers.FloatField())
    name = serializers.CharField()


@extend_schema_field(SwatchSerializer(many=True))
class PaletteField(ColumnsField):
    """Main colours, the largest first."""

    def to_representation(self, value: Appraisal) -> list[dict[str, Any]]:
        return list(value.palette)


class AppraisalRowSerializer(ReadSerializer):
    """What was measured of a picture by one version of the code; or ``state`` ``refused`` with its ``reason``."""

    id = serializers.IntegerField()
    links = LinksField(self="api:appraisal-detail")
    artwork = serializers.IntegerField(source="image.artwork_id")
    image = serializers.IntegerField(source="image_id")
    state = serializers.ChoiceField(Appraisal.State.choices)
    reason = serializers.CharField(allow_blank=True)
    code_version = serializers.CharField()
    inputs_sha256 = serializers.CharField(
        help_text="Over the picture's content, the size looked at, and the code's version."
    )
    measures = MeasuresField()
    palette = PaletteField()
    created_at = serializers.DateTimeField()


class AppraisalSerializer(AppraisalRowSerializer):
    """An appraisal with what was seen where, and why measures are absent."""

    abstained = serializers.DictField(child=serializers.CharField(), help_text="Measures not taken, with the reason.")
    warnings = serializers.ListField(child=serializers.CharField())
    overlays = serializers.DictField(help_text="Geometry by name; x from the left, y from the top, both 0 to 1.")


class AskedSerializer(serializers.Serializer[Any]):
    """The work whose primary picture is to be looked at."""

    artwork = VisibleRecordField(Artwork)


class WaitingSerializer(serializers.Serializer[Any]):
    """A worker will look at it: ask the job, then the list with ``?artwork=``."""

    job = serializers.UUIDField()
    links = serializers.DictField(child=serializers.CharField())


class AppraisalViewSet(CreateMixin, VisibleReadViewSet):
    """Appraisals of the works that you see, of primary pictures; `POST` has one made."""

    queryset = Appraisal.objects.all()
    serializer_class = AppraisalSerializer
    list_serializer_class = AppraisalRowSerializer
    write_serializer_class = AskedSerializer
    filterset_class = AppraisalFilter
    orders = {"newest": Keyset("-id")} | {
        f"{name}{end}": Keyset(f"{sign}{name}", f"{sign}id")
        for name in SORTED
        for end, sign in (("", "-"), ("-low", ""))
    }
    required_scopes = {**READ, "create": "analyse"}

    def with_related(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        images = ArtworkImage.objects.only("id", "artwork_id")
        rows = rows.filter(image__is_primary=True).prefetch_related(Prefetch("image", images))
        return rows.defer("overlays", "abstained", "warnings") if self.action == "list" else rows

    @extend_schema(request=AskedSerializer, responses={200: AppraisalSerializer, 202: WaitingSerializer})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Have a work's picture looked at: 200 with what is known already, else 202 with the job."""
        work = self.read_body(request)["artwork"]
        image = ArtworkImage.objects.filter(artwork=work, is_primary=True).first()
        if image is None:
            error = {"pointer": "/artwork", "code": "no_picture", "detail": _("This work has no picture.")}
            raise Problem(422, "invalid", detail=error["detail"], errors=[error])
        known = queries.appraisal_of(image)
        if known is not None and known.state == Appraisal.State.MEASURED:
            return self.answer(self.get_queryset().get(pk=known.pk))
        job = services.request_appraisal(actor=self.actor, image=image)
        links = {"job": address("api:job-detail", job), "appraisals": f"{request.path}?artwork={work.pk}"}
        return Response(
            {"job": job, "links": links}, status=202, headers={"Location": request.build_absolute_uri(links["job"])}
        )
