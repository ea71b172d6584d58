"""What is known, held against somebody's own compilers and trees -> each difference with both sides."""

from matrix.operations.verify.verify import Verify, verify

__all__ = ["Verify", "verify"]
