#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# A namespace that nobody holds: NODE
# shellcheck source=tests/tools/lib.sh
. "$(dirname "$0")/lib.sh"
node=$1

head -c 512 /dev/urandom >one
expect 0 lblk write "$node" --slba 0x10000 --nlb 0 --data-input one
expect 0 xnvme pioc "$node" --opcode 0x1 --nsid 0x1 --cdw10 0x10000 --data-input one
expect 0 xnvme feature-set "$node" --fid 0x4 --feat 0x150
expect 0 xnvme info "$node?exclusive=1"
expect 1 lblk write "$node" --slba 0x10000 --nlb 0
says .err "give --data-input"
expect 1 xnvme format "$node"
says .err "no terminal to ask on"
expect 1 xnvme sanitize "$node" --sanact 0x2
says .err "no terminal to ask on"
finish
