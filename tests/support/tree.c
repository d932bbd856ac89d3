// SPDX-License-Identifier: BSD-3-Clause
#include <support/tree.h>

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <support/test.h>

#define PATH_NBYTES 1024

static char g_dir[] = "/tmp/xnvt_tree_XXXXXX";
static bool g_made;

static int
remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st;
	(void)flag;
	(void)ftw;

	return remove(path);
}

const char *
tree_begin(void)
{
	if (g_made) {
		tree_end();
		mkdir(g_dir, 0700);
	} else if (!mkdtemp(g_dir)) {
		test_fail(__FILE__, __LINE__, "no folder %s", g_dir);
	}
	g_made = true;

	return g_dir;
}

void
tree_end(void)
{
	if (nftw(g_dir, remove_one, 16, FTW_DEPTH | FTW_PHYS)) {
		printf("# left behind: %s\n", g_dir);
	}
}

/** The path in the scratch folder, whose folders are made */
static void
place(char *to, const char *path)
{
	snprintf(to, PATH_NBYTES, "%s/%s", g_dir, path);
	for (char *c = to + strlen(g_dir) + 1; *c; ++c) {
		if (*c == '/') {
			*c = '\0';
			mkdir(to, 0700);
			*c = '/';
		}
	}
}

void
tree_put(const char *path, const char *text)
{
	char to[PATH_NBYTES];
	FILE *file;

	place(to, path);
	if (!text) {
		mkdir(to, 0700);
		return;
	}
	file = fopen(to, "w");
	if (!file || fputs(text, file) < 0 || fclose(file)) {
		test_fail(__FILE__, __LINE__, "%s cannot be written", to);
	}
}

void
tree_link(const char *path, const char *target)
{
	char from[PATH_NBYTES];
	char to[PATH_NBYTES];

	place(from, path);
	snprintf(to, sizeof(to), "%s/%s", g_dir, target);
	if (symlink(to, from)) {
		test_fail(__FILE__, __LINE__, "%s cannot be linked", from);
	}
}
