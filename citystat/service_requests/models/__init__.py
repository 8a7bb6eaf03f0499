"""Tables of the room: the catalog and its forms, live requests and what happens to them, contact data apart from both."""

from citystat.service_requests.models.cases import ApiClient, Event, Feedback, FollowUp, Photo, ServiceRequest, WorkOrder
from citystat.service_requests.models.catalog import Calendar, QualityReview, QualitySample, SavedSearch, Service
from citystat.service_requests.models.contacts import Contact, ContactRecord, Subscription
from citystat.service_requests.models.offers import RoutingRule, ServiceForm

__all__ = [
    "ApiClient",
    "Calendar",
    "Contact",
    "ContactRecord",
    "Event",
    "Feedback",
    "FollowUp",
    "Photo",
    "QualityReview",
    "QualitySample",
    "RoutingRule",
    "SavedSearch",
    "Service",
    "ServiceForm",
    "ServiceRequest",
    "Subscription",
    "WorkOrder",
]
