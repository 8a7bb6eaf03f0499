"""The city at a glance and its parts: home, departments, services, districts; weak points first, arrows only for signals."""
