"""Kinds of long work of this room."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analysis.inventory.models import InventoryItem, kept_organisation_ids
from analysis.inventory.services import check_may_keep
from artmarket.accounts.models import Organisation, User
from artmarket.core import longwork
from artmarket.core.longwork import Result, WorkCancelled, WorkContext, long_work

KIND = "inventory.refresh"


def request_refresh(*, actor: User, organisation: Organisation) -> UUID:
    """Estimate all unsold items anew; the job's id. One refresh an organisation at a time. Raises ``PermissionDenied``."""
    check_may_keep(actor, organisation.pk)
    return longwork.start(
        KIND,
        actor=actor,
        parameters={"organisation_id": organisation.pk, "user_id": actor.pk},
        title=_("Estimate the inventory of %(organisation)s") % {"organisation": organisation.name},
        dedupe_key=f"{KIND}:{organisation.pk}",
        organisation_id=organisation.pk,
    )


@long_work(KIND, title=gettext_lazy("Estimate an inventory"), resumable=True)
def refresh(context: WorkContext, *, organisation_id: int, user_id: int) -> Result:
    """Each unsold item as of today, in the eyes of the person who asked; who left the organisation gets nothing."""
    from analysis.inventory.valuing import value_item
    from artmarket.sales.fx import RateTable

    actor = User.objects.get(pk=user_id)
    if organisation_id not in kept_organisation_ids(actor):
        raise PermissionError(_("Who asked for this may not change the inventory any more."))
    last, valued = context.checkpoint.get("last", 0), context.checkpoint.get("valued", 0)
    items = InventoryItem.objects.filter(organisation=organisation_id, removed_at=None).exclude(status="sold")
    total, rates, today = items.count(), RateTable.load(), timezone.localdate()
    done = items.filter(pk__lte=last).count()
    for item in items.filter(pk__gt=last).order_by("pk").select_related("artwork").iterator(chunk_size=200):
        if context.should_stop():
            context.save_checkpoint({"last": last, "valued": valued})
            raise WorkCancelled
        valued += value_item(item, actor=actor, on=today, rates=rates)
        last, done = item.pk, done + 1
        context.progress(done, total, phase=_("estimating"))
    return {"items": total, "estimated": valued, "links": [{"url": "/inventory/", "label": _("Inventory")}]}
