"""Limits of the Apps Script platform and what it says when one is reached (guide "Quotas for Google Services")."""

from typing import NamedTuple

TIMED_OUT_MESSAGE = "Exceeded maximum execution time"
# The platform's own limit is not published, nor what it says.
RESULT_TOO_LARGE = "The script returned or threw more than the 64 MB that are emulated."
ADD_ON_SECONDS = 30
EXECUTION_SECONDS = 360

EXECUTIONS_OF_A_USER = 30
EXECUTIONS_OF_A_SCRIPT = 1_000
TOO_MANY_AT_ONCE = "There are too many scripts running simultaneously for this Google user account."
AUTHORIZATION_REQUIRED = "Authorization is required to perform that action."
NO_TIME_LEFT = "Service using too much computer time for one day."

NOT_OVER_THE_API = (
    "Script has attempted to perform an action that is not allowed when invoked through the Google Apps Script "
    "Execution API."
)

TRIGGERS = 20
TOO_MANY_TRIGGERS = (
    "This script has too many triggers. Triggers must be deleted from the script before more can be added."
)

ADD_ON_PERIOD_SECONDS = 3_600
TOO_OFTEN = "The recurrence interval for an Add-on trigger must be at least one hour."

# The documented 9 KB and 500 KB, in bytes of UTF-8.
PROPERTY_BYTES = 9 * 1024
PROPERTY_KEY_BYTES = 500
STORE_BYTES = 500 * 1024
STORE_FULL = "You have exceeded the property storage quota. Please remove some properties and try again."

# Of a fetch: bytes of UTF-8, those of all headers together.
URL_BYTES = 2 * 1024
HEADERS = 100
HEADER_BYTES = 8 * 1024
FETCH_BYTES = 50 * 1024 * 1024
REDIRECTS = 20
TRUNCATED_CHARACTERS = 100

MAIL_RECIPIENTS = 50
# That of a consumer's account; a Workspace account has twice as much.
MAIL_BYTES = 200 * 1024

CACHE_KEY_CHARACTERS = 250
CACHE_VALUE_BYTES = 100 * 1024
CACHE_SECONDS = 600
LONGEST_CACHE_SECONDS = 21_600
CACHE_ITEMS = 1_000
# Above that number, those farthest from their end stay.
CACHE_ITEMS_KEPT = 900


class Allowance(NamedTuple):
    """How much of something there is for a user a day, by the kind of account."""

    consumer: int
    workspace: int


# Calls, events made, projects made, seconds that triggers run, and recipients of mails.
A_DAY = {
    "urlfetch": Allowance(20_000, 100_000),
    "properties": Allowance(50_000, 500_000),
    "calendar": Allowance(5_000, 10_000),
    "projects": Allowance(50, 50),
    "triggers": Allowance(90 * 60, 6 * 3_600),
    "email": Allowance(100, 1_500),
}


def used_up(service: str) -> str:
    """Return what the platform says when a service's calls of a day are used up."""
    return f"Service invoked too many times for one day: {service}."
