"""WSGI entry point (WSGI, not ASGI: measured in docs/decisions)."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "citystat.config.settings")

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from citystat.config import safety

# CITYSTAT_NO_SECRET lets commands run without a key; pages are never served with it.
safety.check_key(settings.SECRET_KEY)
application = get_wsgi_application()

# Pages may be imported only once the applications are loaded.
from citystat.web import warm_up  # noqa: E402

warm_up.start()
