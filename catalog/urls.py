from django.urls import path

from catalog import views

app_name = "catalog"
urlpatterns = [
    path("products/", views.products, name="products"),
    path("products/<str:sku>/", views.product, name="product"),
]
