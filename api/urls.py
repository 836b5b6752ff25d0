from django.urls import path

from api.access import views as access
from api.catalogue import suggestions
from api.catalogue import views as catalogue
from api.embeddings import views as embeddings
from api.own import account, history, lists
from api.searches import views as searches
from api.work import views as work

app_name = "api"
urlpatterns = [
    path("", access.RootView.as_view(), name="root"),
    path("problems", access.ProblemsView.as_view(), name="problems"),
    path("problems/<str:code>", access.ProblemView.as_view(), name="problem"),
    path("key", access.OwnKeyView.as_view(), name="key"),
    path("keys", access.KeysView.as_view(), name="keys"),
    path("keys/<str:prefix>", access.KeyView.as_view(), name="one-key"),
    path("keys/<str:prefix>/rotate", access.RotateView.as_view(), name="rotate-key"),
    path("searches", searches.SearchesView.as_view(), name="searches"),
    path("searches/<uuid:pk>", searches.OneSearchView.as_view(), name="search"),
    path("searches/<uuid:pk>/matches", searches.SearchMatchesView.as_view(), name="search-matches"),
    path("searches/<uuid:pk>/photo", searches.SearchPhotoView.as_view(), name="search-photo"),
    path("products", catalogue.ProductsView.as_view(), name="products"),
    path("products/<str:sku>", catalogue.ProductView.as_view(), name="product"),
    path("products/<str:sku>/similar", catalogue.SimilarView.as_view(), name="similar"),
    path("products/<str:sku>/goes-with", catalogue.GoesWithView.as_view(), name="goes-with"),
    path("products/<str:sku>/photo", catalogue.ProductPhotoView.as_view(), name="product-photo"),
    path("bulk/products", catalogue.BulkView.as_view(), name="bulk-products"),
    path("jobs", work.JobsView.as_view(), name="jobs"),
    path("jobs/<uuid:pk>", work.OneJobView.as_view(), name="job"),
    path("jobs/<uuid:pk>/results", work.ResultsView.as_view(), name="job-results"),
    path("attributes", catalogue.AttributesView.as_view(), name="attributes"),
    path("attributes/<str:key>", catalogue.AttributeView.as_view(), name="attribute"),
    path("suggestions", suggestions.SuggestionsView.as_view(), name="suggestions"),
    path("embeddings", embeddings.EmbeddingsView.as_view(), name="embeddings"),
    path("tokens", account.TokensView.as_view(), name="tokens"),
    path("me", account.AccountView.as_view(), name="me"),
    path("me/tokens", account.OwnTokensView.as_view(), name="own-tokens"),
    path("me/tokens/<str:prefix>", account.OwnTokenView.as_view(), name="own-token"),
    path("me/favourites", lists.FavouritesView.as_view(), name="favourites"),
    path("me/favourites/<str:sku>", lists.FavouriteView.as_view(), name="favourite"),
    path("me/lists", lists.ListsView.as_view(), name="lists"),
    path("me/lists/<int:pk>", lists.ListView.as_view(), name="list"),
    path("me/lists/<int:pk>/products", lists.ListedView.as_view(), name="listed"),
    path("me/lists/<int:pk>/products/<str:sku>", lists.ListedOneView.as_view(), name="listed-one"),
    path("me/searches", history.OwnSearchesView.as_view(), name="own-searches"),
    path("me/searches/<uuid:pk>", history.OwnSearchView.as_view(), name="own-search"),
    path(
        "me/searches/<uuid:pk>/photo", history.OwnSearchPhotoView.as_view(), name="own-search-photo"
    ),
]
