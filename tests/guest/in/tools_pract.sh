#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# The tools on a namespace whose metadata is the protection information alone: NODE
# shellcheck source=tests/tools/lib.sh
. "$(dirname "$0")/lib.sh"
node=$1

expect 0 xnvme info "$node"
says .out "nbytes_oob: 8"
for pract in 0 1; do
	expect 0 lblk write-read-pi "$node" --slba 0x8 --nlb 3 --pract $pract --prchk 0x7 \
		--apptag 0x1234 --apptag_mask 0xffff
done

finish
