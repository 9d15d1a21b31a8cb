# SPDX-License-Identifier: GPL-2.0-or-later
"""usage: roce-capture.py INTERFACE: RoCE v2 over IPv4 as it passes, but for that of connection managers (QP 1).

Writes "SOURCE DSCP ECN" lines, sorted and once each, when standard input ends; "ready" before the first packet.
"""
import select, socket, struct, sys

packets = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(3))
packets.bind((sys.argv[1], 0))
packets.setsockopt(socket.SOL_SOCKET, 33, 4 << 20)
print("ready", flush=True)
seen = set()
while True:
    ready, _, _ = select.select([packets, sys.stdin], [], [])
    if packets not in ready:
        break
    p = packets.recv(64)
    if len(p) < 40 or p[0] != 0x45 or p[9] != 17 or struct.unpack_from("!H", p, 22)[0] != 4791:
        continue
    if p[33:36] != b"\0\0\1":
        seen.add((socket.inet_ntoa(p[12:16]), p[1] >> 2, p[1] & 3))
for row in sorted(seen):
    print(*row)
