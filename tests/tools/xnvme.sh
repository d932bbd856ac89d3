#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# The tool xnvme on the in-memory device, which answers what a controller answers
# shellcheck source=tests/tools/lib.sh
. "$(dirname "$0")/lib.sh"

expect 0 xnvme list
says .out "xnvme_cli_enumeration:"
# The folder of all nodes, as in 0.7.5: a list, empty or not
for uri in /dev /dev/ /dev//; do
	expect 0 xnvme enum --uri $uri
	says .out "xnvme_cli_enumeration"
	expect 0 xnvme list --uri $uri
	expect 0 lblk enum --uri $uri
done
expect 1 xnvme enum --uri /nosuch
expect 0 xnvme enum
says .out "nentries:"
expect 0 xnvme scan
# What the system has besides NVMe has to be asked for
expect 0 xnvme scan --uri block
says .out "nentries:"
for node in $(sed -n "s/.*uri: '\([^']*\)'.*/\1/p" .out); do
	[ -b "$node" ]
	report $? "$node is a block device"
done
expect 0 xnvme list --uri block
expect 1 xnvme scan --uri /dev/nvme4095
says .err "no NVMe controller"
expect 1 xnvme scan --uri 1GB
says .err "is not a place to look for devices"
expect 0 xnvme enum --uri 1GB
says .out "uri: '1GB'"
expect 0 xnvme library-info
says .out "name: 'ramdisk', enabled: true"
says .out "name: 'spdk', enabled: false"
says .out "xnvme_ver: {major: "
says .out "xnvme_libconf:"
says .out "xnvme_be_attr_list:"
if command -v python3 >/dev/null 2>&1; then
	xnvme library-info --json | python3 -c "
import json, sys
d = json.load(sys.stdin)
assert list(d) == ['xnvme_ver', 'xnvme_libconf', 'xnvme_be_attr_list'], d
assert list(d['xnvme_ver']) == ['major', 'minor', 'patch'], d
assert all(isinstance(line, str) for line in d['xnvme_libconf']) and d['xnvme_libconf'], d
assert all(list(be) == ['name', 'enabled'] for be in d['xnvme_be_attr_list']), d"
	report $? "library-info --json has the version, the configuration and the backends"
else
	skip "library-info --json" "python3 is not installed"
fi
expect 0 xnvme info 1GB
says .out "tbytes: 1073741824"
says .out "rdonly: 1"

expect 0 xnvme idfy-ns 1GB --data-output ns.bin
size ns.bin 4096
says .out "nsze: 2097152"
expect 0 xnvme idfy 1GB --cns 0x0 --nsid 0x1 --data-output ns2.bin
same ns.bin ns2.bin "by idfy-ns and by idfy --cns 0"
expect 0 xnvme idfy-ctrlr 1GB
says .out "xnvme_spec_idfy_ctrlr:"
expect 0 xnvme idfy-cs 1GB
expect 0 xnvme idfy 1GB --cns 0x5 --csi 0x0
says .out "xnvme_spec_nvm_idfy_ns:"
expect 0 xnvme idfy 1GB --cns 0x2
says .out "bytes: '01'"
# 257 is not 1, though it is in 8 bits
expect 1 xnvme idfy 1GB --cns 0x0 --nsid 0x101
says .err "Invalid Namespace"
expect 1 xnvme idfy-ns 1GB --data-output "$PWD/none/file"
says .err "$PWD/none/file"

expect 0 xnvme log-health 1GB --data-output health.bin
size health.bin 512
says .out "avail_spare:"
expect 0 xnvme log 1GB --lid 0x2 --data-nbytes 512 --data-output log.bin
same health.bin log.bin "by log-health and by log --lid 2"
expect 1 xnvme log 1GB --lid 0x2 --data-nbytes 0
expect 1 xnvme log 1GB --lid 0x2 --data-nbytes 3
expect 1 xnvme log 1GB --lid 0x2 --data-nbytes 4294967295
expect 0 xnvme log-erri 1GB --limit 1
expect 1 xnvme log-erri 1GB --limit 0
# 2^26 + 1 entries are 64 bytes, in 32 bits
expect 1 xnvme log-erri 1GB --limit 67108865
says .err "the device keeps 1 to"

expect 0 xnvme feature-get 1GB --fid 0x7
says .out "nsqa:"
expect 0 xnvme feature-get 1GB --fid 0x4 --sel 0x3
says .out "changeable: true"
expect 0 xnvme feature-set 1GB --fid 0x4 --feat 0x100
says .out "feat: 0x100"
expect 1 xnvme feature-get 1GB --fid 0xff
says .err "SCT"

expect 0 xnvme format 1GB --lbafl 0x0
expect 1 xnvme format 1GB --lbafl 0xf
expect 0 xnvme dsm 1GB --nsid 0x1 --slba 0x0 --llb 8 --ad
expect 1 xnvme dsm 1GB --nsid 0x1 --slba 0xffffffff --llb 8 --ad
says .err "LBA Out of Range"

# What a file has no controller for is said, and what has one
head -c 65536 /dev/zero >file
for args in "format file" "sanitize file --sanact 0x2" "log file --lid 0x2" "log-health file" \
	    "feature-set file --fid 0x6 --feat 0x1" "padc file --opcode 0x9 --cdw10 0x6"; do
	# shellcheck disable=SC2086
	expect 1 xnvme $args
	says .err "a regular file has no controller for admin opcode"
	says .err "send admin commands to an NVMe device"
done

# Passthrough: identify, by hand
expect 0 xnvme padc 1GB --opcode 0x6 --nsid 0x1 --data-nbytes 4096 --data-output padc.bin
same ns.bin padc.bin "by idfy-ns and by padc"
expect 0 xnvme padc 1GB --cdw0 0x6 --cdw1 0x1 --data-nbytes 4096 --data-output padc2.bin
same ns.bin padc2.bin "by dwords"
expect 0 xnvme pioc 1GB --opcode 0x2 --nsid 0x1 --data-nbytes 512 --data-output block.bin
size block.bin 512
head -c 512 /dev/zero >zero.bin
same block.bin zero.bin "a fresh device reads as zeroes"
expect 0 xnvme pioc 1GB --opcode 0x1 --nsid 0x1 --data-input zero.bin
expect 1 xnvme pioc 1GB --opcode 0x1 --nsid 0x1 --data-input zero.bin --data-nbytes 1024
says .err "holds 512 bytes, 1024 are needed"
expect 1 xnvme pioc 1GB --nsid 0x1
says .err "--opcode"
expect 1 xnvme padc 1GB --opcode 0xff
says .err "Invalid Command Opcode"
expect 1 xnvme padc 1GB --opcode 0x6 --data-output out
says .err "--data-nbytes"

# What the device in memory has not is said so
for sub in subsystem-reset ctrlr-reset ns-rescan show-regs; do
	expect 1 xnvme $sub 1GB
	says .err "errno: -38"
done
expect 1 xnvme fdp-ruhs 1GB --limit 2
expect 1 xnvme fdp-ruhs 1GB --limit 65536
expect 1 xnvme fdp-ruhu 1GB --pid 0x1
expect 1 xnvme log-fdp-stats 1GB --lsi 0x1
expect 1 xnvme log-fdp-config 1GB --lsi 0x1 --data-nbytes 512
expect 1 xnvme log-ruhu 1GB --lsi 0x1 --limit 2
expect 1 xnvme log-ruhu 1GB --lsi 0x1 --limit 4294967295
expect 1 xnvme log-fdp-events 1GB --lsi 0x1 --limit 2 --lsp 0x1
expect 1 xnvme log-fdp-events 1GB --lsi 0x1 --limit 67108865 --lsp 0x1
expect 1 xnvme set-fdp-events 1GB --fid 0x1e --feat 0x20000 --cdw12 0x1
expect 1 xnvme set-fdp-events 1GB --fid 0x1e --feat 0xff0000 --cdw12 0x1
says .err "number of event types"

# doctor
expect 0 xnvme doctor 1GB
says .out "class: 'in-memory device'"
says .out "usable: true"
: >file
expect 0 xnvme doctor file
says .out "class: 'file'"
expect 1 xnvme doctor ./nosuch
[ ! -e nosuch ]
report $? "doctor creates nothing"
expect 1 xnvme doctor /dev/null
expect 1 xnvme doctor "1 GB"
run xnvme doctor file --be ramdisk
[ "$status" -ne 0 ] || ! grep -q "be: 'linux'" .out
report $? "doctor asks only for the backend that is named"

for args in library-info list enum scan "scan --uri block" "list --uri block" "info 1GB" "idfy-ns 1GB" "idfy-ctrlr 1GB" "idfy-cs 1GB" \
	    "idfy 1GB --cns 0x3" "idfy 1GB --cns 0x5" "idfy 1GB --cns 0x6" "log 1GB --lid 0x2" \
	    "log-health 1GB" "log-erri 1GB" "feature-get 1GB --fid 0x4" \
	    "feature-get 1GB --fid 0x4 --sel 0x3" "feature-set 1GB --fid 0x4 --feat 0x100" \
	    "dsm 1GB --nsid 0x1 --slba 0x0 --llb 1 --ad" \
	    "pioc 1GB --opcode 0x2 --nsid 0x1 --data-nbytes 512" \
	    "padc 1GB --opcode 0x6 --nsid 0x1 --data-nbytes 4096" "doctor 1GB" "doctor file"; do
	# shellcheck disable=SC2086
	json xnvme $args
done
expect 0 xnvme --version --json

# Interrupted output ends with a whole line or not at all
xnvme idfy-ctrlr 1GB | head -n 1 >line
[ "$(wc -l <line | tr -d ' ')" -eq 1 ]
report $? "a reader that leaves early got whole lines"

finish
