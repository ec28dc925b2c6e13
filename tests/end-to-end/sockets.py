"""What the kernel tells of sockets (Linux alone)."""

from pathlib import Path


def has_unread_bytes(port: int) -> bool:
    """Whether bytes have arrived at a port of this machine that its server has not read."""
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        _, local, _, connection, queues, *_ = line.split()
        is_established, unread = connection == "01", int(queues.split(":")[1], 16)
        if is_established and int(local.split(":")[1], 16) == port and unread > 0:
            return True
    return False
