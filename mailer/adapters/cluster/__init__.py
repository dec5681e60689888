"""Many machines on one PostgreSQL: jobs in the database, and workers that run them (procrastinate)."""

from mailer.adapters.cluster.engine import Rhythm, run, upgrade
from mailer.adapters.cluster.jobs import QueuedJobs

__all__ = ["QueuedJobs", "Rhythm", "run", "upgrade"]
