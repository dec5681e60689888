"""Many machines that share one PostgreSQL: jobs in the database, and workers that run them (procrastinate)."""

from mailer.adapters.cluster.engine import Timing, run, upgrade
from mailer.adapters.cluster.jobs import QueuedJobs

__all__ = ["QueuedJobs", "Timing", "run", "upgrade"]
