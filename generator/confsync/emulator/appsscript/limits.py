"""Limits of the Apps Script platform and what it says when one is reached (guide "Quotas for Google Services")."""

TIMED_OUT_MESSAGE = "Exceeded maximum execution time"
ADD_ON_SECONDS = 30
EXECUTION_SECONDS = 360

TRIGGERS = 20
TOO_MANY_TRIGGERS = (
    "This script has too many triggers. Triggers must be deleted from the script before more can be added."
)

# The documented 9 KB and 500 KB, in bytes of UTF-8.
PROPERTY_BYTES = 9 * 1024
PROPERTY_KEY_BYTES = 500
STORE_BYTES = 500 * 1024
STORE_FULL = "You have exceeded the property storage quota. Please remove some properties and try again."

VERSIONS = 200
VERSIONED_DEPLOYMENTS = 20

URL_CHARACTERS = 2 * 1024
REDIRECTS = 20
TRUNCATED_CHARACTERS = 100

CACHE_KEY_CHARACTERS = 250
CACHE_VALUE_BYTES = 100 * 1024
CACHE_SECONDS = 600
LONGEST_CACHE_SECONDS = 21_600
CACHE_ITEMS = 1_000
# Above that number, those farthest from their end stay.
CACHE_ITEMS_KEPT = 900
