"""Fail when a model changed without a migration."""

import os
import sys
import tempfile

os.environ["CITYSTAT_HOME"] = tempfile.mkdtemp(prefix="citystat-check-")
os.environ.setdefault("CITYSTAT_SECRET_KEY", "only-for-this-check-" + "0123456789" * 4)
os.environ["DJANGO_SETTINGS_MODULE"] = "citystat.config.settings"

if __name__ == "__main__":
    import django
    from django.core.management import call_command

    django.setup()
    call_command("check", "--fail-level", "WARNING")
    call_command("makemigrations", "--check", "--dry-run")
    sys.stdout.write("No model changed without a migration.\n")
