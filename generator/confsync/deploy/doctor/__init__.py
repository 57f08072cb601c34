"""What keeps somebody from deploying, found out before it does: one finding a line, each with what to do next."""

from confsync.deploy.doctor.account import Account, of_local, of_login
from confsync.deploy.doctor.examination import examine
from confsync.deploy.doctor.finding import FAIL, OK, WARN, Finding

__all__ = ["FAIL", "OK", "WARN", "Account", "Finding", "examine", "of_local", "of_login"]
