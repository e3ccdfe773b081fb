from queues.models.attempt import Attempt
from queues.models.audit import AuditEntry, audited
from queues.models.finding import Finding, FindingPart
from queues.models.job import Job
from queues.models.ledger import Ledger, Settlement
from queues.models.observed import ConnectionStatus, Queue
from queues.models.preferences import QueuePreferences, SavedFilter
from queues.models.sample import Sample
from queues.models.store import Dump, Message

__all__ = [
    "Attempt",
    "AuditEntry",
    "ConnectionStatus",
    "Dump",
    "Finding",
    "FindingPart",
    "Job",
    "Ledger",
    "Message",
    "Queue",
    "QueuePreferences",
    "Sample",
    "SavedFilter",
    "Settlement",
    "audited",
]
