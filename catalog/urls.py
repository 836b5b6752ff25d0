from django.urls import path

from catalog import favourite_views, views

app_name = "catalog"
urlpatterns = [
    path("products/", views.products, name="products"),
    path("products/<str:sku>/", views.product, name="product"),
    path("products/<str:sku>/like", favourite_views.like, name="like"),
    path("products/<str:sku>/keep", favourite_views.keep, name="keep"),
    path("favourites/", favourite_views.lists, name="favourites"),
    path("favourites/<int:pk>/", favourite_views.one_list, name="favourite-list"),
    path("favourites/shared/<str:token>/", favourite_views.shared_list, name="shared-list"),
]
