// SPDX-License-Identifier: BSD-3-Clause
/** What the process has in use, by /proc: -ENOSYS where there is none */
#include <support/sys.h>

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

#define KIB 1024U

static int
count_entries(const char *path)
{
	DIR *dir = opendir(path);
	int count = 0;

	if (!dir) {
		return -ENOSYS;
	}
	while (readdir(dir)) {
		count++;
	}
	closedir(dir);

	return count;
}

int
sys_count_descriptors(void)
{
	return count_entries("/proc/self/fd");
}

int
sys_count_inheritable(void)
{
	int count = 0;

	for (int fd = 0; fd < 1024; ++fd) {
		const int flags = fcntl(fd, F_GETFD);

		count += flags >= 0 && !(flags & FD_CLOEXEC);
	}

	return count;
}

int
sys_count_threads(void)
{
	return count_entries("/proc/self/task");
}

/** 0 where there is no /proc */
uint64_t
sys_resident_nbytes(void)
{
	unsigned long size = 0;
	unsigned long resident = 0;
	FILE *file = fopen("/proc/self/statm", "re");

	if (!file || fscanf(file, "%lu %lu", &size, &resident) != 2) {
		resident = 0;
	}
	if (file) {
		fclose(file);
	}

	return (uint64_t)resident * (uint64_t)sysconf(_SC_PAGESIZE);
}

#ifdef __GLIBC__
size_t
sys_heap_nbytes(void)
{
	const struct mallinfo2 info = mallinfo2();

	return info.uordblks + info.hblkhd;
}

size_t
sys_heap_slack_nbytes(void)
{
	return 16 * KIB;
}
#else
/** Anonymous pages of the process; the stacks of its threads count too */
size_t
sys_heap_nbytes(void)
{
	FILE *file = fopen("/proc/self/status", "re");
	unsigned long kib = 0;
	char line[256];

	if (!file) {
		return 0;
	}
	while (!kib && fgets(line, sizeof(line), file)) {
		if (sscanf(line, "RssAnon: %lu kB", &kib) != 1) {
			kib = 0;
		}
	}
	fclose(file);

	return kib * KIB;
}

/** A heap that is counted in pages uses some more of them before it uses one again */
size_t
sys_heap_slack_nbytes(void)
{
	return 64 * KIB;
}
#endif
