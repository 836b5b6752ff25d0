from django.urls import path

from matching.browsing import views

app_name = "browsing"
urlpatterns = [
    path("products/", views.products, name="products"),
    path("products/<str:slug>/", views.product, name="product"),
]
