"""What a key may ask for. Which records it reaches is said by ``visible_to`` and ``editable_by``, not here."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from artmarket.accounts.models import ApiKey


class HasScope(BasePermission):
    """Deny by default: a view names the scope of each action in ``required_scopes``; an unnamed one is refused.

    People signed in by session have every scope; their role still limits what they may change.
    """

    code = "scope_missing"

    def has_permission(self, request: Request, view: Any) -> bool:
        if not request.user or not request.user.is_authenticated:
            return False
        action = getattr(view, "action", None)
        if action in {None, "metadata"} and hasattr(view, "action_map"):
            return True  # no method of this view: it answers 405 itself
        scope = getattr(view, "required_scopes", {}).get(action)
        if scope is None:
            return False
        self.message = _("This needs a key with the scope “%(scope)s”.") % {"scope": scope}
        return not isinstance(request.auth, ApiKey) or scope in request.auth.scopes
