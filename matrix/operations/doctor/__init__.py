"""The tools of this machine, and what a kernel asks for -> for what they suffice, what is in the way, what to install."""

from matrix.operations.doctor.choice import compiles_for
from matrix.operations.doctor.diagnosis import diagnose, found_tools
from matrix.operations.doctor.values import Asks, Diagnosis, Judged

__all__ = ["Asks", "Diagnosis", "Judged", "compiles_for", "diagnose", "found_tools"]
