"""The steps by name, in the order in which they run."""

from collections.abc import Callable, Mapping

from . import django, long_proofs, rust, sources, suites, workflows
from .outcome import Outcome

Steps = Mapping[str, Callable[[], Outcome]]

DEFAULT: Steps = {
    "formatting": sources.formatting,
    "clippy": rust.clippy,
    "documentation": rust.documentation,
    "python": sources.python,
    "dependencies": sources.dependencies,
    "template": sources.template,
    "workflows": workflows.lint,
    "scripts": suites.scripts,
    "rust": rust.tests,
    "django": django.on_sqlite,
    "mariadb": django.on_mariadb,
    "api": suites.api,
    "end-to-end": suites.end_to_end,
    "browser": suites.browser,
}
# What `--full` runs besides.
LONG: Steps = {
    "accessibility": long_proofs.accessibility,
    "advisories": long_proofs.advisories,
    "api-examples": long_proofs.api_examples,
    "cloudformation-engine": suites.cloudformation_engine,
    "containers": long_proofs.containers,
    "checkov": sources.unsafe_settings,
    "event-storm": long_proofs.event_storm,
    "forecast-error": long_proofs.forecast_error,
    "fuzz": long_proofs.fuzz,
    "index": long_proofs.index,
    "lost-counters": long_proofs.lost_counters,
    "large-catalogs": long_proofs.large_catalogs,
    "management-api": long_proofs.management_api,
    "parity": long_proofs.parity,
    "properties": long_proofs.properties,
    "recipe": long_proofs.recipe,
    "release-artifacts": long_proofs.release_artifacts,
    "simulation": long_proofs.simulation,
    "sick-redis": long_proofs.sick_redis,
    "slow-stories": long_proofs.slow_stories,
}
ALL: Steps = {**DEFAULT, **LONG}
