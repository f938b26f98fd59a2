"""Pages of the inventory: the list with its totals, adding, changing and removing, the file in and the file out."""

from __future__ import annotations

import csv
from functools import partial
from typing import Any, BinaryIO, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from analysis.inventory import bulk, exports, jobs, queries, services
from analysis.inventory.filters import InventoryFilter
from analysis.inventory.forms import BulkForm, ItemForm, initial_of
from analysis.inventory.models import InventoryItem
from analysis.inventory.reckoning import Position, positions
from analysis.inventory.totals import by_group, history, totals_of
from analysis.jobs.models import Job
from artmarket.accounts.models import Organisation
from artmarket.api.keyset import Keyset
from artmarket.catalogue.models import Artwork
from artmarket.catalogue.paging import Order, page_of

PAGE_ROWS = 50
ORDERS = {
    "newest": Order(gettext_lazy("latest added"), Keyset("-id")),
    "worth": Order(gettext_lazy("highest value"), Keyset("-value_eur", "-id")),
    "gain": Order(gettext_lazy("largest gain"), Keyset("-change_eur", "-id")),
    "loss": Order(gettext_lazy("largest loss"), Keyset("change_eur", "id")),
    "longest": Order(gettext_lazy("longest held"), Keyset("acquired_on", "id")),
}


def chosen_organisation(request: HttpRequest) -> Organisation | None:
    """``?organisation=``, else the person's first; None for people who work for none. 404 for another's."""
    user: Any = request.user
    own, asked = queries.organisations_of(user), request.GET.get("organisation", "")
    if not asked:
        return own.first()
    if not (asked.isascii() and asked.isdigit() and len(asked) < 19):
        raise Http404
    return get_object_or_404(own, pk=asked)


def needed_organisation(request: HttpRequest) -> Organisation:
    organisation = chosen_organisation(request)
    if organisation is None:
        raise Http404
    return organisation


@require_GET
def item_list(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    organisation = chosen_organisation(request)
    if organisation is None:
        return render(request, "inventory/item_list.html", {"organisation": None})
    chosen = InventoryFilter(request.GET, queryset=queries.item_rows(user, organisation), request=request)
    page = page_of(request, chosen.qs, ORDERS, limit=PAGE_ROWS)
    is_filtered = any(request.GET.get(name) for name in chosen.filters if name != "organisation")
    context = {
        "organisation": organisation,
        "organisations": list(queries.organisations_of(user)),
        "filter": chosen,
        "page": page,
        "rows": [(each, queries.shown_work(each.item)) for each in positions(page.rows, user.currency)],
        "orders": ORDERS,
        "currency": user.currency,
        "is_filtered": is_filtered,
        "is_bare": not page.rows and not is_filtered,
        "may_keep": queries.may_keep(user, organisation.pk),
        "job": Job.objects.filter(dedupe_key=f"{jobs.KIND}:{organisation.pk}", state__in=Job.UNFINISHED).first(),
        "removed": removed_item(request, organisation),
        "shows_invented": any(work and work.is_invented for work in map(queries.shown_work, page.rows)),
    }
    return render(request, "inventory/item_list.html", context)


def removed_item(request: HttpRequest, organisation: Organisation) -> InventoryItem | None:
    """The item that was just removed, so that it can be put back."""
    asked = request.GET.get("removed", "")
    if not (asked.isascii() and asked.isdigit() and len(asked) < 19):
        return None
    user: Any = request.user
    rows = InventoryItem.objects.filter(organisation=organisation, pk=asked, removed_at__isnull=False)
    return queries.with_works(rows, user).first() if queries.may_keep(user, organisation.pk) else None


@require_GET
def totals(request: HttpRequest) -> HttpResponse:
    """The fragment above the list: sums, charts by artist and medium, and worth over time."""
    user: Any = request.user
    organisation = needed_organisation(request)
    found = positions(queries.items_for_totals(user, organisation), user.currency)
    summed = totals_of(found, user.currency)
    chart, missing_days = history(organisation.pk, user.currency)
    context = {
        "totals": summed,
        "interval": interval_chart(summed),
        "by_artist": by_group(found, artist_of, _("Worth by artist"), user.currency),
        "by_medium": by_group(found, medium_of, _("Worth by medium"), user.currency),
        "history": chart if len(chart["series"][0]["points"]) > 1 else None,
        "missing_days": missing_days,
    }
    return render(request, "inventory/_totals.html", context)


def interval_chart(summed: Any) -> dict[str, Any]:
    rows = [(_("if all err together"), summed.together), (_("if each errs by itself"), summed.apart)]
    points = [[name, float(middle), float(low), float(high)] for name, (low, middle, high) in rows]
    return {"title": _("Worth today"), "unit": summed.currency, "series": [{"name": "", "points": points}]}


def artist_of(position: Position) -> str:
    work = queries.shown_work(position.item)
    return work.artist.name if work is not None and work.artist is not None else _("Unknown artist")


def medium_of(position: Position) -> str:
    work = queries.shown_work(position.item)
    return str(work.get_medium_display()) if work is not None and work.medium else _("not known")


@require_http_methods(["GET", "POST"])
def item_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a work, from its page."""
    user: Any = request.user
    work = get_object_or_404(Artwork.objects.visible_to(user).select_related("artist"), pk=pk)
    own = list(queries.kept_organisations_of(user))
    organisation = next(
        (one for one in own if str(one.pk) == request.POST.get("organisation")), own[0] if own else None
    )
    if organisation is None:
        raise PermissionDenied(_("You may not change the inventory of any organisation."))
    form = ItemForm(request.POST or None, initial={"cost_currency": user.currency, "status": "in_stock"})
    add = partial(services.add_item, actor=user, organisation=organisation, artwork=work)
    if request.method == "POST" and form.is_valid() and saved(form, add):
        messages.success(request, _("Added to the inventory."))
        return redirect(list_url(organisation))
    context = {"form": form, "work": work, "organisations": own, "organisation": organisation}
    return render(request, "inventory/item_form.html", context, status=422 if form.errors else 200)


def saved(form: ItemForm, save: Any) -> bool:
    """Whether the service took it; what it refused stands at its fields."""
    try:
        save(**form.cleaned_data)
    except ValidationError as error:
        form.add_error(None, error)
        return False
    except IntegrityError:
        form.add_error(None, _("This work is in the inventory already."))
        return False
    return True


def list_url(organisation: Organisation, **more: Any) -> str:
    query = "&".join(f"{name}={value}" for name, value in {"organisation": organisation.pk, **more}.items())
    return f"{reverse('inventory:item-list')}?{query}"


def kept_or_404(request: HttpRequest, pk: int) -> InventoryItem:
    """An item that the person may see; 403 where it may not be changed by them."""
    user: Any = request.user
    rows = queries.with_works(InventoryItem.objects.visible_to(user), user).select_related("organisation")
    item = get_object_or_404(rows, pk=pk)
    services.check_may_keep(user, item.organisation_id)
    return cast(InventoryItem, item)


@require_http_methods(["GET", "POST"])
def item_edit(request: HttpRequest, pk: int) -> HttpResponse:
    user: Any = request.user
    item = kept_or_404(request, pk)
    form = ItemForm(request.POST or None, initial=initial_of(item))
    if request.method == "POST" and form.is_valid():
        if saved(form, partial(services.update_item, actor=user, item=item)):
            messages.success(request, _("The item was changed."))
            return redirect(list_url(item.organisation))
        item.refresh_from_db()
    context = {"form": form, "item": item, "work": queries.shown_work(item), "organisation": item.organisation}
    return render(request, "inventory/item_form.html", context, status=422 if form.errors else 200)


@require_POST
def item_remove(request: HttpRequest, pk: int) -> HttpResponse:
    user: Any = request.user
    item = kept_or_404(request, pk)
    services.remove_item(actor=user, item=item)
    return redirect(list_url(item.organisation, removed=item.pk))


@require_POST
def item_restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a removal back."""
    user: Any = request.user
    own = [one.pk for one in queries.organisations_of(user)]
    rows = InventoryItem.objects.filter(organisation__in=own, removed_at__isnull=False).select_related("organisation")
    item = get_object_or_404(rows, pk=pk)
    try:
        services.restore_item(actor=user, item=item)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(list_url(item.organisation))


@require_POST
def refresh(request: HttpRequest) -> HttpResponse:
    """Estimate all items anew, as a job."""
    user: Any = request.user
    organisation = get_object_or_404(queries.organisations_of(user), pk=number(request.POST.get("organisation", "")))
    jobs.request_refresh(actor=user, organisation=organisation)
    return redirect(list_url(organisation))


def number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Http404
    return int(text)


@require_http_methods(["GET", "POST"])
def item_bulk(request: HttpRequest) -> HttpResponse:
    """Many items from one file; nothing is added where a row has a fault."""
    user: Any = request.user
    organisation = needed_organisation(request)
    services.check_may_keep(user, organisation.pk)
    form, errors = BulkForm(request.POST or None, request.FILES or None), []
    if request.method == "POST" and form.is_valid():
        try:
            file = cast(BinaryIO, form.cleaned_data["file"].file)
            added = bulk.add_items(actor=user, organisation=organisation, file=file)
        except bulk.BulkRefused as refused:
            errors = refused.errors
        else:
            messages.success(request, _("%(count)d works were added.") % {"count": len(added)})
            return redirect(list_url(organisation))
    context = {"form": form, "errors": errors, "organisation": organisation, "columns": bulk.COLUMNS}
    return render(request, "inventory/item_bulk.html", context, status=422 if errors or form.errors else 200)


class Echo:
    """Gives back what the CSV writer writes."""

    def write(self, line: str) -> str:
        return line


@require_GET
def item_export(request: HttpRequest) -> StreamingHttpResponse:
    """The filtered list as CSV."""
    user: Any = request.user
    organisation = needed_organisation(request)
    rows = InventoryFilter(request.GET, queryset=queries.item_rows(user, organisation), request=request).qs
    writer = csv.writer(Echo())
    lines = exports.item_lines(rows.order_by("id").iterator(chunk_size=1_000))
    response = StreamingHttpResponse((writer.writerow(line) for line in lines), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="inventory-{timezone.localdate().isoformat()}.csv"'
    response["Cache-Control"] = "private, no-store"
    return response


@require_GET
def artwork_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """On a work's page: whether it is in the inventory, and the way to add it. Empty for people who keep none."""
    user: Any = request.user
    work = get_object_or_404(Artwork.objects.visible_to(user).only("id"), pk=pk)
    items = list(queries.item_of_work(user, work))
    is_held = any(item.status != InventoryItem.Status.SOLD for item in items)
    own = queries.kept_organisations_of(user)
    may_add = own.exists() and not (is_held and own.count() == 1)
    found = positions(items, user.currency)
    return render(request, "inventory/_artwork.html", {"work": work, "found": found, "may_add": may_add})
