# shellcheck shell=sh
# SPDX-License-Identifier: BSD-3-Clause
# The kernel exports its own controller over the loopback interface, and connects to it
# shellcheck source=tests/guest/in/guest.sh
. /payload/guest.sh

target=/sys/kernel/config/nvmet
mount -t configfs none /sys/kernel/config
mkdir "$target/subsystems/remote" "$target/subsystems/remote/namespaces/1" "$target/ports/1"
echo 1 >"$target/subsystems/remote/attr_allow_any_host"
echo remote >"$target/subsystems/remote/attr_serial"
printf %s "$(node block nvm)" >"$target/subsystems/remote/namespaces/1/device_path"
echo 1 >"$target/subsystems/remote/namespaces/1/enable"
echo tcp >"$target/ports/1/addr_trtype"
echo ipv4 >"$target/ports/1/addr_adrfam"
echo 127.0.0.1 >"$target/ports/1/addr_traddr"
echo 4420 >"$target/ports/1/addr_trsvcid"
ln -s "$target/subsystems/remote" "$target/ports/1/subsystems/remote"
uuid=$(cat /proc/sys/kernel/random/uuid)
echo "transport=tcp,traddr=127.0.0.1,trsvcid=4420,nqn=remote,hostid=$uuid,hostnqn=nqn.2014-08.org.nvmexpress:uuid:$uuid" \
	>/dev/nvme-fabrics

tries=0
until [ -e "$(node block remote)" ] || [ $tries -eq 200 ]; do
	usleep 50000
	tries=$((tries + 1))
done
# The kernel's own controller answers Internal Error where LBAs are out of range, and has neither
# Compare nor Copy: cases that hold other controllers to more are left out
KIND_CASES='identify_agrees first_io first_async unknown_opcode metadata_ vectors_equal bytes_on
largest_transfer write_zeroes_zeroes deallocate_reads lengths_have depth_8 nvm_flush two_opens term_
accepted_command forked'
echo "cases on the remote namespace:$(kind_filters)"
# shellcheck disable=SC2046 # a list of arguments
conformance_on remote 1 $(kind_filters)
