from django.contrib.admin.apps import AdminConfig


class ShopAdminConfig(AdminConfig):
    default_site = "findmyvibe.backoffice.ShopAdminSite"
