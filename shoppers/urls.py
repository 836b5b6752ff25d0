from django.urls import path

from shoppers import views

app_name = "shoppers"
urlpatterns = [
    path("products/<str:slug>/like", views.like, name="like"),
    path("products/<str:slug>/keep", views.keep, name="keep"),
    path("favourites/", views.lists, name="favourites"),
    path("favourites/<int:pk>/", views.one_list, name="favourite-list"),
    path("favourites/shared/<str:token>/", views.shared_list, name="shared-list"),
]
