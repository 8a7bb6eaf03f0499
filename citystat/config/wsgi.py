"""WSGI entry point (WSGI, not ASGI: measured in docs/decisions)."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "citystat.config.settings")
application = get_wsgi_application()
