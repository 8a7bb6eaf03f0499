"""The one command line: `citystat COMMAND`, also `python -m citystat`."""

import os
import sys


def main() -> None:
    """Run a CityStat or Django command; errors a person can act on are one sentence, exit code 1."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "citystat.config.settings")
    from citystat.core.errors import UserError

    try:
        from django.core.management import ManagementUtility

        utility = ManagementUtility(sys.argv)
        utility.prog_name = "citystat"
        utility.execute()
    except UserError as error:
        sys.stderr.write(f"citystat: {error}\n")
        sys.exit(1)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)


if __name__ == "__main__":
    main()
