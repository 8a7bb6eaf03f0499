"""Addresses of the shell and of the pages that join rooms."""

from django.urls import path

from citystat.web import views
from citystat.web.analyses import views as analyses
from citystat.web.chain import views as chain
from citystat.web.exchange import views as exchange
from citystat.web.glance import views as glance
from citystat.web.goals import views as goals
from citystat.web.measures import views as measures

app_name = "web"
urlpatterns = [
    path("language/<slug:code>/", views.language, name="language"),
    path("robots.txt", views.robots, name="robots"),
    path("city.css", views.city_colors, name="city_colors"),
    path("charts/<str:key>.svg", views.picture, name="picture"),
    path("how-to-read/", views.reading, name="reading"),
    path("", glance.home, name="home"),
    path("departments/", glance.departments, name="departments"),
    path("departments/<str:slug>/", glance.department, name="department"),
    path("services/", glance.services, name="services"),
    path("services/<str:slug>/", glance.service, name="service"),
    path("districts/", glance.districts, name="districts"),
    path("districts/<str:code>/", glance.district, name="district"),
    path("plan/", goals.plan_in_force, name="plan"),
    path("plan/versions/<int:number>/", goals.plan_version, name="plan_version"),
    path("plan/goals/<slug:code>/", goals.goal, name="goal"),
    path("plan/themes/", goals.themes, name="themes"),
    path("plan/themes/<slug:slug>/", goals.theme, name="theme"),
    path("plan/boards/", goals.boards, name="boards"),
    path("data/performance/", exchange.performance, name="performance"),
    path("data/performance/performance-data.zip", exchange.download, name="performance_zip"),
    path("chain/budget/", chain.budget, name="budget_chain"),
    path("chain/<slug:name>/", chain.newest, name="chain_newest"),
    path("chain/<slug:name>/<str:period>/", chain.chain, name="chain"),
    path("chain/<slug:name>/<str:period>/chain.<str:kind>", chain.chain_file, name="chain_file"),
    path("analyses/", analyses.analyses, name="analyses"),
    path("analyses/save/explorer/", analyses.save_search, name="save_search"),
    path("analyses/save/<slug:name>/", analyses.save_analysis, name="save_analysis"),
    path("analyses/<int:number>/", analyses.open_analysis, name="open_analysis"),
    path("analyses/<int:number>/delete/", analyses.delete_analysis, name="delete_analysis"),
    path("analyses/searches/<int:number>/", analyses.open_search, name="open_search"),
    path("analyses/searches/<int:number>/delete/", analyses.delete_search, name="delete_search"),
    path("measures/", measures.measure_list, name="measures"),
    path("measures/<slug:name>/", measures.measure_page, name="measure"),
    path("measures/<slug:name>/known-then/", measures.measure_then, name="measure_then"),
    path("measures/<slug:name>/numbers.<str:kind>", measures.measure_download, name="measure_download"),
    path("measures/<slug:name>/<str:period>/rows/", measures.measure_trace, name="measure_trace"),
]
