"""The one way to start a process: killable, limited in time and memory, blames the item that crashed it."""

from gatekeeper.workers.environment import clean_environment, find_tool, git_environment
from gatekeeper.workers.limits import Limits
from gatekeeper.workers.pool import Item, Outcome, Pool
from gatekeeper.workers.process import Completed, run
from gatekeeper.workers.service import Service, serve

__all__ = [
    "Completed",
    "Item",
    "Limits",
    "Outcome",
    "Pool",
    "Service",
    "clean_environment",
    "find_tool",
    "git_environment",
    "run",
    "serve",
]
