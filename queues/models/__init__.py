from queues.models.audit import AuditEntry, audited
from queues.models.job import Job
from queues.models.observed import ConnectionStatus, Queue
from queues.models.sample import Sample
from queues.models.store import Dump, Message

__all__ = ["AuditEntry", "ConnectionStatus", "Dump", "Job", "Message", "Queue", "Sample", "audited"]
