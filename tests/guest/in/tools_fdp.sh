#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# The tools on a namespace with flexible data placement: NODE. Endurance group 1, five handles
# shellcheck source=tests/tools/lib.sh
. "$(dirname "$0")/lib.sh"
node=$1

head -c 4096 /dev/urandom >data

expect 0 xnvme log-fdp-config "$node" --lsi 0x1 --data-nbytes 512
expect 0 xnvme log-ruhu "$node" --lsi 0x1 --limit 8
expect 0 xnvme log-fdp-stats "$node" --lsi 0x1
expect 0 xnvme log-fdp-events "$node" --lsi 0x1 --limit 2 --lsp 0x1
expect 0 xnvme feature-get "$node" --fid 0x1d --cdw11 0x1
expect 0 xnvme fdp-ruhs "$node" --limit 5
says .out "nruhsd: 5"
expect 0 xnvme fdp-ruhu "$node" --pid 0x1
expect 0 xnvme set-fdp-events "$node" --nsid 0x1 --fid 0x1e --feat 0x10000 --cdw12 0x1
expect 0 lblk write-dir "$node" --slba 0x0 --nlb 0 --data-input data --dtype 0x2 --dspec 0x1
expect 0 lblk read "$node" --slba 0x0 --nlb 0 --data-output out
same out data "placed and read"
expect 1 xnvme log-fdp-stats "$node" --lsi 0x7

finish
