#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Command lines: the names of 0.7.5 exist, and what is wrong is refused with words and exit 2
# shellcheck source=tests/tools/lib.sh
. "$(dirname "$0")/lib.sh"

# has TOOL SUB-COMMAND WORD...: usage lists every argument and option
has() {
	tool=$1 sub=$2
	shift 2
	run "$tool" "$sub" --help
	result=$status
	for word in "$@"; do
		grep -q -E -e "^  $word( |$)" "$work/.out" || {
			echo "# missing in '$tool $sub --help': $word"
			result=1
		}
	done
	report "$result" "$tool $sub takes what it took in 0.7.5"
}

has xnvme list --uri --flags --subnqn --hostnqn --be --help
has xnvme enum --uri --flags --subnqn --hostnqn --be --help
has xnvme info uri --subnqn --hostnqn --be --dev-nsid --admin --mem --direct --help
has xnvme idfy uri --cns --cntid --nsid --setid --uuid --data-output --subnqn --hostnqn --be --dev-nsid --admin --mem --direct --help
has xnvme idfy-ns uri --nsid --data-output --subnqn --hostnqn --be --dev-nsid --admin --mem --direct --help
has xnvme idfy-ctrlr uri --data-output --subnqn --hostnqn --be --dev-nsid --admin --mem --direct --help
has xnvme idfy-cs uri --data-output --subnqn --hostnqn --be --dev-nsid --admin --mem --direct --help
has xnvme log uri --lid --lsp --lpo-nbytes --nsid --rae --data-nbytes --data-output --subnqn --hostnqn --be --dev-nsid --admin --mem --direct --help
has xnvme log-erri uri --nsid --limit --data-output --subnqn --hostnqn --be --dev-nsid --admin --mem --direct --help
has xnvme log-health uri --nsid --data-output --subnqn --hostnqn --be --dev-nsid --admin --mem --direct --help
has xnvme log-fdp-config uri --data-nbytes --lsi --nsid --data-output --subnqn --hostnqn --be --dev-nsid --admin --mem --direct --help
has xnvme log-ruhu uri --limit --lsi --nsid --data-output --subnqn --hostnqn --be --dev-nsid --admin --mem --direct --help
has xnvme log-fdp-stats uri --lsi --nsid --data-output --subnqn --hostnqn --be --dev-nsid --admin --mem --direct --help
has xnvme log-fdp-events uri --limit --lsi --lsp --nsid --data-output --subnqn --hostnqn --be --dev-nsid --admin --mem --direct --help
has xnvme feature-get uri --fid --nsid --sel --cdw11 --data-output --data-nbytes --subnqn --hostnqn --be --dev-nsid --admin --mem --direct --help
has xnvme feature-set uri --fid --feat --nsid --save --cdw12 --data-input --data-nbytes --subnqn --hostnqn --be --dev-nsid --admin --mem --direct --help
has xnvme set-fdp-events uri --fid --feat --cdw12 --nsid --save --subnqn --hostnqn --be --dev-nsid --admin --mem --direct --help
has xnvme format uri --nsid --lbafl --lbafu --mset --ses --pi --pil --subnqn --hostnqn --be --dev-nsid --admin --mem --direct --help
has xnvme sanitize uri --sanact --ause --ovrpat --owpass --oipbp --nodas --subnqn --hostnqn --be --dev-nsid --admin --mem --direct --help
has xnvme fdp-ruhs uri --limit --nsid --subnqn --hostnqn --be --dev-nsid --admin --mem --direct --help
has xnvme fdp-ruhu uri --pid --nsid --subnqn --hostnqn --be --dev-nsid --admin --mem --direct --help
has xnvme pioc uri --cdw0 --cdw1 --cdw2 --cdw3 --cdw4 --cdw5 --cdw6 --cdw7 --cdw8 --cdw9 --cdw10 --cdw11 --cdw12 --cdw13 --cdw14 --cdw15 --opcode --nsid --data-input --data-output --data-nbytes --meta-input --meta-output --meta-nbytes --verbose --subnqn --hostnqn --be --dev-nsid --admin --mem --direct --help
has xnvme padc uri --cdw0 --cdw1 --cdw2 --cdw3 --cdw4 --cdw5 --cdw6 --cdw7 --cdw8 --cdw9 --cdw10 --cdw11 --cdw12 --cdw13 --cdw14 --cdw15 --opcode --nsid --data-input --data-output --data-nbytes --meta-input --meta-output --meta-nbytes --verbose --subnqn --hostnqn --be --dev-nsid --admin --mem --direct --help
has xnvme library-info --help
has xnvme dsm uri --nsid --slba --llb --ad --idw --idr --subnqn --hostnqn --be --dev-nsid --admin --mem --direct --help
has xnvme subsystem-reset uri --subnqn --hostnqn --be --dev-nsid --admin --mem --direct --help
has xnvme show-regs uri --subnqn --hostnqn --be --dev-nsid --admin --mem --direct --help
has xnvme ctrlr-reset uri --subnqn --hostnqn --be --dev-nsid --admin --mem --direct --help
has xnvme ns-rescan uri --subnqn --hostnqn --be --dev-nsid --admin --mem --direct --help
has lblk enum --uri --flags --subnqn --hostnqn --be --help
has lblk info uri --subnqn --hostnqn --be --dev-nsid --admin --mem --direct --help
has lblk idfy uri --nsid --data-output --subnqn --hostnqn --be --dev-nsid --admin --mem --direct --help
has lblk dir-send uri --nsid --dspec --dtype --doper --endir --tgtdir --subnqn --hostnqn --be --dev-nsid --admin --mem --direct --help
has lblk dir-receive uri --nsid --dtype --doper --nsr --subnqn --hostnqn --be --dev-nsid --admin --mem --direct --help
has lblk read uri --slba --nlb --nsid --data-output --meta-output --subnqn --hostnqn --be --dev-nsid --admin --mem --direct --sync --help
has lblk write uri --slba --nlb --nsid --data-input --meta-input --subnqn --hostnqn --be --dev-nsid --admin --mem --direct --sync --help
has lblk write-zeros uri --slba --nlb --nsid --data-input --meta-input --subnqn --hostnqn --be --dev-nsid --admin --mem --direct --sync --help
has lblk write-uncor uri --slba --nlb --nsid --data-input --meta-input --subnqn --hostnqn --be --dev-nsid --admin --mem --direct --sync --help
has lblk write-dir uri --slba --nlb --nsid --data-input --meta-input --dtype --dspec --subnqn --hostnqn --be --dev-nsid --admin --mem --direct --sync --help
has lblk write-read-pi uri --slba --nlb --nsid --pract --prchk --apptag --apptag_mask --data-input --meta-input --subnqn --hostnqn --be --dev-nsid --admin --mem --direct --sync --help
has lblk compare uri --slba --nlb --nsid --data-input --meta-input --subnqn --hostnqn --be --dev-nsid --admin --mem --direct --sync --help
has xnvme_file write-read uri data-nbytes --help
has xnvme_file dump-sync data-output --data-nbytes --iosize --direct --help
has xnvme_file dump-sync-iovec data-output --data-nbytes --iosize --direct --sync --be --vec-cnt --help
has xnvme_file dump-async data-output --data-nbytes --iosize --qdepth --direct --help
has xnvme_file dump-async-iovec data-output --data-nbytes --iosize --qdepth --direct --async --be --vec-cnt --help
has xnvme_file load-sync data-input --iosize --direct --help
has xnvme_file load-async data-input --iosize --qdepth --direct --help
has xnvme_file copy-sync data-input data-output --iosize --direct --help
has xnvme_file copy-async data-input data-output --iosize --qdepth --direct --help
has xdd sync --data-input --data-output --data-nbytes --iosize --direct --offset --help
has xdd async --data-input --data-output --data-nbytes --iosize --qdepth --direct --offset --help

# Sub-commands beyond those of 0.7.5
for sub in scan doctor; do
	expect 0 xnvme $sub --help
done
for sub in verify flush copy dsm; do
	expect 0 lblk $sub --help
done

for tool in xnvme lblk xnvme_file xdd; do
	expect 0 $tool
	expect 0 $tool --help
	expect 0 $tool -h
	expect 0 $tool --version
	expect 0 $tool --help-man
	expect 0 $tool --help-completion
	expect 2 $tool nosuch
	says .err "unknown sub-command 'nosuch'"
	expect 2 $tool --nosuch
done

if command -v bash >/dev/null 2>&1; then
	for tool in xnvme lblk xnvme_file xdd; do
		$tool --help-completion >completion
		expect 0 bash -n completion
	done
else
	skip "completion scripts are valid" "bash is not installed"
fi

# An unknown option, in every tool (read past the table of options, once)
expect 2 xnvme info 1GB --bogus
says .err "unknown option --bogus"
says .err "Usage: xnvme info"
expect 2 lblk read 1GB --slba 0 --nlb 0 --sbla 0
says .err "did you mean --slba?"
expect 2 xnvme_file load-sync file --bogus=1
expect 2 xdd sync --bogus

# Numbers
for value in "" -1 +1 0xg 1.5 1x 18446744073709551616 x ' 1'; do
	expect 2 xnvme_file dump-sync out --data-nbytes "$value"
	says .err "--data-nbytes: '$value' is"
done
for value in "" -1 +1 0x zz 0x10000000000000000; do
	expect 2 lblk read 1GB --slba "$value" --nlb 0
	says .err "--slba: '$value' is"
done
for args in "--qdepth 0" "--qdepth 4097" "--iosize 0" "--iosize -4096" "--iosize 2G"; do
	expect 2 xnvme_file load-async file $args
	expect 2 xdd async --data-input a --data-output b --data-nbytes 1 $args
done
for args in "--vec-cnt 0" "--vec-cnt 100000000" "--vec-cnt -1"; do
	expect 2 xnvme_file dump-sync-iovec out --data-nbytes 1 $args
	expect 2 xnvme_file dump-async-iovec out --data-nbytes 1 $args
done
[ ! -e out ]
report $? "a refused command line leaves no file behind"

# What is missing
expect 2 xnvme info
says .err "missing argument: uri"
expect 2 lblk read 1GB --slba 0
says .err "missing required option: --nlb"
expect 2 xdd sync --data-input a
says .err "--data-output"
says .err "--data-nbytes"
expect 2 xnvme info 1GB surplus
says .err "unexpected argument 'surplus'"
expect 2 xnvme info 1GB --be
says .err "--be needs a value"
# 2 is a command line that is refused, 1 is every failure after that
expect 1 lblk info nosuch
expect 1 lblk read nosuch --slba 0x0 --nlb 0
expect 1 xnvme format nosuch --force
expect 1 xnvme_file load-sync nosuch
expect 1 xdd sync --data-input nosuch --data-output out --data-nbytes 1
expect 1 xnvme info 1GB --be nosuch
says .err "cannot open '1GB'"

# Output that cannot be written
if [ -c /dev/full ]; then
	for args in "library-info" "info 1GB" "idfy-ns 1GB" "idfy-ctrlr 1GB" "doctor 1GB" "--help" \
		    "--version" "info --help" "library-info --json" "list" "log-health 1GB"; do
		# shellcheck disable=SC2086
		xnvme $args >/dev/full 2>"$work/.err"
		status=$?
		[ $status -eq 1 ] && [ -s "$work/.err" ]
		report $? "exit 1 when standard output is full: xnvme $args"
	done
	lblk read 1GB --slba 0 --nlb 0 >/dev/full 2>"$work/.err"
	[ $? -eq 1 ]
	report $? "exit 1 when standard output is full: lblk read"
	xnvme_file dump-sync out --data-nbytes 1 >/dev/full 2>"$work/.err"
	[ $? -eq 1 ]
	report $? "exit 1 when standard output is full: xnvme_file dump-sync"
else
	skip "standard output that is full" "there is no /dev/full"
fi

finish
