"""The one command line: `citystat COMMAND`, also `python -m citystat`."""

import gc
import os
import sys

# These make the installation, so they run before there is a secret key; help never needs one.
MAKES_THE_KEY = frozenset({"init", "demo"})
# A backup is put back before there is anything else, its own key included.
NEEDS_NO_KEY = frozenset({"help", "restore"})
ASKS_FOR_HELP = frozenset({"-h", "--help", "--version"})
# Starting makes some hundred thousand objects that all stay. Looking every 700 of them for garbage takes a tenth of the start.
OBJECTS_BEFORE_LOOKING = 100_000


def main() -> None:
    """Run a CityStat or Django command; errors a person can act on are one sentence, exit code 1."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "citystat.config.settings")
    gc.set_threshold(OBJECTS_BEFORE_LOOKING, *gc.get_threshold()[1:])
    from citystat.core.errors import UserError

    try:
        prepare_key(sys.argv[1:])
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
    except Exception as error:
        from citystat.core.database_errors import sentence_for

        sentence = sentence_for(error)
        if sentence is None or "--traceback" in sys.argv:
            raise
        sys.stderr.write(f"citystat: {sentence}\n")
        sys.exit(1)


def prepare_key(arguments: list[str]) -> None:
    """Settings need a secret key: make one for a first `init` or `demo`, do without for help and for putting a backup back."""
    if not arguments or arguments[0] in NEEDS_NO_KEY or ASKS_FOR_HELP & set(arguments):
        os.environ.setdefault("CITYSTAT_NO_SECRET", "1")
    elif arguments[0] in MAKES_THE_KEY:
        from citystat.core.home import make_home
        from citystat.core.secrets import make_secret_key

        make_home()
        make_secret_key()


if __name__ == "__main__":
    main()
