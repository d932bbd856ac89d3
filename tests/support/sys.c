// SPDX-License-Identifier: BSD-3-Clause
/** What sys.h has alike on every system */
#include <support/sys.h>

#include <stdlib.h>

void
sys_temp_path(char *path, size_t nbytes, const char *name)
{
	snprintf(path, nbytes, "%s/%s", sys_temp_dir(), name);
}

void
sys_temp_subdir(char *path, size_t nbytes, const char *name)
{
	int err;

	sys_temp_path(path, nbytes, name);
	err = sys_dir_make(path);
	if (err) {
		printf("Bail out! no folder %s: %d\n", path, err);
		exit(EXIT_FAILURE);
	}
}
