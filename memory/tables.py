"""Every SQL row. Columns named `sealed_*` hold ciphertext bound to table, column and row; nothing readable about a customer stands beside them.

Ids are 32 hexadecimal characters. All times are aware and stored as UTC.
"""

from sqlmodel import SQLModel

from memory.columns import UtcDateTime, new_id
from memory.tables_api import ApiToken
from memory.tables_choices import StaffChoice
from memory.tables_craft import AnswerVerdict, Contribution, Feedback, LearnedThread, PatternSupport, SalesPattern, Suggestion
from memory.tables_deals import DealStep
from memory.tables_follow_ups import FollowUp
from memory.tables_impact import Occasion, WeekOfPatterns
from memory.tables_operation import AuditEntry, Delivery, Forgetting, InboxEntry, RemoteErasure, SeenKey, Setting
from memory.tables_playbook import CuratedPlay, SavedPlay
from memory.tables_sending import CoachCard, ContentTemplate, CustomerMute, Outgoing, OutgoingFile, Preference, ReplyWindow
from memory.tables_slack import SlackInstallation, SlackOAuthState
from memory.tables_zones import (
    Conversation,
    Customer,
    CustomerAlias,
    Deal,
    Message,
    MessageIndex,
    MessageMedia,
    MessageOrigin,
    Note,
    Staff,
    StaffAddress,
    ZoneKey,
)

__all__ = [
    "OUR_TABLES",
    "AnswerVerdict",
    "ApiToken",
    "AuditEntry",
    "CoachCard",
    "ContentTemplate",
    "Contribution",
    "Conversation",
    "CuratedPlay",
    "Customer",
    "CustomerAlias",
    "CustomerMute",
    "Deal",
    "DealStep",
    "Delivery",
    "Feedback",
    "FollowUp",
    "Forgetting",
    "InboxEntry",
    "LearnedThread",
    "Message",
    "MessageIndex",
    "MessageMedia",
    "MessageOrigin",
    "Note",
    "Occasion",
    "Outgoing",
    "OutgoingFile",
    "PatternSupport",
    "Preference",
    "RemoteErasure",
    "ReplyWindow",
    "SalesPattern",
    "SavedPlay",
    "SeenKey",
    "Setting",
    "SlackInstallation",
    "SlackOAuthState",
    "Staff",
    "StaffAddress",
    "StaffChoice",
    "Suggestion",
    "UtcDateTime",
    "WeekOfPatterns",
    "ZoneKey",
    "new_id",
]

OUR_TABLES = frozenset(SQLModel.metadata.tables)
"""Names of the tables of these rows; the job engine keeps its own in the same database."""
