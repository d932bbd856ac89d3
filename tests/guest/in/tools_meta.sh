#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# The tools on a namespace with 64 bytes of separate metadata per 4 KiB: NODE TYPE, which is that of
# the protection information, 0 for none
# shellcheck source=tests/tools/lib.sh
. "$(dirname "$0")/lib.sh"
node=$1
type=$2

head -c 4096 /dev/urandom >data
head -c 64 /dev/urandom >meta
head -c 16384 /dev/urandom >four

expect 0 xnvme info "$node"
says .out "nbytes_oob: 64"
if [ "$type" -eq 0 ]; then
	expect 0 lblk write "$node" --slba 0x4 --nlb 0 --data-input data --meta-input meta
	expect 0 lblk read "$node" --slba 0x4 --nlb 0 --data-output out --meta-output mout
	same out data "the data"
	same mout meta "the metadata"
	expect 1 lblk write "$node" --slba 0x4 --nlb 0 --data-input data --meta-input data
	says .err "holds 4096 bytes, 64 are needed"
	expect 1 lblk write "$node" --slba 0x4 --nlb 0 --data-input meta --meta-input meta
	says .err "holds 64 bytes, 4096 are needed"
	expect 1 lblk write "$node" --slba 0x4 --nlb 0 --data-input - --meta-input -
	says .err "both standard input"
	run sh -c "lblk write $node --slba 0x5 --nlb 0 --data-input data --meta-input - <meta"
	run lblk read "$node" --slba 0x5 --nlb 0 --data-output out --meta-output -
	same .out meta "the metadata by standard input and output"
	same out data "the data beside it"
	for pract in 0 1; do
		expect 0 lblk write-read-pi "$node" --slba 0x8 --nlb 0 --pract $pract --data-input data
		says .err "no protection information: --pract $pract"
	done
else
	# Type 3 has no reference tag that follows from the LBA
	checks=0x7
	[ "$type" -ne 3 ] || checks=0x6
	for pract in 0 1; do
		expect 0 lblk write-read-pi "$node" --slba 0x8 --nlb 3 --pract $pract --prchk $checks \
			--apptag 0x1234 --apptag_mask 0xffff --data-input four
	done
	expect 0 lblk read "$node" --slba 0x8 --nlb 0 --data-output out --meta-output mout
	size mout 64
fi

finish
