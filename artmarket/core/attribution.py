"""Attribution qualifiers: how sure the hand is. Each is a market of its own and never enters the artist's statistics."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Attribution(models.TextChoices):
    """The trade's ladder of certainty, from the artist's own hand to a copy of a known work."""

    BY = "by", _("by")
    ATTRIBUTED_TO = "attributed_to", _("attributed to")
    STUDIO_OF = "studio_of", _("studio of")
    CIRCLE_OF = "circle_of", _("circle of")
    FOLLOWER_OF = "follower_of", _("follower of")
    MANNER_OF = "manner_of", _("manner of")
    AFTER = "after", _("after")
    COPY_AFTER = "copy_after", _("copy after")
