// SPDX-License-Identifier: BSD-3-Clause
#include <support/capture.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static FILE *g_file;
static int g_saved;

void
capture_begin(void)
{
	g_file = tmpfile();
	g_saved = dup(STDOUT_FILENO);
	if (!g_file || g_saved < 0 || fflush(stdout) || dup2(fileno(g_file), STDOUT_FILENO) < 0) {
		abort();
	}
}

char *
capture_end(void)
{
	long nbytes;
	char *text;

	fflush(stdout);
	if (dup2(g_saved, STDOUT_FILENO) < 0 || fseek(g_file, 0, SEEK_END)) {
		abort();
	}
	close(g_saved);
	nbytes = ftell(g_file);
	rewind(g_file);
	text = nbytes < 0 ? NULL : calloc((size_t)nbytes + 1, 1);
	if (!text || fread(text, 1, (size_t)nbytes, g_file) != (size_t)nbytes) {
		abort();
	}
	fclose(g_file);

	return text;
}
