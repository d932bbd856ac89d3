// SPDX-License-Identifier: BSD-3-Clause
#include <os/system.h>
#include <os/posix/descriptor.h>

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

/** Longer than any line of /proc/locks */
#define LINE_NBYTES 256

/**
 * The process of a line such as "5: FLOCK  ADVISORY  WRITE 1234 08:01:42 0 EOF", 0 when the line is
 * of another file, of another kind of lock, or of a process that waits ("5: -> FLOCK ...")
 */
static int
line_holder(const char *line, const char *file)
{
	const char *at = strstr(line, file);

	if (!at || !strstr(line, "FLOCK") || strstr(line, "->")) {
		return 0;
	}
	while (at > line && isdigit((unsigned char)at[-1])) {
		--at;
	}

	return (int)strtol(at, NULL, 10);
}

static int
locks_search(int locks, const char *file)
{
	char line[LINE_NBYTES];
	char part[4096];
	size_t n = 0;
	ssize_t len;

	while ((len = read(locks, part, sizeof(part))) > 0) {
		for (ssize_t i = 0; i < len; ++i) {
			int holder;

			if (part[i] != '\n') {
				line[n] = part[i];
				n += n < sizeof(line) - 1;
				continue;
			}
			line[n] = '\0';
			n = 0;
			holder = line_holder(line, file);
			if (holder) {
				return holder;
			}
		}
	}

	return 0;
}

int
xnvi_file_lock_holder(xnvi_handle handle)
{
	char file[64];
	struct stat st;
	int holder;
	int locks;

	if (fstat(handle, &st)) {
		return 0;
	}
	snprintf(file, sizeof(file), " %02x:%02x:%llu ", major(st.st_dev), minor(st.st_dev),
		 (unsigned long long)st.st_ino);
	locks = xnvi_open("/proc/locks", O_RDONLY, 0);
	if (locks < 0) {
		return 0;
	}
	holder = locks_search(locks, file);
	close(locks);

	return holder;
}
