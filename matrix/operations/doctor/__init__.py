"""The tools of this machine, and what a kernel asks for -> for what they suffice, and what to install."""

from matrix.operations.doctor.choice import compiles_for
from matrix.operations.doctor.diagnosis import Asks, diagnose, found_tools

__all__ = ["Asks", "compiles_for", "diagnose", "found_tools"]
