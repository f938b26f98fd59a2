"""``/similar``: look-alikes of a work on record, or of a picture that is sent."""

from __future__ import annotations

import time
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from analysis.similarity import queries, services
from analysis.similarity.duplicate_api import PossibleDuplicateViewSet
from analysis.similarity.filters import FilterForm
from analysis.similarity.models import PictureSearch
from analysis.similarity.senses import SENSES
from artmarket.api.problems import Problem
from artmarket.api.router import UUID_KEY, Router
from artmarket.api.serializers import address
from artmarket.api.viewsets import ApiViewSet
from artmarket.catalogue.models import Artwork
from artmarket.core.pictures import PictureRefused

DEFAULT_WORKS = 12
MOST_WORKS = 48
WAIT_SECONDS = 4.0
ASK_EVERY_SECONDS = 0.15
FILTERS = [
    OpenApiParameter("artist", int),
    OpenApiParameter("medium", str),
    OpenApiParameter("year_min", int),
    OpenApiParameter("year_max", int),
    OpenApiParameter("price_min", OpenApiTypes.DECIMAL, description="US dollars at the sale's date."),
    OpenApiParameter("price_max", OpenApiTypes.DECIMAL, description="US dollars at the sale's date."),
    OpenApiParameter("house", int),
    OpenApiParameter("sold", bool),
    OpenApiParameter("threshold", float, description="Least score shown: a cosine, or for a mix deviations."),
    *(
        OpenApiParameter(
            name, int, description="Weight of this sense, 0 to 100; the subject alone where none is given."
        )
        for name in SENSES
    ),
    OpenApiParameter("limit", int, description="At most 48."),
]


class SimilarSpaceSerializer(serializers.Serializer[Any]):
    """The space that was searched, of several the first."""

    id = serializers.IntegerField()
    sense = serializers.CharField()
    model = serializers.CharField()
    weights = serializers.CharField(help_text="`file`, `download` or `trained` (on this catalogue's pictures).")
    pictures = serializers.IntegerField(help_text="Pictures in the space, at most half a minute ago.")


class SimilarSenseSerializer(serializers.Serializer[Any]):
    """How near a work is in one sense."""

    cosine = serializers.FloatField()
    rank = serializers.FloatField(help_text="The share of chance pairs of the catalogue that are less alike, 0 to 1.")


class SimilarHitSerializer(serializers.Serializer[Any]):
    """A work that looks alike."""

    artwork = serializers.IntegerField()
    title = serializers.CharField(allow_blank=True)
    artist = serializers.JSONField(help_text="`{id, name}`, or null.")
    attribution = serializers.CharField()
    date_text = serializers.CharField(allow_blank=True)
    medium = serializers.CharField(allow_blank=True)
    is_invented = serializers.BooleanField()
    image = serializers.IntegerField()
    score = serializers.FloatField(
        help_text="One sense: the cosine, 1 is the same. A mix: how many deviations nearer than chance pairs."
    )
    senses = serializers.DictField(
        child=SimilarSenseSerializer(), help_text="In every sense, weighed or not, how near it is."
    )
    explanation = serializers.CharField(
        help_text="The same as a sentence, in the language asked for.", allow_blank=True
    )
    links = serializers.DictField(child=serializers.CharField())


class SimilarSerializer(serializers.Serializer[Any]):
    """Look-alikes, nearest first. While a picture waits for a worker: status 202, `state` `waiting` and no hits."""

    state = serializers.ChoiceField(["ready", "waiting", "failed", "no_space"])
    id = serializers.UUIDField(required=False, allow_null=True, help_text="The search by picture, to ask again.")
    unlike_known = serializers.BooleanField(
        required=False,
        help_text="Whether a picture that was sent looks like none that the site knows: it may be no artwork.",
    )
    exact = serializers.BooleanField(allow_null=True, help_text="Whether every candidate was compared.")
    space = SimilarSpaceSerializer(allow_null=True)
    weights = serializers.DictField(child=serializers.FloatField(), help_text="The senses that were mixed, by weight.")
    results = SimilarHitSerializer(many=True)


class PictureSerializer(serializers.Serializer[Any]):
    """A picture to search with."""

    picture = serializers.FileField()


class SimilarViewSet(ApiViewSet):
    """Search by look: `GET ?artwork=`, or `POST` a picture and, on 202, `GET` its `Location`."""

    parser_classes = [MultiPartParser]
    filter_backends: list[Any] = []
    pagination_class = None
    serializer_class = SimilarSerializer
    queryset = PictureSearch.objects.none()
    lookup_value_regex = UUID_KEY
    lookup_field = "pk"
    required_scopes = {"list": "read", "retrieve": "read", "create": "analyse"}

    @extend_schema(parameters=[OpenApiParameter("artwork", int, required=True), *FILTERS], responses=SimilarSerializer)
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Look-alikes of a work on record."""
        wish = self.read_query(request, {"artwork"})
        key = whole_number(request, "artwork")
        if not Artwork.objects.visible_to(request.user).filter(pk=key).exists():
            raise Problem(404, "not_found", detail=_("There is no such record, or it is not yours to see."))
        return Response(as_json(queries.search(request.user, artwork=key, **wish)))

    @extend_schema(
        parameters=[OpenApiParameter("id", OpenApiTypes.UUID, OpenApiParameter.PATH), *FILTERS],
        responses={200: SimilarSerializer, 202: SimilarSerializer},
    )
    def retrieve(self, request: Request, pk: str, *args: Any, **kwargs: Any) -> Response:
        """Look-alikes of a picture that was sent."""
        return self.answer(request, find(request, pk), self.read_query(request, set()))

    @extend_schema(
        request={"multipart/form-data": PictureSerializer},
        parameters=FILTERS,
        responses={200: SimilarSerializer, 202: SimilarSerializer},
    )
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Search with a picture. Waits a few seconds for a worker; then 202 and a `Location` to ask again."""
        wish, upload = self.read_query(request, set()), request.FILES.get("picture")
        if upload is None:
            error = {"pointer": "/picture", "code": "required", "detail": _("Choose a picture first.")}
            raise Problem(422, "invalid", detail=error["detail"], errors=[error])
        try:
            asked = services.search_by_picture(actor=self.actor, source=upload, name=upload.name or "")
        except PictureRefused as error:
            refused = {"pointer": "/picture", "code": error.code, "detail": str(error)}
            raise Problem(422, "picture_refused", detail=str(error), errors=[refused]) from error
        end = time.monotonic() + WAIT_SECONDS
        while services.state_of(search=asked) == services.WAITING and time.monotonic() < end:
            time.sleep(ASK_EVERY_SECONDS)
            asked = find(request, str(asked.pk))
        return self.answer(request, asked, wish)

    def answer(self, request: Request, asked: PictureSearch, wish: dict[str, Any]) -> Response:
        state = services.state_of(search=asked)
        if state != services.READY:
            body = {"state": state, "id": asked.pk, "exact": None, "space": None, "weights": {}, "results": []}
            headers = {"Location": request.build_absolute_uri(address("api:similar-detail", asked.pk))}
            if state == services.WAITING:
                return Response(body, status=202, headers=headers | {"Retry-After": "1"})
            return Response(body)
        told = {"id": asked.pk, services.UNLIKE: services.is_unlike(search=asked)}
        return Response(as_json(queries.search(request.user, picture_search=asked.pk, **wish)) | told)

    def read_query(self, request: Request, also: set[str]) -> dict[str, Any]:
        """Filters, threshold and limit; a misspelt parameter or bad value is a 400."""
        form = FilterForm(request.query_params, user=request.user)
        known = set(form.fields) | also | {"limit", "format"}
        errors = [
            {"parameter": name, "code": "unknown_parameter", "detail": _("This list has no such filter.")}
            for name in request.query_params
            if name not in known
        ]
        for name, problems in form.errors.get_json_data().items():
            errors += [
                {"parameter": name, "code": one["code"] or "invalid", "detail": one["message"]} for one in problems
            ]
        if errors:
            raise Problem(400, "invalid_parameter", detail=_("Some parameters were refused."), errors=errors)
        limit = whole_number(request, "limit", DEFAULT_WORKS)
        if not 1 <= limit <= MOST_WORKS:
            raise bad_parameter("limit")
        return {
            "filters": form.filters(),
            "threshold": form.cleaned_data["threshold"],
            "weights": form.weights({}) or None,
            "limit": limit,
            "explained": True,
        }


def find(request: Request, pk: str) -> PictureSearch:
    """The asker's own search; 404 for anybody else's."""
    searches = PictureSearch.objects.visible_to(request.user).defer("picture").select_related("job", "asked_by")
    try:
        return searches.get(pk=UUID(pk))
    except ValueError:
        raise PictureSearch.DoesNotExist from None


def whole_number(request: Request, name: str, default: int | None = None) -> int:
    text = request.query_params.get(name, "")
    if text == "" and default is not None:
        return default
    if not (text.isascii() and text.isdigit()) or int(text) >= 2**63:
        raise bad_parameter(name)
    return int(text)


def bad_parameter(name: str) -> Problem:
    detail = _("This must be a whole number in its range.")
    errors = [{"parameter": name, "code": "invalid", "detail": detail}]
    return Problem(400, "invalid_parameter", detail=_("Some parameters were refused."), errors=errors)


def as_json(found: queries.Found) -> dict[str, Any]:
    """Plain dictionaries for the renderer, without a serializer's cost per row."""
    space = found.space
    return {
        "state": "ready" if space is not None else "no_space",
        "exact": found.exact,
        "space": space
        and {
            "id": space.record.pk,
            "sense": space.record.name,
            "model": space.model_name,
            "weights": space.source,
            "pictures": space.pictures,
        },
        "weights": dict(found.weights),
        "results": [hit_as_json(hit) for hit in found.hits],
    }


def hit_as_json(hit: Any) -> dict[str, Any]:
    return {
        "artwork": hit.artwork_id,
        "title": hit.title,
        "artist": {"id": hit.artist_id, "name": hit.artist_name} if hit.artist_id else None,
        "attribution": hit.attribution,
        "date_text": hit.date_text,
        "medium": hit.medium,
        "is_invented": hit.is_invented,
        "image": hit.image_id,
        "score": round(hit.score, 4),
        "senses": {
            each.sense: {"cosine": round(each.cosine, 4), "rank": round(each.rank, 4)} for each in hit.alikeness
        },
        "chances": {question: round(chance, 4) for question, chance in hit.chances},
        "explanation": hit.explanation,
        "links": {
            "artwork": address("api:artwork-detail", hit.artwork_id),
            "page": address("catalogue:artwork-detail", hit.artwork_id),
            "picture": address("catalogue:picture", hit.image_id, "card"),
        },
    }


def register(router: Router) -> None:
    router.register("similar", SimilarViewSet, basename="similar")
    router.register("possible-duplicates", PossibleDuplicateViewSet, basename="possible-duplicate")
