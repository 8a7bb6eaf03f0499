"""What the columns of requests are called: for each field the telling names first, and the content it needs."""

from dataclasses import dataclass
from typing import Final

NUMBERED: Final = "service request|request|case|ticket|incident|issue|sr|reference|ref|folio|solicitud|complaint|tracking|record|report"
BEGUN: Final = r"open|creat|request|receiv|submit|report|\binit|\badd\b|added|entered|start|logged|call date|fecha|abiert"
NEVER_A_NUMBER: Final = (
    r"parent|zip|postal|phone|address|house|street|district|census|tract|intersection|coord|\b[xy]\b|easting|northing|type|code|name"
    r"|\bsap\b|parcel|account|customer|caller|employee|asset|meter|permit"
)
FINISHED: Final = r"resolv|resolution|complet|finish|cerrad|cierre|atendid|fixed|\bdone\b|fermet|clotur|^(comp|compl|cmpl|fin) date$"


@dataclass(frozen=True)
class Rule:
    """A field, patterns for the words of its header from the most telling on, the content it needs, and words that speak against."""

    field: str
    need: str
    names: tuple[str, ...]
    never: str = r"^$"


# In this order: a column is taken once, so the narrower meaning comes first (a planned closing is a due date, not a closing).
RULES: Final = (
    Rule(
        "request_id",
        "unique",
        (
            rf"\b({NUMBERED})\W*(id|no|num|number|key|nbr|reference)\b",
            rf"\b({NUMBERED})\W*#",
            rf"^({NUMBERED})$|^id$|unique",
            r"\b(id|number)$",
        ),
        rf"{NEVER_A_NUMBER}|\brow\b|global",
    ),
    Rule(
        "due",
        "date",
        (
            r"\bdue\b|deadline|overdue on",
            r"target|expected|\bsla\b|promis|estimat|planned|goal|resolve by|vencim|compromiso|commit|\bprj\b",
        ),
    ),
    Rule("closed", "date", (r"\bclos", FINISHED)),
    Rule("first_response", "date", (r"first (response|action)|acknowledg", r"dispatch|assigned|inspection"), r"\bend\b"),
    Rule("updated", "date", (r"updat|modif|last (activity|change|action)", r"status date|status change|dernier"), r"table update"),
    Rule("opened", "date", (BEGUN,), r"reopen|report (start|end)"),
    Rule(
        "status",
        "status",
        (r"\bstatus\b(?! code)|\bestado\b|\bstatut\b", r"status code|state of|\bstate\b|disposition"),
        r"\bnotes?\b|status (date|detail|reason)|marital|phone",
    ),
    Rule("latitude", "latitude", (r"\blat(itude?)?\b", r"^y$|y coord|point y")),
    Rule("longitude", "longitude", (r"\b(lon|long|lng)(gitude?)?\b", r"^x$|x coord|point x")),
    Rule("location", "location", (r"location|point|geom|coord|lat long|latlong|geocod|latitude longitude|^geo$",)),
    Rule("council_district", "few", (r"council|supervisor|\bcd\b|commission(er)? district",), r"member|name|subcouncil"),
    Rule("ward", "few", (r"\bward\b",)),
    Rule("police_district", "few", (r"police|precinct", r"\bbeat\b")),
    Rule(
        "neighborhood",
        "few",
        (r"neighbou?rhood|\bnbh", r"community area|colonia|barrio|arrondissement|borough|comm name|(local|planning) area"),
    ),
    Rule("zip", "few", (r"\bzip|postal|postcode|post code",), r"customer|caller"),
    Rule(
        "channel",
        "channel",
        (
            r"channel|method received|received (by|via)|^received$|how (it was )?(received|reported)|intake|\bcanal\b|\bmedio\b"
            r"|(submitted|received|reported|created|entered|opened) (via|through|using)",
            r"(request|reported|ticket) source",
            r"\bsource\b|\bmethod\b|origin|provenance",
            r"contact type|caller type",
            r"\bdevice\b|\bplatform\b",
        ),
        r"data source|\bsystem\b|source system",
    ),
    Rule(
        "department",
        "few",
        (
            r"department|\bdept\b",
            r"agency|responsible|dependencia|secretar[ií]a",
            r"owner|bureau|business unit|organization|submit to|referred to|unite resp",
            r"\bdiv(ision)?\b",
        ),
    ),
    Rule("team", "few", (r"\bteam\b|queue|crew|work ?group|assigned (to|group)|work unit|group name", r"section|division")),
    Rule(
        "service",
        "few",
        (
            r"\b(service|request|issue|complaint|sr|case|incident|problem) ?type\b|service name|type name|(service|type|sr) (code )?desc",
            r"\btype\b|\btipo\b",
            r"\b(problem|topic|issue|subject)\b|\bservice$|service detail|sub ?categor|acti nom",
            r"\b(summary|title)\b|categor",
            r"^(record|report) type$",
            r"^desc(ription)?$",
        ),
        r"parent|(address|add|location|object|caller|contact|channel|vehicle|(case|request) record) type"
        r"|problem code|type id|lieu|priority|notice|status",
    ),
    Rule("service_code", "few", (r"\b(service|type|sr|problem|request|issue|complaint) code\b|^code$",)),
    Rule(
        "category",
        "few",
        (r"categor|classif", r"^group( desc\w*)?$|descriptor|sub ?type|\breason\b|subject|\btype\b|^nature$"),
        r"address|object|location|clos|resol|record type",
    ),
    Rule("on_time", "yes_no", (r"\bon ?time\b|within sla|met sla", r"over ?due|\blate\b|exceed|missed")),
    Rule("due_days", "days", (r"(goal|sla|target|planned|promised|allowed|standard) ?days|^sla$|days? allowed",)),
    Rule("days_to_close_recorded", "number", (r"days? (to close|open|to complet)|completed days|age (in )?days|duration",)),
    Rule(
        "outcome",
        "text",
        (r"resolution|outcome|closure|action taken|close (reason|note)|status notes", r"\bresult\b|disposition"),
        r"\bcode\b|\bdate\b|first call",
    ),
    Rule(
        "address",
        "text",
        (r"\baddr(ess)?|direcci", r"street location|sr location|^location$|intersection|^street( name)?$|^rue$"),
        r"address (number|type|verified|id|2|line 2)|\bid\b|e ?mail|reporter|caller|house|add type|city|state",
    ),
    Rule(
        "description",
        "text",
        (r"public desc|^description$|request details|issue desc", r"descri|comment|detail|\bnotes?$|\btext\b"),
        r"service|name|status|type|code",
    ),
    Rule("parent_id", "any", (r"parent|duplicate of|master",), r"unite?\b|department|days|clos|status|date"),
    Rule("transfers", "number", (r"transfer",)),
)
LATE: Final = r"exceed|over ?due|\blate\b|missed"
POINT: Final = {"latitude", "longitude", "location"}
PLACES: Final = {"council_district", "ward", "police_district", "neighborhood", "zip"}
