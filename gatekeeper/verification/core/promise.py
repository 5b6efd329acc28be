"""Spec "Establishing a Time for the Signature": the time in a log's promise (Rekor's signed entry timestamp)."""

from __future__ import annotations

import datetime

from gatekeeper.errors import VerificationFailure
from gatekeeper.formats import base64, jsonable
from gatekeeper.formats.sigstore.log_entry import LogEntry
from gatekeeper.verification.core.hints import COPY_ANEW
from gatekeeper.verification.core.results import TrustedTime
from gatekeeper.verification.core.signature import verifies
from gatekeeper.verification.core.trust import Log

LAST_SECOND = 253402300799  # of the year 9999: the last that a datetime can hold


def promised_time(entry: LogEntry, log: Log) -> TrustedTime:
    """When the log says that it took the entry.

    Raises:
        VerificationFailure: the promise does not hold, or the log's key was not in use then.
    """
    signed = {
        "body": base64.encode(entry.body),
        "integratedTime": entry.integrated_time,
        "logID": entry.log_id.hex(),
        "logIndex": entry.log_index,
    }
    if not verifies(log.key, entry.promise, jsonable.dumps(signed)):
        raise VerificationFailure(
            f"the log's promise does not hold ({log.name})",
            expected="a signature over the entry, its time and its index",
            found="one of them was changed",
            hint=COPY_ANEW,
            step="log promise",
        )
    if not 0 < entry.integrated_time <= LAST_SECOND:
        raise VerificationFailure("the log's promise names no time", step="log promise")
    time = datetime.datetime.fromtimestamp(entry.integrated_time, datetime.UTC)
    if time not in log.window:
        raise VerificationFailure(
            f"the log's key was not in use at the time of its promise ({log.name})",
            expected=str(log.window),
            found=time.isoformat(),
            step="log promise",
        )
    return TrustedTime(time, f"promise of the log {log.name}")
