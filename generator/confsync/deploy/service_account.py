"""Service accounts: Google's Apps Script API refuses them, unless one acts for a person of its domain."""

import re
from typing import Any

from google.auth import impersonated_credentials
from google.auth.exceptions import GoogleAuthError
from google.oauth2 import service_account

from confsync.deploy.person import from_google
from confsync.deploy.scopes import ASKED
from confsync.errors import DeployError

KINDS = ("service_account", "impersonated_service_account", "external_account")
_TARGET = re.compile(r"/serviceAccounts/(?P<name>[^/:]+):generateAccessToken$")
_FOR_A_PERSON = (
    "In a Workspace domain whose administrator granted it domain-wide delegation it can act for a person: "
    "CONFSYNC_SUBJECT=EMAIL."
)


def acting_for(subject: str, info: dict[str, Any], where: str, login: str) -> Any:
    """Return the credentials of a service account that acts for `subject`; raises DeployError.

    Either its own key is there (`service_account`), or another login may sign for it (`impersonated_service_account`).
    """
    if not subject or info["type"] == "external_account":
        raise DeployError(
            "this is a service account, and Google's Apps Script API does not work with these.",
            where=where,
            next_step=f"Use the login of a person. {login} {_FOR_A_PERSON}",
        )
    try:
        if info["type"] == "service_account":
            return service_account.Credentials.from_service_account_info(  # type: ignore[no-untyped-call]
                info, scopes=ASKED, subject=subject
            )
        return _signed_by_another(subject, info, where, login)
    except (ValueError, TypeError, KeyError, GoogleAuthError) as error:
        what = "this is no key of a service account that can be used."
        raise DeployError(what, where=where, next_step=f"Download it again. {login}") from error


def _signed_by_another(subject: str, info: dict[str, Any], where: str, login: str) -> Any:
    target = _TARGET.search(info["service_account_impersonation_url"])
    if not target:
        raise ValueError("no service account is named")
    return impersonated_credentials.Credentials(  # type: ignore[no-untyped-call]
        from_google(info["source_credentials"], where, login),
        target["name"],
        list(ASKED),
        delegates=info.get("delegates"),
        subject=subject,
    )
