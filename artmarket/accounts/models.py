"""People, the organisations they work for, and the keys that machines use."""

from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from artmarket.core.models import TimeStamped


class User(AbstractUser):
    """A person who signs in. ``is_superuser`` is platform staff; ``is_staff`` may open the admin."""

    class Language(models.TextChoices):
        ENGLISH = "en", "English"
        CHINESE = "zh-hans", "简体中文"

    class Theme(models.TextChoices):
        SYSTEM = "system", _("as the device")
        LIGHT = "light", _("light")
        DARK = "dark", _("dark")

    email = models.EmailField(_("email address"), blank=True)
    language = models.CharField(_("language"), max_length=10, choices=Language.choices, blank=True)
    theme = models.CharField(_("theme"), max_length=10, choices=Theme.choices, default=Theme.SYSTEM)
    currency = models.CharField(_("currency shown"), max_length=3, default="EUR")


class Organisation(TimeStamped):
    """A house, gallery, museum or school. Private records belong to one."""

    class Kind(models.TextChoices):
        AUCTION_HOUSE = "auction_house", _("auction house")
        GALLERY = "gallery", _("gallery or dealer")
        MUSEUM = "museum", _("museum")
        SCHOOL = "school", _("school")

    name = models.CharField(_("name"), max_length=200)
    slug = models.SlugField(_("short name"), max_length=80, unique=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Membership(TimeStamped):
    """What a person may do for an organisation."""

    class Role(models.TextChoices):
        OWNER = "owner", _("owner")
        DATA_ENTRY = "data_entry", _("data entry")
        AUCTION_HOUSE = "auction_house", _("auction house")
        CURATOR = "curator", _("curator")
        DEALER = "dealer", _("dealer")

    EDITING_ROLES = (Role.OWNER, Role.DATA_ENTRY, Role.AUCTION_HOUSE)

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organisation"],
                name="accounts_membership_once",
                violation_error_message=_("This person is already a member of this organisation."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.organisation} · {self.get_role_display()}"


class ApiKey(TimeStamped):
    """A machine's key: acts as its user, but only for its organisation. Only the secret's SHA-256 is kept."""

    class Scope(models.TextChoices):
        READ = "read", _("read records")
        WRITE = "write", _("write records")
        IMPORT = "import", _("import catalogues")
        ANALYSE = "analyse", _("ask for similar works and estimates")

    user = models.ForeignKey(User, models.CASCADE, related_name="api_keys")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="api_keys")
    name = models.CharField(_("name"), max_length=100)
    prefix = models.CharField(_("prefix"), max_length=12, unique=True, editable=False)
    secret_sha256 = models.CharField(max_length=64, editable=False)
    scopes = ArrayField(models.CharField(max_length=20, choices=Scope.choices), verbose_name=_("scopes"))
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True, editable=False)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")
        constraints = [
            models.CheckConstraint(
                condition=~Q(scopes=[]),
                name="accounts_apikey_has_scope",
                violation_error_message=_("A key needs at least one scope."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"
