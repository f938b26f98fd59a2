"""A person's own pages: preferences and API keys."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from artmarket.accounts.forms import ApiKeyForm, ProfileForm
from artmarket.accounts.models import ApiKey, User
from artmarket.accounts.preferences import set_preferences
from artmarket.accounts.services import create_api_key, revoke_api_key


@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """Language, theme and currency of the person who asks."""
    user = signed_in(request)
    known = {"language": user.language, "theme": user.theme, "currency": user.currency}
    form = ProfileForm(request.POST or None, initial=known)
    if form.is_valid():
        set_preferences(actor=user, **form.cleaned_data)
        with translation.override(user.language or translation.get_language()):
            messages.success(request, _("Your preferences are kept."))
        return redirect("accounts:profile")
    memberships = user.memberships.select_related("organisation").order_by("organisation__name")
    return render(request, "accounts/profile.html", {"form": form, "memberships": memberships})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def key_list(request: HttpRequest) -> HttpResponse:
    """The person's keys. A new key's secret stands in the answer to the form, and nowhere else ever."""
    user = signed_in(request)
    form = ApiKeyForm(request.POST or None, user=user)
    key = secret = None
    if form.is_valid():
        key, secret = make_key(user, form)
    if key is not None:
        form = ApiKeyForm(user=user)
    keys = ApiKey.objects.filter(user=user).select_related("organisation").order_by("revoked_at", "-id")
    context = {"form": form, "keys": keys, "new_key": key, "secret": secret, "now": timezone.now()}
    return render(request, "accounts/key_list.html", context, status=422 if form.errors else 200)


def make_key(user: User, form: ApiKeyForm) -> tuple[ApiKey | None, str | None]:
    """The key that the form asks for; what the service refuses becomes the form's errors."""
    try:
        return create_api_key(
            actor=user,
            organisation=form.cleaned_data["organisation"],
            name=form.cleaned_data["name"],
            scopes=form.cleaned_data["scopes"],
            expires_at=form.expires_at(),
        )
    except ValidationError as error:
        form.add_error(None, ValidationError(error.messages))
        return None, None


@require_POST
def key_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Close one of the person's own keys."""
    user = signed_in(request)
    key = revoke_api_key(actor=user, key=get_object_or_404(ApiKey, pk=pk, user=user))
    messages.success(request, _("The key “%(name)s” opens nothing any more.") % {"name": key.name})
    return redirect("accounts:key-list")


def signed_in(request: HttpRequest) -> User:
    """The person who asks: the login middleware lets nobody else come here."""
    assert isinstance(request.user, User)  # noqa: S101 - narrows the type
    return request.user
