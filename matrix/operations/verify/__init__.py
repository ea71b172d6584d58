"""What is known, held against somebody's own compilers and trees -> each difference with both sides."""

from matrix.operations.verify.against import Verify, verify

__all__ = ["Verify", "verify"]
