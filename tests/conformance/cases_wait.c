// SPDX-License-Identifier: BSD-3-Clause
/** Conformance: waiting for completions by the descriptor, where threads can be had */
#include <conformance/waiting.h>

static void
sleepers_are_woken_for_every_completion(const struct conf_row *row)
{
	struct xnvme_dev *dev = row_open(row);

	for (int i = 0; i < SYS_NSLEEPS; ++i) {
		struct waiter wait;

		if (wait_open(&wait, row, dev, (enum sys_sleep)i)) {
			run_rounds(&wait, conf_env.nrounds);
			wait_close(&wait);
		}
	}
	row_close(dev, NULL);
}

/** What the rules say of single steps, one by one */
static void
fd_keeps_its_rules(const struct conf_row *row)
{
	struct xnvme_dev *dev = row_open(row);
	struct waiter wait;

	/* With nothing outstanding, a poke clears it, even if another holder set it */
	wait_open(&wait, row, dev, SYS_SLEEP_READ);
	EQ(sys_event_set(wait.fd), 0);
	EQ(xnvme_queue_poke(wait.queue, 0), 0);
	EQ(sys_event_is_set(wait.fd, 0), 0);

	/* A reader who takes the event and one completion finds it set for the others */
	for (unsigned i = 0; i < 4; ++i) {
		submit(&wait);
	}
	while (wait.ncb < wait.nsubmitted) {
		EQ(sys_event_read(wait.fd), 0);
		CHECK(xnvme_queue_poke(wait.queue, 1) <= 1);
	}
	fd_becomes_quiet(wait.queue, wait.fd);
	wait_close(&wait);

	/* A sleeper that waits for edges gets one from each poke that leaves completions */
	if (!wait_open(&wait, row, dev, SYS_SLEEP_EDGES)) {
		row_close(dev, NULL);
		return;
	}
	for (unsigned i = 0; i < 4; ++i) {
		submit(&wait);
	}
	while (wait.ncb < wait.nsubmitted) {
		sleep_until_woken(&wait);
		CHECK(xnvme_queue_poke(wait.queue, 1) <= 1);
	}
	wait_close(&wait);
	row_close(dev, NULL);
}

const struct conf_case conf_cases_wait[] = {
    CONF_CASE(fd_keeps_its_rules, SCOPE_ROW, NEED_LBAS),
    CONF_CASE(sleepers_are_woken_for_every_completion, SCOPE_ROW, NEED_LBAS),
    {0},
};
