#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# The tools on a zoned namespace: NODE. LBAs of 4 KiB, zones of 1024 LBAs of which 768 can be used
# shellcheck source=tests/tools/lib.sh
. "$(dirname "$0")/lib.sh"
node=$1

head -c 4096 /dev/urandom >data

# zone ACTION SLBA: Zone Management Send
zone() {
	xnvme pioc "$node" --opcode 0x79 --nsid 0x1 --cdw10 "$2" --cdw13 "$1"
}

# wp SLBA: the write pointer of a zone, from the zone's descriptor in the report
wp() {
	xnvme pioc "$node" --opcode 0x7a --nsid 0x1 --cdw10 "$1" --cdw12 0x3ff --cdw13 0x0 \
		--data-nbytes 4096 --data-output report >/dev/null
	od -An -tu8 -j 88 -N 8 report | tr -d ' '
}

# at SLBA WP
at() {
	found=$(wp "$1")
	[ "$found" = "$2" ]
	report $? "the write pointer of zone $1 is at $2 (found $found)"
}

expect 0 xnvme info "$node"
says .out "csi: 0x2"
expect 0 xnvme idfy "$node" --cns 0x5 --csi 0x2
expect 0 xnvme idfy "$node" --cns 0x6 --csi 0x2
expect 0 zone 0x4 0x0
at 0x0 0
expect 0 xnvme pioc "$node" --opcode 0x7d --nsid 0x1 --cdw10 0x0 --cdw12 0x0 --data-input data
expect 0 xnvme pioc "$node" --opcode 0x7d --nsid 0x1 --cdw10 0x0 --cdw12 0x0 --data-input data
at 0x0 2
expect 0 lblk read "$node" --slba 0x1 --nlb 0 --data-output out
same out data "appended and read"
expect 0 lblk write "$node" --slba 0x2 --nlb 0 --data-input data
at 0x0 3
expect 1 lblk write "$node" --slba 0x32 --nlb 0 --data-input data
says .err "Zone Invalid Write"
expect 0 zone 0x3 0x400
expect 0 zone 0x1 0x400
expect 0 zone 0x2 0x400
expect 1 lblk write "$node" --slba 0x400 --nlb 0 --data-input data
says .err "Zone Is Full"
expect 1 zone 0x5 0x800
says .err "Invalid Zone State Transition"
expect 0 zone 0x4 0x0
at 0x0 0
expect 0 zone 0x4 0x400
at 0x400 1024

finish
