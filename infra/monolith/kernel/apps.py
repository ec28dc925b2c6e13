from django.apps import AppConfig


class KernelConfig(AppConfig):
    """What editing, publishing and serving agree on: vocabulary, row kinds, targeting dimensions,
    the catalog's schema and the published store. It has no tables and imports no other app.
    """

    name = "kernel"
