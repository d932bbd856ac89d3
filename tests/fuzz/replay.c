// SPDX-License-Identifier: BSD-3-Clause
/**
 * A fuzz target without a fuzzer: every file of a corpus, once; prints TAP
 */
#include <dirent.h>

#include "fuzz.h"

#define INPUT_NBYTES_MAX 65536

static int
replay(const char *dir, const char *name)
{
	static uint8_t input[INPUT_NBYTES_MAX];
	uint8_t *exact;
	char path[1024];
	size_t nbytes;
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	file = fopen(path, "rb");
	if (!file) {
		return -1;
	}
	nbytes = fread(input, 1, sizeof(input), file);
	fclose(file);
	/* A block of exactly that size, so that sanitizers see any read past its end */
	exact = malloc(nbytes ? nbytes : 1);
	MUST(exact);
	memcpy(exact, input, nbytes);
	LLVMFuzzerTestOneInput(exact, nbytes);
	free(exact);

	return 0;
}

int
main(int argc, char **argv)
{
	unsigned nrun = 0;
	unsigned nfailed = 0;
	const struct dirent *entry;
	DIR *dir;

	if (argc != 2 || !(dir = opendir(argv[1]))) {
		fprintf(stderr, "Bail out! usage: %s CORPUS\n", argv[0]);
		return EXIT_FAILURE;
	}
	while ((entry = readdir(dir))) {
		if (entry->d_name[0] != '.') {
			const int err = replay(argv[1], entry->d_name);

			nfailed += err != 0;
			fprintf(stderr, "%s %u - %s\n", err ? "not ok" : "ok", ++nrun,
				entry->d_name);
		}
	}
	closedir(dir);
	fprintf(stderr, "1..%u\n", nrun);

	return nfailed || !nrun ? EXIT_FAILURE : EXIT_SUCCESS;
}
