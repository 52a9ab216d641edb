"""Builds of PyTorch: which one this program has, which one this computer's hardware wants, and how another is fetched.

A build is laid beside the program (`core.beside`), tried by a process of its own, and used only when it has passed;
until then, and whenever anything goes wrong, the old one stays. Nothing here imports torch but the trial's own process.
"""

from ganstudio.runtime.builds.getting import Plan, drop, get, plan
from ganstudio.runtime.builds.hardware import Nvidia, nvidia
from ganstudio.runtime.builds.kinds import KINDS, Kind, Offer, installed, offer

__all__ = ["KINDS", "Kind", "Nvidia", "Offer", "Plan", "drop", "get", "installed", "nvidia", "offer", "plan"]
