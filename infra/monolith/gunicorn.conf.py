"""How gunicorn serves Django, from any folder:
`python -m gunicorn --config infra/monolith/gunicorn.conf.py`.
"""

import sys
import time
from pathlib import Path

_MONOLITH = Path(__file__).resolve().parent
sys.path.insert(0, str(_MONOLITH))

# Read here, in the parent process, a missing variable is one line and an exit. Workers that each
# failed on it would be started again and again.
from config.settings import ENVIRONMENT  # noqa: E402

chdir = str(_MONOLITH)
wsgi_app = "config.wsgi:application"
# Errors in the code, too, show up before anything listens.
preload_app = True

bind = ENVIRONMENT.bind
worker_class = "gthread"
workers = 2
threads = 4

# Longer than the balancer keeps an idle connection (60 s): closing first would cost a client a 502
# now and then, when a request and the closing cross.
keepalive = 75
timeout = 30
graceful_timeout = 5

# The balancer lets longer lines and fields through than gunicorn does unless told, and methods of
# any letters: an API answers those with a 405 of its own. 0 leaves the limit to the balancer.
limit_request_line = 0
limit_request_field_size = 16384
limit_request_fields = 32768
permit_unconventional_http_method = True

# Workers show that they live by touching a file; on a slow disk they would be taken for dead.
_SHARED_MEMORY = Path("/dev/shm")  # noqa: S108
worker_tmp_dir = str(_SHARED_MEMORY) if _SHARED_MEMORY.is_dir() else None
# No socket for control from outside: by default it is made in the home folder and stays there.
control_socket_disable = True

# Without query strings and without clients' addresses.
accesslog = "-"
logger_class = "web.access_log.AccessLogger"
access_log_format = '%(t)s "%(m)s %(U)s %(H)s" %(s)s %(B)s %(M)sms'


def when_ready(server: object) -> None:
    """Imports what workers need, once, before they are forked."""
    import allocation.startup  # noqa: F401


def post_worker_init(worker: object) -> None:
    """Loads the catalog and connects before the first request; only now, because connections and
    threads do not survive a fork.
    """
    from allocation.startup import get_allocations

    if allocations := get_allocations():
        allocations.service.warm(time.time())
