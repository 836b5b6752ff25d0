from django.urls import path, re_path

from matching import views
from matching.api.views import PredictView

app_name = "matching"
urlpatterns = [
    path("", views.home, name="home"),
    path("searches/<uuid:pk>/", views.search, name="search"),
    path("searches/<uuid:pk>/photo", views.search_photo, name="search-photo"),
    path("searches/<uuid:pk>/again", views.search_again, name="search-again"),
    path("searches/<uuid:pk>/correct", views.correct_search, name="search-correct"),
    re_path(r"^predict/?$", PredictView.as_view(), name="predict"),
]
