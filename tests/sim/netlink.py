# SPDX-License-Identifier: GPL-2.0-or-later
"""Records of netlink exchanges (lib/host/host.h), written by hand: for devices that are not here.

    record = Record()
    record.ask("interfaces", "route", message(18, DUMP, ifinfomsg(), u32(29, 9)), message(16, MULTI, ...), DONE)
    open("netlink", "w").write(record.text)
"""
import struct

REQUEST, MULTI, ACK, DUMP = 1, 2, 4, 0x300
GENERIC_CONTROL = 0x10


def attr(kind, data=b""):
    return struct.pack("<HH", 4 + len(data), kind) + data + b"\0" * (-len(data) % 4)


def nest(kind, *attrs):
    return attr(kind | 0x8000, b"".join(attrs))


def text(kind, value):
    return attr(kind, value.encode() + b"\0")


def u8(kind, value):
    return attr(kind, struct.pack("<B", value))


def u16(kind, value):
    return attr(kind, struct.pack("<H", value))


def u32(kind, value):
    return attr(kind, struct.pack("<I", value))


def u64(kind, value):
    return attr(kind, struct.pack("<Q", value))


def message(kind, flags, *parts):
    body = b"".join(parts)
    return struct.pack("<IHHII", 16 + len(body), kind, flags, 0, 0) + body


def genl(command, version=1):
    return struct.pack("<BBH", command, version, 0)


def ifinfomsg(index=0, kind=0, flags=0):
    return struct.pack("<BBHiII", 0, 0, kind, index, flags, 0)


DONE = message(3, MULTI, struct.pack("<i", 0))


def ack(request, error=0):
    """An acknowledgement as NETLINK_CAP_ACK has it: the header of the request only."""
    return message(2, 0x100, struct.pack("<i", error), request[:16])


def hexadecimal(data):
    words = [data[i:i + 4].hex() for i in range(0, len(data), 4)]
    return "\n    ".join(" ".join(words[i:i + 8]) for i in range(0, len(words), 8))


class Record:
    def __init__(self):
        self.text = ""

    def ask(self, what, family, request, *replies):
        self.text += f"# {what}\n> {family} {hexadecimal(request)}\n" + "".join(f"< {hexadecimal(r)}\n" for r in replies)

    def set(self, what, family, request, error=0):
        self.ask(what, family, request, ack(request, error))

    def family(self, name, number):
        """A generic netlink family is asked for before its first request."""
        request = message(GENERIC_CONTROL, REQUEST | ACK, genl(3), text(2, name))
        self.ask(f"netlink family {name}", "generic", request,
                 message(GENERIC_CONTROL, 0, genl(1, 2), text(2, name), u16(1, number)), ack(request))
