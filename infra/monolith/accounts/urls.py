from django.urls import path

from accounts.pages import choose_language

urlpatterns = [path("language/", choose_language, name="language")]
