"""``/dossiers``: freeze an estimate for a purpose, read dossiers, take their PDF, withdraw them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from analysis.dossier import services
from analysis.dossier.filters import DossierFilter
from analysis.dossier.models import Dossier, Purpose
from analysis.dossier.queries import organisations_of
from analysis.dossier.views import pdf_answer
from analysis.valuation.models import Valuation
from artmarket.api.inputs import OrganisationField, VisibleRecordField
from artmarket.api.keyset import Keyset
from artmarket.api.problems import Problem
from artmarket.api.router import Router
from artmarket.api.serializers import LinksField, ReadSerializer
from artmarket.api.viewsets import READ, CreateMixin, VisibleReadViewSet
from artmarket.sales.resale_right import LABELS

CODES = {"not_found": 404, "no_estimate": 409, "already_withdrawn": 409}


class DossierSerializer(ReadSerializer):
    """A frozen valuation dossier. ``content_sha256`` is printed at the foot of each of its pages."""

    id = serializers.IntegerField()
    links = LinksField(self="api:dossier-detail", pdf="api:dossier-pdf", page="dossier:dossier-detail")
    organisation = serializers.IntegerField(source="organisation_id")
    artwork = serializers.IntegerField(source="artwork_id", allow_null=True)
    valuation = serializers.IntegerField(source="valuation_id", allow_null=True)
    title = serializers.CharField()
    purpose = serializers.ChoiceField(Purpose.choices)
    effective_date = serializers.DateField()
    content_sha256 = serializers.CharField()
    pdf_sha256 = serializers.CharField()
    picture_sha256 = serializers.CharField()
    withdrawn_at = serializers.DateTimeField(allow_null=True)
    withdrawn_reason = serializers.CharField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class DossierDetailSerializer(DossierSerializer):
    """A dossier with its whole content."""

    content = serializers.CharField(help_text="Canonical JSON; its SHA-256 in UTF-8 is `content_sha256`.")


def percent(most: Decimal = Decimal(100), **kwargs: Any) -> serializers.DecimalField:
    return serializers.DecimalField(
        max_digits=5, decimal_places=2, min_value=Decimal(0), max_value=most, required=False, **kwargs
    )


def amount() -> serializers.DecimalField:
    return serializers.DecimalField(max_digits=12, decimal_places=2, min_value=Decimal(0), required=False)


class DossierInput(serializers.Serializer[Any]):
    """The estimate, the purpose, and what is agreed or assumed; amounts in the estimate's currency."""

    valuation = VisibleRecordField(Valuation)
    purpose = serializers.ChoiceField(Purpose.choices)
    organisation = OrganisationField()
    premium_percent = percent(
        Decimal("99.99"), allow_null=True, help_text="Without it: the schedule of the lot's house, where it is known."
    )
    vat_on_premium_percent = percent()
    retail_margin_percent = percent()
    costs = amount()
    commission_percent = percent()
    vat_on_commission_percent = percent()
    insurance_percent = percent()
    fees = amount()
    resale_right = serializers.ChoiceField(
        list(LABELS.items()), required=False, help_text="The country whose scheme the seller owes; without it, none."
    )


class WithdrawInput(serializers.Serializer[Any]):
    """Why a dossier counts no more."""

    reason = serializers.CharField(max_length=services.LONGEST_REASON)


class DossierViewSet(CreateMixin, VisibleReadViewSet):
    """Dossiers of your organisations. They never change; one that counts no more is withdrawn, with a reason."""

    queryset = Dossier.objects.defer("picture")
    serializer_class = DossierDetailSerializer
    list_serializer_class = DossierSerializer
    write_serializer_class = DossierInput
    filterset_class = DossierFilter
    orders = {"newest": Keyset("-id"), "oldest": Keyset("id")}
    required_scopes = {**READ, "pdf": "read", "create": "write", "withdraw": "write"}

    def with_related(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.defer("content", "picture") if self.action == "list" else rows

    def create_record(self, data: dict[str, Any]) -> Dossier:
        organisation = data.pop("organisation", None) or self.only_organisation()
        valuation = data.pop("valuation")
        try:
            terms = services.read_terms(valuation, data)
            return services.make_dossier(
                actor=self.actor,
                valuation=valuation,
                organisation=organisation,
                purpose=data["purpose"],
                terms=terms,
                check_at=self.request.build_absolute_uri(reverse("dossier:dossier-check")),
            )
        except services.DossierRefused as refused:
            raise Problem(CODES.get(refused.code, 422), refused.code, detail=str(refused)) from refused

    def only_organisation(self) -> Any:
        """The one organisation that the asker works for; asked for where there are several or none."""
        found = list(organisations_of(self.actor)[:2])
        if len(found) != 1:
            raise serializers.ValidationError({"organisation": _("Say for which organisation.")}, code="required")
        return found[0]

    @extend_schema(
        responses={(200, "application/pdf"): OpenApiResponse(OpenApiTypes.BINARY, "The PDF.")}, filters=False
    )
    @action(detail=True, pagination_class=None)
    def pdf(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """The dossier as PDF, made anew from its content: always the same bytes."""
        return pdf_answer(self.find(Dossier.objects.visible_to(self.actor)))

    @extend_schema(request=WithdrawInput, responses=DossierDetailSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Say that a dossier counts no more, and why. It stays readable; 409 where it was withdrawn before."""
        dossier = self.find(self.get_queryset())
        body = WithdrawInput(data=request.data)
        body.is_valid(raise_exception=True)
        try:
            services.withdraw(actor=self.actor, dossier=dossier, reason=body.validated_data["reason"])
        except services.DossierRefused as refused:
            raise Problem(CODES.get(refused.code, 422), refused.code, detail=str(refused)) from refused
        return self.answer(self.find(self.get_queryset()))


def register(router: Router) -> None:
    router.register("dossiers", DossierViewSet, basename="dossier")
