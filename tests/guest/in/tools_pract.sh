#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# The tools on a namespace whose metadata is the protection information alone: NODE EXTENDED, which
# is yes or no
# shellcheck source=tests/tools/lib.sh
. "$(dirname "$0")/lib.sh"
node=$1
extended=$2

head -c 16384 /dev/urandom >data
head -c $((16384 + 4 * 8)) /dev/urandom >with_meta

expect 0 xnvme info "$node"
says .out "nbytes_oob: 8"
# pi STATUS PRACT FILE
pi() {
	expect "$1" lblk write-read-pi "$node" --slba 0x8 --nlb 3 --pract "$2" --prchk 0x7 \
		--apptag 0x1234 --apptag_mask 0xffff --data-input "$3"
}
pi 0 1 data
pi 1 1 with_meta
if [ "$extended" = yes ]; then
	pi 0 0 with_meta
	pi 1 0 data
else
	pi 0 0 data
fi

finish
