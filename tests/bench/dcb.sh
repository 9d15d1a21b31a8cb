# SPDX-License-Identifier: GPL-2.0-or-later
# One port's DCB read, changed and written back (ETS, PFC, buffers), in CPU of the process that does it.  Machines that have
# no driver with DCB are answered by the program itself; tests/lab/nic does the same on a real kernel, beside dcb(8).
. "${0%/*}/common"
us=$("${BUILD:-$PWD/build}/tests/bench/dcb-port" - 2000)
echo "dcb-port: $us us of CPU; wanted: 1000 or less$(verdict "$us" '<=' 1000)"
