"""The transport to Google: by way of the proxy that the environment names, except on this machine."""

from typing import Literal

import httplib2

TIMEOUT = 60
LOOPBACK = ("127.0.0.1", "localhost", "::1")


def transport() -> httplib2.Http:
    """Return a fresh transport. HTTPS_PROXY, HTTP_PROXY and NO_PROXY count, HTTPLIB2_CA_CERTS names other authorities."""
    return httplib2.Http(timeout=TIMEOUT, proxy_info=_proxy)


def _proxy(scheme: Literal["http", "https"]) -> httplib2.ProxyInfo | None:
    """Return the proxy for addresses of that scheme; a proxy would look for this machine's at its own place."""
    found = httplib2.proxy_info_from_environment(scheme)
    if found is not None and found.bypass_hosts is not httplib2.AllHosts:
        found.bypass_hosts = (*found.bypass_hosts, *LOOPBACK)
    return found
