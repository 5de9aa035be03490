"""What ``doctor`` looks at, made from the settings, or from nothing but the machine where there are none."""

from ig_worker.doctor_desk.desk import DoctorDesk
from ig_worker.doctor_desk.program import FONTS, without_settings

__all__ = ["FONTS", "DoctorDesk", "without_settings"]
