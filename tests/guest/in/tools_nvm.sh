#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# The tools on a namespace of a controller: NODE
# shellcheck source=tests/tools/lib.sh
. "$(dirname "$0")/lib.sh"
node=$1

head -c 4096 /dev/zero >zero
head -c 4096 /dev/urandom >data
head -c 4096 /dev/urandom >other

expect 0 xnvme doctor "$node"
expect 0 xnvme info "$node"
says .out "tbytes: 67108864"
expect 0 xnvme idfy-ns "$node" --data-output ns.bin
says .out "nsze: 131072"
expect 0 xnvme idfy "$node" --cns 0x0 --data-output ns2.bin
same ns.bin ns2.bin "by idfy-ns and by idfy --cns 0"
expect 0 xnvme padc "$node" --opcode 0x6 --nsid 0x1 --data-nbytes 4096 --data-output ns3.bin
same ns.bin ns3.bin "by idfy-ns and by padc"
expect 0 xnvme idfy-ctrlr "$node"
says .out "QEMU NVMe Ctrl"
for cns in 0x2 0x3 0x5 0x6 0x1c; do
	expect 0 xnvme idfy "$node" --cns $cns
done

expect 0 xnvme log-health "$node"
says .out "avail_spare:"
expect 0 xnvme log-erri "$node" --limit 1
expect 1 xnvme log-erri "$node" --limit 2
says .err "the device keeps 1"
for lid in 0x3 0x4 0x5; do
	expect 0 xnvme log "$node" --lid $lid --data-nbytes 512
done
expect 1 xnvme log "$node" --lid 0x7f --data-nbytes 512

expect 0 xnvme feature-get "$node" --fid 0x7
says .out "nsqa:"
expect 0 xnvme feature-set "$node" --fid 0x4 --feat 0x150
expect 0 xnvme feature-get "$node" --fid 0x4
says .out "0x150"
expect 0 xnvme feature-get "$node" --fid 0x6
expect 1 xnvme feature-get "$node" --fid 0xff
says .err "Invalid Field"

expect 0 lblk info "$node"
expect 0 lblk idfy "$node"
expect 0 lblk write "$node" --slba 0x10 --nlb 7 --data-input data
expect 0 lblk read "$node" --slba 0x10 --nlb 7 --data-output out
same out data "written and read"
expect 0 lblk compare "$node" --slba 0x10 --nlb 7 --data-input data
expect 1 lblk compare "$node" --slba 0x10 --nlb 7 --data-input other
says .err "Compare Failure"
expect 0 lblk verify "$node" --slba 0x10 --nlb 7
expect 0 lblk flush "$node"
expect 0 lblk copy "$node" --slba 0x10 --nlb 7 --sdlba 0x100
expect 0 lblk read "$node" --slba 0x100 --nlb 7 --data-output out
same out data "copied"
expect 0 lblk write-zeros "$node" --slba 0x100 --nlb 7
expect 0 lblk read "$node" --slba 0x100 --nlb 7 --data-output out
same out zero "zeroed"
expect 0 lblk dsm "$node" --slba 0x10 --llb 8 --ad
expect 0 xnvme dsm "$node" --nsid 0x1 --slba 0x10 --llb 8 --ad
expect 1 lblk read "$node" --slba 0x20000 --nlb 0
says .err "LBA Out of Range"
expect 1 lblk write-uncor "$node" --slba 0x10 --nlb 7
says .err "Invalid Command Opcode"
expect 0 xnvme pioc "$node" --opcode 0x2 --nsid 0x1 --data-nbytes 512 --data-output out
size out 512
expect 1 xnvme padc "$node" --opcode 0xff
says .err "Invalid Command Opcode"
expect 1 xnvme sanitize "$node" --sanact 0x2 --force
says .err "Invalid Command Opcode"

# Between a file and the namespace, both ways
head -c 262144 /dev/urandom >image
expect 0 xdd sync --data-input image --data-output "$node" --data-nbytes 262144 --iosize 65536
expect 0 xdd async --data-input "$node" --data-output back --data-nbytes 262144 --iosize 4096 --qdepth 8
same image back "through the namespace"

# Format 4 of the controller has LBAs of 4 KiB
expect 0 xnvme format "$node" --nsid 0x1 --lbafl 0x4 --force
expect 0 xnvme ns-rescan "$node"
expect 0 xnvme info "$node"
says .out "lba_nbytes: 4096"
expect 0 lblk write "$node" --slba 0x1 --nlb 0 --data-input data
expect 0 lblk read "$node" --slba 0x1 --nlb 0 --data-output out
same out data "written and read by 4 KiB"
expect 0 xnvme format "$node" --nsid 0x1 --lbafl 0x0 --force
expect 0 xnvme ns-rescan "$node"
expect 0 lblk read "$node" --slba 0x8 --nlb 7 --data-output out
same out zero "formatted"
expect 1 xnvme format "$node" --nsid 0x1 --lbafl 0xf --force
says .err "Invalid Format"

expect 1 xnvme subsystem-reset "$node"
expect 1 xnvme fdp-ruhs "$node" --limit 2
says .err "FDP Disabled"

finish
