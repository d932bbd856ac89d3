# shellcheck shell=sh
# SPDX-License-Identifier: BSD-3-Clause
# late.sh ROUNDS: transfers that end after their queue, on every row of both nodes at once
# shellcheck source=tests/guest/in/guest.sh
. /payload/guest.sh
rounds=$1

# way KIND ROW [registered]: one disk for each; results are kept, for they come at the same time
number=0
way() {
	kind=$1
	shift
	{
		timeout $((60 + 30 * rounds)) guest_late "$(node "$kind" "late$number")" \
			"$(node block "late$number")" "$rounds" "$@" >"/tmp/late.$number" 2>&1
		echo $? >"/tmp/late.$number.status"
	} &
	eval "label_$number='$kind $*'"
	number=$((number + 1))
}

for kind in $(nodes late0); do
	for row in $(data_rows "$kind"); do
		way "$kind" "$row"
	done
done
way block io_uring registered
wait

i=0
while [ $i -lt $number ]; do
	eval "label=\$label_$i"
	# shellcheck disable=SC2154 # set by way()
	document "$label" sh -c "cat /tmp/late.$i; exit $(cat /tmp/late.$i.status)"
	i=$((i + 1))
done
