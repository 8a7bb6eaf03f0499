"""WSGI entry point (WSGI, not ASGI: measured in docs/decisions)."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "citystat.config.settings")

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from citystat.config import safety
from citystat.web import warm_up

# CITYSTAT_NO_SECRET lets commands run without a key; pages are never served with it.
safety.check_key(settings.SECRET_KEY)
application = get_wsgi_application()
warm_up.start()
