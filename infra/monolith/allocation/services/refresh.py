"""Reads the version pointer once, and the rows of a new version."""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from allocation.catalog.catalog import Catalog
from allocation.catalog.compile.compile import compile_catalog
from allocation.catalog.links import Links
from allocation.dao.catalog import CatalogReader
from allocation.dao.error import DaoError, MalformedError
from allocation.decision.place_index import PlaceIndex
from allocation.services.refreshed import Found, Versions

_logger = logging.getLogger("django.allocation.catalog")


@dataclass(frozen=True, slots=True)
class ServedCatalog:
    """A catalog with what finds its items: ready to decide on, and to follow links."""

    catalog: Catalog
    index: PlaceIndex
    links: Links

    @classmethod
    def of(cls, catalog: Catalog) -> "ServedCatalog":
        return cls(catalog, PlaceIndex(catalog), Links(catalog))


def look(reader: CatalogReader, versions: Versions, may_load: Callable[[], bool]) -> Found[ServedCatalog]:
    """Reads the pointer, and the rows if it names a version that was not read before.

    `may_load` is called before the rows are read, which may take long, and says whether they are
    still wanted. Nothing is found where the store fails.
    """
    try:
        version = reader.current_version()
        if version is None:
            return Found()
        if version == versions.served:
            return Found(is_confirmed=True)
        if version == versions.refused:
            return Found(refused=version)
        return _load(reader, version) if may_load() else Found()
    except DaoError as error:
        return Found(failure=str(error))
    except Exception:
        # The next look tries again. A thread that ends without a word would not.
        _logger.exception("The catalog could not be refreshed")
    return Found()


def _load(reader: CatalogReader, version: int) -> Found[ServedCatalog]:
    try:
        rows = reader.rows(version)
    except (MalformedError, ValueError) as error:
        return _refused(version, error)
    try:
        catalog = compile_catalog(version, rows)
        served = ServedCatalog.of(catalog)
    except ValueError as error:
        return _refused(version, error)
    except Exception as error:
        # The same rows would fail in the same way.
        _logger.exception("Version %d of the catalog cannot be compiled", version)
        return _refused(version, error)
    _logger.info("Serving version %d of the catalog", version)
    if catalog.withheld:
        # One line for a version, however much it withholds.
        text = "Version %d: %d creatives or contents with wrong addresses are not served: %s"
        _logger.warning(text, version, len(catalog.withheld), catalog.withheld[0])
    return Found(newer=served, version=version)


def _refused(version: int, error: Exception) -> Found[ServedCatalog]:
    text = "Version %d of the catalog is refused; serving the one before: %s"
    _logger.error(text, version, error)
    return Found(refused=version)
