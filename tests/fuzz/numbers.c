// SPDX-License-Identifier: BSD-3-Clause
/**
 * Numbers and sizes of URIs and command lines: what is taken prints as what was written
 */
#include <options.h>
#include <core/mechanism.h>
#include <inttypes.h>

#include "fuzz.h"

static void
decimal(const char *text)
{
	char again[32];
	uint64_t value = 0;

	if (xnvi_parse_u64(text, 0, UINT64_MAX, &value)) {
		return;
	}
	snprintf(again, sizeof(again), "%" PRIu64, value);
	/* Leading zeroes are the only other way to write it */
	while (text[0] == '0' && text[1]) {
		text++;
	}
	MUST(strcmp(text, again) == 0);
}

static void
size(const char *text)
{
	const size_t ndigits = strspn(text, "0123456789");
	uint64_t nbytes = 0;
	uint64_t digits = 0;
	char head[32] = {0};

	if (xnvi_parse_nbytes(text, &nbytes)) {
		return;
	}
	MUST(ndigits > 0 && ndigits < sizeof(head));
	memcpy(head, text, ndigits);
	MUST(!xnvi_parse_u64(head, 0, UINT64_MAX, &digits));
	MUST(digits ? nbytes / digits * digits == nbytes && nbytes >= digits : !nbytes);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t nbytes)
{
	char *text = fuzz_text(data, nbytes);

	decimal(text);
	size(text);
	for (int hex = 0; hex < 2; ++hex) {
		uint64_t value = 0x5a5a;
		const int err = xnvi_cli_num_parse(text, hex, &value);

		MUST(err <= 0);
		if (!err && !hex && text[strspn(text, "0123456789")] == '\0') {
			uint64_t other = 0;

			MUST(!xnvi_parse_u64(text, 0, UINT64_MAX, &other) && other == value);
		}
	}
	free(text);

	return 0;
}
