"""Keys in the ``Authorization`` header: ``Authorization: Bearer am_…``."""

from __future__ import annotations

import pghistory
from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from artmarket.accounts.models import ApiKey, User
from artmarket.accounts.services import KeyRefused, authenticate_key


class ApiKeyAuthentication(BaseAuthentication):
    """Sets ``request.user`` to the key's user, narrowed to the key's organisation, and ``request.auth`` to the key."""

    keyword = b"bearer"

    def authenticate(self, request: Request) -> tuple[User, ApiKey] | None:
        words = get_authorization_header(request).split()
        if not words or words[0].lower() != self.keyword:
            return None
        if len(words) != 2:
            raise AuthenticationFailed(_("Send the key as: Authorization: Bearer KEY."), "malformed_key")
        try:
            key = authenticate_key(words[1].decode("ascii"))
        except UnicodeDecodeError:
            raise AuthenticationFailed(_("This key is not known."), "unknown_key") from None
        except KeyRefused as refused:
            raise AuthenticationFailed(str(refused), refused.code) from refused
        pghistory.context(user=key.user_id, api_key=key.prefix)
        return key.user, key

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="artmarket"'
