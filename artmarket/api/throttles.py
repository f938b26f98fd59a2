"""How often a key or person may ask: so many requests in a fixed window, counted in Redis."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from redis.exceptions import RedisError
from rest_framework.request import Request
from rest_framework.settings import api_settings
from rest_framework.throttling import BaseThrottle

logger = logging.getLogger(__name__)
WINDOWS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


@dataclass(frozen=True)
class Allowance:
    """What is left of a window: requests, and seconds until it starts anew."""

    limit: int
    window_s: int
    remaining: int
    reset_s: int

    def headers(self) -> dict[str, str]:
        """The fields of the IETF draft on rate limit headers."""
        return {
            "RateLimit-Policy": f'"key";q={self.limit};w={self.window_s}',
            "RateLimit": f'"key";r={max(self.remaining, 0)};t={self.reset_s}',
        }


class KeyRateThrottle(BaseThrottle):
    """Counts per key, or per person for sessions. Without Redis nothing is refused: better late than closed."""

    scope = "key"
    allowance: Allowance | None = None

    def allow_request(self, request: Request, view: Any) -> bool:
        rate = api_settings.DEFAULT_THROTTLE_RATES.get(self.scope)
        if not rate:
            return True
        limit, window_s = parse_rate(str(rate))
        now = time.time()
        try:
            used = count(f"throttle:{subject(request)}:{int(now // window_s)}", window_s)
        except RedisError:
            logger.exception("the request counter is out of reach")
            return True
        reset_s = int(window_s - now % window_s) + 1
        self.allowance = request.allowance = Allowance(limit, window_s, limit - used, reset_s)  # type: ignore[attr-defined]
        return used <= limit

    def wait(self) -> float | None:
        return self.allowance.reset_s if self.allowance else None


def parse_rate(rate: str) -> tuple[int, int]:
    """``"600/min"`` → 600 requests in 60 seconds."""
    number, period = rate.split("/")
    return int(number), WINDOWS[period[0]]


def subject(request: Request) -> str:
    return f"key:{request.auth.pk}" if request.auth is not None else f"user:{request.user.pk}"


def count(key: str, window_s: int) -> int:
    """One more in the window; returns how many there are now."""
    cache.add(key, 0, timeout=window_s * 2)
    return int(cache.incr(key))
