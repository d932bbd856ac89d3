// SPDX-License-Identifier: BSD-3-Clause
/** Files as devices, which not every build of the library serves */
#ifndef XNVT_FILES_H
#define XNVT_FILES_H

#include <libxnvme.h>
#include <support/test.h>

static inline int
files_on_probe(const struct xnvme_probe *probe, void *arg)
{
	*(bool *)arg = *(bool *)arg || probe->err != -ENOTSUP;

	return 0;
}

/** Skip the running test in a build of which every backend says that it serves no files */
static inline void
needs_files(void)
{
	bool served = false;
	char path[300];

	sys_temp_path(path, sizeof(path), "probed");
	CHECK_EQ(sys_file_make(path, 4096), 0);
	CHECK_EQ(xnvme_dev_probe(path, NULL, files_on_probe, &served), 0);
	CHECK_EQ(sys_file_remove(path), 0);
	if (!served) {
		test_skip("this build has no backend for files");
	}
}

#endif /* XNVT_FILES_H */
