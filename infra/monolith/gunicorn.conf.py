"""gunicorn's settings. The command works in any folder:
`python -m gunicorn --config infra/monolith/gunicorn.conf.py`.
"""

import atexit
import gc
import sys
import time
from pathlib import Path

# As manage.py does, so that a server that is told to stop has soon ended.
atexit.register(gc.freeze)

_MONOLITH = Path(__file__).resolve().parent
sys.path.insert(0, str(_MONOLITH))

# The parent process reads the environment, so that a missing variable is one line and an exit.
# gunicorn would restart workers that fail on it again and again.
from config.settings import ENVIRONMENT  # noqa: E402
from web.buffering_worker import connections_max  # noqa: E402

chdir = str(_MONOLITH)
wsgi_app = "config.wsgi:application"
# An error in the code stops the server before it listens.
preload_app = True

bind = ENVIRONMENT.bind
# gunicorn's threaded worker, except that its event loop receives requests and has deadlines for it.
worker_class = "web.buffering_worker.BufferingWorker"
workers = 2
threads = 4
# Of each worker. A worker that has as many closes the one that has sent a request for longest.
worker_connections = connections_max(4000)

# In seconds, and longer than the balancer keeps an idle connection (60 s). If gunicorn closed
# first, a request could meet the closing connection, and its client would get a 502.
keepalive = 75
timeout = 30
graceful_timeout = 5

# The balancer accepts longer lines and fields than gunicorn's defaults, and methods of any letters,
# which an API answers with a 405 problem. 0 leaves the limit to the balancer.
limit_request_line = 0
limit_request_field_size = 16384
limit_request_fields = 32768
permit_unconventional_http_method = True

# A worker touches a file as its sign of life. In memory, a slow disk cannot delay that.
_SHARED_MEMORY = Path("/dev/shm")  # noqa: S108
worker_tmp_dir = str(_SHARED_MEMORY) if _SHARED_MEMORY.is_dir() else None
# By default gunicorn leaves a control socket in the home folder.
control_socket_disable = True

# The log has no query strings, no addresses of clients, and no device ids or tokens.
accesslog = "-"
logger_class = "web.access_log.AccessLogger"
access_log_format = '%(t)s "%(m)s %(U)s %(H)s" %(s)s %(B)s %(M)sms trace=%(trace)s request_id=%(request_id)s'


def when_ready(server: object) -> None:
    """Imports the allocation service once, before gunicorn forks the workers."""
    import allocation.startup  # noqa: F401


def post_worker_init(worker: object) -> None:
    """Loads the catalog and connects to the stores before the worker's first request.

    This is after the fork, because connections and threads do not survive a fork.
    """
    from allocation.startup import get_allocations, get_events

    if allocations := get_allocations():
        allocations.service.warm(time.time())
    if events := get_events():
        events.warm()
