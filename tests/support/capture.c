// SPDX-License-Identifier: BSD-3-Clause
#include <support/capture.h>

#include <stdio.h>
#include <stdlib.h>
#include <support/sys.h>

static FILE *g_file;
static int g_before = -1;

void
capture_begin(void)
{
	g_file = sys_temp_stream();
	g_before = g_file ? sys_stream_redirect(stdout, g_file) : -1;
	if (g_before < 0) {
		abort();
	}
}

void
capture_cancel(void)
{
	if (g_before >= 0) {
		sys_stream_restore(stdout, g_before);
		g_before = -1;
		fclose(g_file);
	}
}

/** From the beginning to where the descriptor that wrote has come */
static char *
read_all(FILE *file)
{
	const long nbytes = fseek(file, 0, SEEK_END) ? -1 : ftell(file);
	char *text = nbytes < 0 ? NULL : calloc((size_t)nbytes + 1, 1);

	rewind(file);
	if (!text || fread(text, 1, (size_t)nbytes, file) != (size_t)nbytes) {
		abort();
	}

	return text;
}

char *
capture_end(void)
{
	char *text;

	sys_stream_restore(stdout, g_before);
	g_before = -1;
	text = read_all(g_file);
	fclose(g_file);

	return text;
}
