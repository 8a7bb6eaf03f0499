"""Settings of the test run: a home and a key of its own, set before the product's settings are read."""

import atexit
import os
import shutil
import tempfile

if "CITYSTAT_HOME" not in os.environ:
    os.environ["CITYSTAT_HOME"] = tempfile.mkdtemp(prefix="citystat-tests-")
    # Worker processes inherit the home; the process that made it takes it away.
    atexit.register(shutil.rmtree, os.environ["CITYSTAT_HOME"], ignore_errors=True)
os.environ.setdefault("CITYSTAT_CONTACT_KEY", "contact-data-of-tests-" + "0123456789" * 5)
os.environ.setdefault("CITYSTAT_SECRET_KEY", "only-for-tests-" + "0123456789" * 5)

# The browser driver leaves an event loop in its process; Django would refuse plain database calls there.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

# `tools/postgresql.py` names a server. Commands that tests start as processes keep to the SQLite file of their own home.
os.environ["DATABASE_URL"] = os.environ.get("CITYSTAT_TEST_DATABASE_URL", "")

from citystat.config.settings import *  # noqa: F403

del os.environ["DATABASE_URL"]

# Files are found when they are asked for: every client of a test would first look through all of them, a tenth of a second each time.
WHITENOISE_AUTOREFRESH = True
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # noqa: F405

# Passwords of tests are no secrets: a slow hash would only make the tests slow.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# Every test has a catalog of its own: nothing read in one is kept for the next.
CITYSTAT_SECONDS_KEPT = 0.0
