"""What is known, held against somebody's own compilers and trees -> each difference with both sides."""

from matrix.operations.verify.values import Compared, Finding, Kind, Verified, Verify
from matrix.operations.verify.verify import verify

__all__ = ["Compared", "Finding", "Kind", "Verified", "Verify", "verify"]
