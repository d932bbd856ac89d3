#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Every FILE argument of every tool, with names that look like URIs: a path is a path
# shellcheck source=tests/tools/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/tools/files.sh
. "$(dirname "$0")/files.sh"
files_begin

cat >names <<'NAMES'
3GB
1 GB
ram:1GB
0000:01:00.0
host:1
a?b.bin
c?threads=8
?
file:x
name 
./-
NAMES

# The table has all there is
cut -d' ' -f3-5 table | sort -u >listed
file_arguments_of_usage | grep -v '^xdd ' | sort -u >taken
cmp -s listed taken
report $? "the table has every FILE argument of the tools"
diff listed taken | sed 's/^/# /'

sed 's/^\.\///' names | sort >sorted

# each CMD...: run it for every name, as $name; the statuses are collected
each() {
	: >.out
	: >.err
	while IFS= read -r name; do
		"$@"
		statuses="$statuses $status"
	done <names
}

# made NBYTES TITLE: the names are files of that size, nothing else is there; they are removed
made() {
	result=0
	# shellcheck disable=SC2010 # the names have no line breaks
	ls -A | grep -v -x -e .out -e .err -e device -e dev -e zeroes -e table -e names -e listed \
		-e taken -e copied -e sorted -e src -e found >found
	sort found | cmp -s - sorted || result=1
	: >sizes
	while IFS= read -r name; do
		wc -c <"$name" >>sizes || result=1
		rm -f -- "$name"
	done <names
	[ "$(sort -u sizes)" = "$1" ] || result=1
	rm -f found sizes
	report $result "$2"
}

try() {
	with "$name" "$tool" "$sub" "$args"
}

try_copy() {
	rm -f copied
	input "$nbytes" "$name"
	try
	[ "$kind" != any ] || case $args in
	*copied*) cmp -s "$name" copied || status=9 ;;
	esac
}

while read -r kind nbytes tool sub arg args; do
	case $kind in
	none) ;;
	out)
		each try
		at_once 0 "any name will do: $tool $sub $arg"
		made "$nbytes" "the files have those names, and $nbytes bytes: $tool $sub $arg"
		;;
	*)
		each try
		at_once 1 "no file by the name: $tool $sub $arg"
		result=0
		while IFS= read -r name; do
			grep -q -F -e "'$name'" .err || result=1
		done <names
		cmp -s device dev || result=1
		report $result "each name is in the message, nothing is written: $tool $sub $arg"
		each try_copy
		at_once 0 "any name will do: $tool $sub $arg"
		made "$nbytes" "the files are still there: $tool $sub $arg"
		cp device dev
		;;
	esac
done <table

# write-read makes and reads a file, too
tool=xnvme_file sub=write-read args='@ 100'
each try
at_once 0 "any name will do: xnvme_file write-read"
made 100 "the files have those names, and 100 bytes: xnvme_file write-read"

# xdd takes URIs: the forms of a device, an existing path before them, and file: for any path
head -c 1000 /dev/urandom >src

try_xdd() {
	xdd $sub --data-input src --data-output "file:$name" --data-nbytes 1000 >>.out 2>>.err &&
		cmp -s src "$name" && rm -f copied &&
		xdd $sub --data-input "file:$name" --data-output copied --data-nbytes 1000 >>.out 2>>.err &&
		cmp -s src copied
	status=$?
}

# An existing path needs no file:, unless it is the name of that scheme
try_existing() {
	[ "$name" != file:x ] || name=./file:x
	head -c 2000 /dev/zero >"$name"
	xdd $sub --data-input src --data-output "$name" --data-nbytes 1000 >>.out 2>>.err &&
		cmp -s src "$name" && rm -f copied &&
		xdd $sub --data-input "$name" --data-output copied --data-nbytes 1000 >>.out 2>>.err &&
		cmp -s src copied
	status=$?
}

for sub in sync async; do
	each try_xdd
	at_once 0 "file: before any name will do: xdd $sub"
	made 1000 "the files have those names: xdd $sub"
	each try_existing
	at_once 0 "any name of a file that is there will do: xdd $sub"
	made 1000 "the files have those names: xdd $sub"
	expect 0 xdd $sub --data-input src --data-output 1GB --data-nbytes 512 --iosize 512
	[ ! -e 1GB ]
	report $? "xdd $sub to 1GB makes no file"
	expect 0 xdd $sub --data-input src --data-output 'c?threads=8' --data-nbytes 1000
	same src c "xdd $sub to c with a query"
	rm -f c
	expect 1 xdd $sub --data-input src --data-output 'a?b.bin' --data-nbytes 1000
	expect 1 xdd $sub --data-input file:1GB --data-output copied --data-nbytes 1
	expect 1 xdd $sub --data-input src --data-output file: --data-nbytes 1
done

# A path that is too long is told its own length, which the tool does not cut
for nbytes in 379 384 1000 3000; do
	name=$(head -c $nbytes /dev/zero | tr '\0' n)
	for line in "copy-sync $name out" "load-async $name" "dump-sync $name --data-nbytes 1"; do
		# shellcheck disable=SC2086 # words
		run xnvme_file $line
		[ "$status" -ne 0 ] && grep -q "the path has $nbytes characters, the limit is 378" .err
		report $? "xnvme_file ${line%% *} tells the length of a path of $nbytes characters"
	done
done

finish
