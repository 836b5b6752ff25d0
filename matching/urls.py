from django.urls import path, re_path

from matching.search import history_views, views
from matching.search.api.views import PredictView

app_name = "matching"
urlpatterns = [
    path("", views.home, name="home"),
    path("suggestions", views.suggestions, name="suggestions"),
    path("searches/<uuid:pk>/", views.search, name="search"),
    path("searches/<uuid:pk>/photo", views.search_photo, name="search-photo"),
    path("searches/<uuid:pk>/again", views.search_again, name="search-again"),
    path("searches/<uuid:pk>/part", views.search_part, name="search-part"),
    path("searches/<uuid:pk>/look", views.search_look, name="search-look"),
    path("searches/<uuid:pk>/garment", views.search_garment, name="search-garment"),
    path("searches/<uuid:pk>/correct", views.correct_search, name="search-correct"),
    path("searches/<uuid:pk>/delete", history_views.delete_search, name="search-delete"),
    path("history/", history_views.history, name="history"),
    path("history/delete/", history_views.delete_history, name="history-delete"),
    re_path(r"^predict/?$", PredictView.as_view(), name="predict"),
]
