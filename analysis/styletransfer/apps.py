from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StyleTransferConfig(AppConfig):
    name = "analysis.styletransfer"
    label = "styletransfer"
    verbose_name = _("style transfer")
