"""The words a map shows by itself, in the language of the page."""

import json

from django import template
from django.utils.translation import gettext as _

register = template.Library()


@register.simple_tag
def map_words() -> str:
    """The `locale` of the map library, as JSON for a data attribute."""
    words = {
        "AttributionControl.ToggleAttribution": _("Sources of the map"),
        "CooperativeGesturesHandler.MacHelpText": _("Use ⌘ + scroll to zoom the map"),
        "CooperativeGesturesHandler.MobileHelpText": _("Use two fingers to move the map"),
        "CooperativeGesturesHandler.WindowsHelpText": _("Use Ctrl + scroll to zoom the map"),
        "Map.Title": _("Map"),
        "Marker.Title": _("Pin on the map"),
        "NavigationControl.ZoomIn": _("Zoom in"),
        "NavigationControl.ZoomOut": _("Zoom out"),
    }
    return json.dumps(words, ensure_ascii=False)
