"""Settings of the test run: a home and a key of its own, set before the product's settings are read."""

import os
import tempfile

os.environ.setdefault("CITYSTAT_HOME", tempfile.mkdtemp(prefix="citystat-tests-"))
os.environ.setdefault("CITYSTAT_SECRET_KEY", "only-for-tests-" + "0123456789" * 5)

from citystat.config.settings import *  # noqa: E402, F403

# Passwords of tests are no secrets: a slow hash would only make the tests slow.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
