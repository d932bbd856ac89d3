// SPDX-License-Identifier: BSD-3-Clause
/** Names of the states of a row */
#include <shared.h>

const char *
demo_state_name(enum demo_state state)
{
	static const char *const names[DEMO_STATE_COUNT] = {
	    [DEMO_VERIFIED] = "verified",	[DEMO_MISMATCH] = "mismatch",
	    [DEMO_FAILED] = "failed",		[DEMO_NO_DATA] = "no data",
	    [DEMO_UNAVAILABLE] = "unavailable",
	};

	return names[state];
}
