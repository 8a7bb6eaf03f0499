"""Run every check against a server and say what came of it."""

from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any, Final

from citystat.open311.conformity import checks_of_posting, checks_of_requests, checks_of_services, first_look
from citystat.open311.conformity.fetching import Failed
from citystat.open311.conformity.judging import Check
from citystat.open311.conformity.server import Server, Skipped

# Posting comes before the lists, which then have at least the request it filed.
CHECKS: tuple[Check, ...] = (*checks_of_services.CHECKS, *checks_of_posting.CHECKS, *checks_of_requests.CHECKS)

# What these look at is JSON, which a server need not have.
OF_JSON: Final = frozenset(
    """
    services_json services_agree definition_json definition_attributes definition_lists definition_xml definition_unknown requests_json
    requests_agree requests_empty requests_empty_parameters requests_bad_date requests_no_callback request_json request_unknown
    token_unknown post_without_key post_with_wrong_key post_unknown_service post_without_service post_without_place post_and_read
    """.split()  # noqa: SIM905 - names read better so
)
XML_ONLY: Final = "The server answers in XML only, which the standard allows; this looks at JSON."


@dataclass(frozen=True)
class Result:
    """What came of one check: pass, fail or skip, and why."""

    name: str
    says: str
    outcome: str
    reason: str = ""


def report(server: Server) -> dict[str, Any]:
    """Every check in order, and how many came out how. Raises InputError for an address that is none or where nobody answers."""
    server.url = first_look.base_of(server.url)
    notes = first_look.look(server)
    results = [_result(check, server) for check in CHECKS]
    counts = Counter(result.outcome for result in results)
    return {
        "url": server.url,
        "notes": notes,
        "conforms": counts["fail"] == 0 and counts["pass"] > 0,
        "passed": counts["pass"],
        "failed": counts["fail"],
        "skipped": counts["skip"],
        "checks": [asdict(result) for result in results],
    }


def _result(check: Check, server: Server) -> Result:
    try:
        if check.name in OF_JSON and server.is_xml_only:
            raise Skipped(XML_ONLY)
        check.judge(server)
    except Failed as error:
        return Result(check.name, check.says, "fail", str(error))
    except Skipped as error:
        return Result(check.name, check.says, "skip", str(error))
    except KeyError as error:
        return Result(check.name, check.says, "fail", f"A record has no {error.args[0]}.")
    except (AttributeError, IndexError, TypeError, ValueError):
        # Another server may answer with any shape; what no check expected is a failure of that server.
        return Result(check.name, check.says, "fail", "The answer has another shape than the standard gives it.")
    return Result(check.name, check.says, "pass")
