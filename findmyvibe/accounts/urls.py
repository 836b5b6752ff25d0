from django.urls import include, path

from findmyvibe.accounts import views

urlpatterns = [
    path("", views.account, name="account"),
    path("data/", views.my_data, name="account_data"),
    path("delete/", views.delete_account, name="account_delete"),
    path("", include("allauth.urls")),
]
