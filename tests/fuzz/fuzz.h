// SPDX-License-Identifier: BSD-3-Clause
/**
 * Fuzz targets: one function each, called by libFuzzer, or by replay.c with the files of a corpus
 *
 * What must hold is checked by MUST(), which crashes: both callers take that for a finding.
 */
#ifndef XNVT_FUZZ_H
#define XNVT_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t nbytes);

#define MUST(cond)                                                                                 \
	do {                                                                                       \
		if (!(cond)) {                                                                     \
			fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #cond);                 \
			abort();                                                                   \
		}                                                                                  \
	} while (0)

/** The input as a string, cut at its first NUL; for the caller to free */
static inline char *
fuzz_text(const uint8_t *data, size_t nbytes)
{
	char *text = malloc(nbytes + 1);

	MUST(text);
	if (nbytes) {
		memcpy(text, data, nbytes);
	}
	text[nbytes] = '\0';

	return text;
}

#endif /* XNVT_FUZZ_H */
