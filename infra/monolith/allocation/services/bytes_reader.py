"""Reads and writes the parts of a text of bytes, and reads nothing beyond its end."""

# The most bytes of a varint of 64 bits.
_VARINT_BYTES_MAX = 10
_U64_MAX = 2**64 - 1


class Ended(ValueError):
    """Less is left than is wanted, or a number is too large."""


class BytesReader:
    """What is left to read. Each method raises Ended if less is left than it wants."""

    __slots__ = ("_at", "_bytes")

    def __init__(self, text: bytes) -> None:
        self._bytes, self._at = text, 0

    def is_empty(self) -> bool:
        return self._at == len(self._bytes)

    def take(self, length: int) -> bytes:
        end = self._at + length
        if end > len(self._bytes):
            raise Ended
        taken, self._at = self._bytes[self._at : end], end
        return taken

    def byte(self) -> int:
        return self.take(1)[0]

    def u64(self) -> int:
        """A big-endian number."""
        return int.from_bytes(self.take(8), "big")

    def varint(self) -> int:
        """LEB128: groups of seven bits, the lowest first; the top bit says that another byte follows."""
        value = 0
        for at in range(_VARINT_BYTES_MAX):
            byte = self.byte()
            value |= (byte & 0x7F) << 7 * at
            if value > _U64_MAX:
                raise Ended
            if not byte & 0x80:
                return value
        raise Ended


def varint(value: int) -> bytes:
    """A number as LEB128."""
    groups = bytearray()
    while value > 0x7F:
        groups.append(value & 0x7F | 0x80)
        value >>= 7
    groups.append(value)
    return bytes(groups)
