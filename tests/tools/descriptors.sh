#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Tools started without standard descriptors: no device gets one of them, and what is lost is told
# shellcheck source=tests/tools/lib.sh
. "$(dirname "$0")/lib.sh"

# closed SUBSET CMD...: run with the descriptors of SUBSET closed, the others as by run()
closed() {
	subset=$1
	shift
	: >.out
	: >.err
	(
		exec 0</dev/null 1>.out 2>.err
		case $subset in *0*) exec 0<&- ;; esac
		case $subset in *1*) exec 1>&- ;; esac
		case $subset in *2*) exec 2>&- ;; esac
		exec "$@"
	)
	status=$?
}

subsets="none 0 1 2 01 02 12 012"
head -c 4096 /dev/zero | tr '\0' 'P' >precious
head -c 512 /dev/zero | tr '\0' 'N' >in512
cp in512 written
tail -c +513 precious >>written

# Each line: the file that the device is the same as afterwards (any: not looked at), the command
commands() {
	cat <<'COMMANDS'
precious xnvme info dev
precious xnvme idfy dev --cns 0x0
precious xnvme doctor dev
precious xnvme library-info
precious xnvme list
precious xnvme --help
precious xnvme --version
precious lblk info dev
precious lblk read dev --slba 0x0 --nlb 0
written lblk write dev --slba 0x0 --nlb 0 --data-input in512
precious lblk --help
precious xnvme_file load-sync dev
precious xnvme_file load-async dev
precious xnvme_file dump-sync out --data-nbytes 100
precious xnvme_file copy-async dev out
in512 xdd sync --data-input in512 --data-output dev --data-nbytes 512
precious xdd async --data-input dev --data-output out --data-nbytes 512
precious xnvme_demo --help
precious xnvme_demo nosuch
precious xnvme format 1GB
precious xnvme sanitize 1GB --sanact 0x2
any lblk dsm dev --slba 0x0 --llb 1 --ad
any lblk write-zeros dev --slba 0x0 --nlb 0 --data-input in512
precious xnvme feature-get
precious lblk write dev --slba 0x80000000000000 --nlb 0 --data-input in512
precious xdd sync --data-input nosuch --data-output dev --data-nbytes 1
COMMANDS
}

commands >table
while read -r holds tool args; do
	# How it ends with all descriptors open
	cp precious dev
	# shellcheck disable=SC2086 # words
	closed none "$tool" $args
	open_status=$status
	[ -s .out ] && prints=prints || prints=
	[ -s .err ] && remarks=remarks || remarks=
	for subset in $subsets; do
		cp precious dev
		# shellcheck disable=SC2086 # words
		closed "$subset" "$tool" $args
		want=$open_status
		case $prints$subset in prints*1*) [ "$want" -ne 0 ] || want=1 ;; esac
		case $remarks$subset in remarks*2*) [ "$want" -ne 0 ] || want=1 ;; esac
		[ "$status" -eq "$want" ]
		report $? "$tool $args, closed $subset: exit $want (is $status)"
		[ "$holds" = any ] || cmp -s "$holds" dev
		report $? "$tool $args, closed $subset: no report in the device"
		# As long as there is a place for words, there are words
		case $subset in
		*2*) ;;
		*1*)
			[ "$status" -eq 0 ] || [ -s .err ]
			report $? "$tool $args, closed $subset: words about it"
			;;
		esac
	done
done <table

# What the tool opens by itself gets none of them, either
cp precious dev
mkfifo fifo
for subset in $subsets; do
	cat fifo >got &
	closed "$subset" xnvme_file copy-sync dev fifo
	wait $!
	cmp -s precious got
	report $? "xnvme_file copy-sync to a pipe, closed $subset: no report in the data"
	case $subset in
	*1*) [ "$status" -eq 1 ] ;;
	*) [ "$status" -eq 0 ] ;;
	esac
	report $? "xnvme_file copy-sync to a pipe, closed $subset: exit $status"
done

# Each tool does it, before it opens anything
if command -v strace >/dev/null 2>&1 && strace -o trace true 2>/dev/null; then
	for tool in xnvme lblk xnvme_file xdd xnvme_demo; do
		strace -o trace -e trace=pipe,pipe2 "$tool" --help >&- 2>.err
		grep -q '^pipe2\{0,1\}(\[1, ' trace
		report $? "$tool fills descriptor 1"
	done
else
	skip "every tool fills descriptor 1" "strace does not work here"
fi

finish
