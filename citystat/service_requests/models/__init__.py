"""Tables of the room: the catalog and its forms, live requests and what happens to them, contact data apart from both."""

from citystat.service_requests.models.appointments import Appointment, AppointmentRule, AppointmentSlot
from citystat.service_requests.models.cases import ApiClient, Event, Feedback, FollowUp, Photo, ServiceRequest, WorkOrder
from citystat.service_requests.models.catalog import Calendar, QualityReview, QualitySample, SavedSearch, Service
from citystat.service_requests.models.center import CallerAnswer, CallVolume, CenterCost, CenterLoad, PhoneCall
from citystat.service_requests.models.contacts import Contact, ContactRecord, Subscription
from citystat.service_requests.models.offers import CatalogTranslation, RoutingRule, ServiceForm
from citystat.service_requests.models.privacy import PendingFollow, RemovalHold
from citystat.service_requests.models.telling import Campaign, CampaignNews, CampaignReach, EmergencySwitch, Notice, NoticeCount

__all__ = [
    "ApiClient",
    "Appointment",
    "AppointmentRule",
    "AppointmentSlot",
    "Calendar",
    "CallVolume",
    "CallerAnswer",
    "Campaign",
    "CampaignNews",
    "CampaignReach",
    "CatalogTranslation",
    "CenterCost",
    "CenterLoad",
    "Contact",
    "ContactRecord",
    "EmergencySwitch",
    "Event",
    "Feedback",
    "FollowUp",
    "Notice",
    "NoticeCount",
    "PendingFollow",
    "PhoneCall",
    "Photo",
    "QualityReview",
    "QualitySample",
    "RemovalHold",
    "RoutingRule",
    "SavedSearch",
    "Service",
    "ServiceForm",
    "ServiceRequest",
    "Subscription",
    "WorkOrder",
]
