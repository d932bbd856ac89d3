# shellcheck shell=sh
# SPDX-License-Identifier: BSD-3-Clause
# Every argument of kind FILE of the tools, with a command line that uses it

# Each line: in or out, the bytes that the file has to hold or gets, tool, sub-command, argument, and
# the rest of the command line, where @ is the file. "none": not tried on the device in memory, with
# the reason.
file_arguments() {
	cat <<'ARGUMENTS'
out 4096 xnvme idfy --data-output 1GB --cns 0x1 --data-output @
out 4096 xnvme idfy-ns --data-output 1GB --data-output @
out 4096 xnvme idfy-ctrlr --data-output 1GB --data-output @
out 4096 xnvme idfy-cs --data-output 1GB --data-output @
out 512 xnvme log --data-output 1GB --lid 0x2 --data-nbytes 512 --data-output @
out 64 xnvme log-erri --data-output 1GB --limit 1 --data-output @
out 512 xnvme log-health --data-output 1GB --data-output @
none 0 xnvme log-fdp-config --data-output the device in memory has no FDP
none 0 xnvme log-ruhu --data-output the device in memory has no FDP
none 0 xnvme log-fdp-stats --data-output the device in memory has no FDP
none 0 xnvme log-fdp-events --data-output the device in memory has no FDP
none 0 xnvme feature-get --data-output no feature of the device in memory has data
none 0 xnvme feature-set --data-input no feature of the device in memory has data
out 512 xnvme pioc --data-output 1GB --opcode 0x2 --nsid 0x1 --data-nbytes 512 --data-output @
in 512 xnvme pioc --data-input 1GB --opcode 0x1 --nsid 0x1 --data-nbytes 512 --data-input @
in 64 xnvme pioc --cmd-input 1GB --opcode 0x0 --nsid 0x1 --cmd-input @
none 0 xnvme pioc --meta-input the device in memory has no metadata
none 0 xnvme pioc --meta-output the device in memory has no metadata
out 4096 xnvme padc --data-output 1GB --opcode 0x6 --nsid 0x1 --data-nbytes 4096 --data-output @
none 0 xnvme padc --data-input no admin command of the device in memory takes data
in 64 xnvme padc --cmd-input 1GB --cdw0 0x0c --cdw1 0x0 --opcode 0xa --cdw10 0x7 --cmd-input @
none 0 xnvme padc --meta-input the device in memory has no metadata
none 0 xnvme padc --meta-output the device in memory has no metadata
out 4096 lblk idfy --data-output 1GB --data-output @
out 512 lblk read --data-output dev --slba 0x0 --nlb 0 --data-output @
none 0 lblk read --meta-output the device in memory has no metadata
in 512 lblk write --data-input dev --slba 0x0 --nlb 0 --data-input @
none 0 lblk write --meta-input the device in memory has no metadata
none 0 lblk write-zeros --data-input the command carries no data, the file is not read
none 0 lblk write-zeros --meta-input the command carries no data, the file is not read
none 0 lblk write-uncor --data-input the command carries no data, the file is not read
none 0 lblk write-uncor --meta-input the command carries no data, the file is not read
in 512 lblk write-dir --data-input 1GB --slba 0x0 --nlb 0 --data-input @
none 0 lblk write-dir --meta-input the device in memory has no metadata
in 512 lblk write-read-pi --data-input 1GB --slba 0x0 --nlb 0 --data-input @
none 0 lblk write-read-pi --meta-input the device in memory has no metadata
in 512 lblk compare --data-input 1GB --slba 0x0 --nlb 0 --data-input @
none 0 lblk compare --meta-input the device in memory has no metadata
out 100 xnvme_file dump-sync data-output @ --data-nbytes 100
out 100 xnvme_file dump-sync-iovec data-output @ --data-nbytes 100
out 100 xnvme_file dump-async data-output @ --data-nbytes 100
out 100 xnvme_file dump-async-iovec data-output @ --data-nbytes 100
any 700 xnvme_file load-sync data-input @
any 700 xnvme_file load-async data-input @
any 700 xnvme_file copy-sync data-input @ copied
any 700 xnvme_file copy-async data-input @ copied
out 512 xnvme_file copy-sync data-output zeroes @
out 512 xnvme_file copy-async data-output zeroes @
ARGUMENTS
}

# What the tools say that they take: tool, sub-command and argument
file_arguments_of_usage() {
	for tool in xnvme lblk xnvme_file xdd; do
		for sub in $($tool --help | awk '/^Sub-commands/ {l = 1; next} /^$/ {l = 0} l {print $1}'); do
			$tool "$sub" --help | awk -v tool="$tool" -v sub_="$sub" '
				/^  / && ($2 == "FILE" || $1 == "data-input" || $1 == "data-output") {
					print tool, sub_, $1
				}'
		done
	done
}

# files_begin: make the device, the inputs and the table in the scratch folder
files_begin() {
	head -c 512 /dev/zero >zeroes
	head -c 4096 /dev/urandom >device
	cp device dev
	statuses=
	file_arguments >table
}

# input NBYTES FILE: contents of a file of a length; an empty command and a block of zeroes are good
input() {
	head -c "$1" /dev/zero >"$2"
}

# with FILE TOOL SUB ARGS: run the command line with @ replaced
with() {
	name=$1 tool=$2 sub=$3 args=$4
	set --
	set -f
	for word in $args; do
		[ "$word" != @ ] || word=$name
		set -- "$@" "$word"
	done
	set +f
	"$tool" "$sub" "$@" >>.out 2>>.err
	# shellcheck disable=SC2034 # for the caller
	status=$?
}

# at_once STATUS NAME: the exit statuses in $statuses are all STATUS, and no sanitizer objects; starts over
at_once() {
	result=0
	case $statuses in *" "[!$1]*) result=1 ;; esac
	! grep -q -e Sanitizer -e 'runtime error:' .err || result=1
	report $result "$2 (exit $1; was$statuses)"
	statuses=
}
