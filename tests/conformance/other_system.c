// SPDX-License-Identifier: BSD-3-Clause
/** Conformance on systems without cases and devices of their own */
#include <conformance/conf.h>

const struct conf_case *const conf_system_cases[] = {NULL};

unsigned
conf_system_grants(void)
{
	static const struct {
		enum sys_feature feature;
		unsigned needs;
	} rows[] = {
	    {SYS_FORK, NEED_FORK},
	    {SYS_SIGNALS, NEED_SIGNALS},
	    {SYS_LIMITS, NEED_LIMITS},
	    {SYS_NODES, NEED_NODES},
	};
	unsigned can = 0;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); ++i) {
		can |= sys_lacks(rows[i].feature) ? 0 : rows[i].needs;
	}

	return can;
}

int
conf_system_devs(void)
{
	return 0;
}
