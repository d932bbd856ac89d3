// SPDX-License-Identifier: BSD-3-Clause
#include <support/tree.h>

#include <stdio.h>
#include <stdlib.h>
#include <support/test.h>

#define PATH_NBYTES 1024

static char g_dir[300];

const char *
tree_begin(void)
{
	if (g_dir[0]) {
		tree_end();
	}
	sys_temp_subdir(g_dir, sizeof(g_dir), "tree");

	return g_dir;
}

void
tree_end(void)
{
	if (g_dir[0] && sys_dir_remove(g_dir)) {
		printf("# left behind: %s\n", g_dir);
	}
	g_dir[0] = '\0';
}

/** The path in the scratch folder, whose folders are made */
static void
place(char *to, const char *path)
{
	snprintf(to, PATH_NBYTES, "%s/%s", g_dir, path);
	for (char *c = to + strlen(g_dir) + 1; *c; ++c) {
		if (*c == '/') {
			*c = '\0';
			sys_dir_make(to);
			*c = '/';
		}
	}
}

void
tree_put(const char *path, const char *text)
{
	char to[PATH_NBYTES];
	int err;

	place(to, path);
	err = text ? sys_file_put(to, text, strlen(text)) : sys_dir_make(to);
	if (err && err != -EEXIST) {
		test_fail(__FILE__, __LINE__, "%s cannot be written: %d", to, err);
	}
}

void
tree_link(const char *path, const char *target)
{
	char from[PATH_NBYTES];
	char to[PATH_NBYTES];

	place(from, path);
	snprintf(to, sizeof(to), "%s/%s", g_dir, target);
	if (sys_file_symlink(to, from)) {
		test_fail(__FILE__, __LINE__, "%s cannot be linked", from);
	}
}
