"""CityStat: from one resident's request to a council decision, every step shown.

Floors, top to bottom; imports only go down (see docs/explanation/architecture.md):
config | web, ops | stat_sessions | plan | service_requests | people, places | warehouse | core | methods
"""

__version__ = "0.1.0"
