#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# A namespace that is held: NODE HOLDER all|some [SIBLING]
# NODE, a node of the namespace or of its controller, is refused in the words of HOLDER. SIBLING is a
# node of another namespace of the controller: only what reaches all of them is refused there. `some`
# is for holders beyond the first: the tools treat all alike.
# shellcheck source=tests/tools/lib.sh
. "$(dirname "$0")/lib.sh"
node=$1 holder=$2 many=$3 sibling=${4-}

head -c 512 /dev/urandom >one

# What goes to one namespace
cat >own <<'OWN'
xnvme dsm @ --nsid 0x1 --slba 0x0 --llb 8 --ad
xnvme fdp-ruhu @ --pid 0x1
xnvme set-fdp-events @ --nsid 0x1 --fid 0x1e --feat 0x10000 --cdw12 0x1
xnvme pioc @ --opcode 0x1 --nsid 0x1 --cdw10 0x2 --data-input one
xnvme pioc @ --opcode 0x8 --nsid 0x1
xnvme pioc @ --opcode 0x81 --nsid 0x1
OWN

# Likewise, but not by the node of a controller
cat >blocks <<'BLOCKS'
lblk write @ --slba 0x2 --nlb 0 --data-input one
lblk write-zeros @ --slba 0x2 --nlb 0
lblk write-uncor @ --slba 0x2 --nlb 0
lblk copy @ --slba 0x0 --nlb 0 --sdlba 0x2
lblk dsm @ --slba 0x0 --llb 8 --ad
xnvme format @
BLOCKS

# What reaches all namespaces of the controller
cat >all <<'ALL'
xnvme sanitize @ --sanact 0x2
xnvme feature-set @ --fid 0x4 --feat 0x150
xnvme ctrlr-reset @
xnvme subsystem-reset @
xnvme padc @ --opcode 0x80 --nsid 0x1
xnvme padc @ --opcode 0x84
xnvme padc @ --opcode 0xc1
xnvme format @ --nsid 0xffffffff
ALL

cat >readers <<'READERS'
xnvme idfy-ctrlr @
xnvme log-health @
xnvme feature-get @ --fid 0x4
xnvme padc @ --opcode 0x6 --cdw10 0x1 --data-nbytes 4096
READERS

if [ "$many" = some ]; then
	for table in own blocks all; do
		head -n 2 $table >lines
		mv lines $table
	done
fi

# try NODE LINE
try() {
	device=$1
	shift
	# shellcheck disable=SC2046 # words
	run $(echo "$*" | sed "s|@|$device|")
}

# refused FILE...
refused() {
	cat "$@" >lines
	while read -r line; do
		try "$node" "$line" </dev/null
		[ "$status" -eq 1 ] && grep -q -F -e "$holder" .err
		report $? "'$line' is refused: $holder"
	done <lines
}

if [ -b "$node" ] || [ "${node#/dev/ng}" != "$node" ]; then
	refused blocks own all
	expect 0 lblk read "$node" --slba 0x0 --nlb 0
	expect 0 xnvme pioc "$node" --opcode 0x2 --nsid 0x1 --data-nbytes 512
	expect 1 xnvme info "$node?exclusive=1"
	says .err "$holder"
	expect 0 lblk write "$node" --slba 0x10000 --nlb 0 --data-input one --force
	expect 0 lblk write "$node" --slba 0x2 --nlb 0 --data-input one --dry-run
else
	refused own all
fi
while read -r line; do
	try "$node" "$line"
	report "$status" "'$line' works"
done <readers

if [ -n "$sibling" ]; then
	while read -r line; do
		try "$sibling" "$line" </dev/null
		! grep -q -F -e "in use" .err
		report $? "'$line' finds the other namespace free"
	done <blocks
	while read -r line; do
		try "$sibling" "$line" </dev/null
		[ "$status" -eq 1 ] && grep -q -F -e "$holder" .err
		report $? "'$line' would reach the namespace in use"
	done <all
fi

finish
