// SPDX-License-Identifier: BSD-3-Clause
/**
 * Values of options: parse them, check them, store them into struct xnvme_cli_args
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <options.h>

static int
digit_value(char c)
{
	if (c >= '0' && c <= '9') {
		return c - '0';
	}
	if (c >= 'a' && c <= 'f') {
		return c - 'a' + 10;
	}
	if (c >= 'A' && c <= 'F') {
		return c - 'A' + 10;
	}

	return 16;
}

/** Shift of a size suffix; -1 when `text` is not one */
static int
suffix_shift(const char *text)
{
	static const char letters[] = "KkMmGgTt";
	const char *letter = *text ? strchr(letters, *text) : NULL;

	if (*text == '\0') {
		return 0;
	}
	if (!letter) {
		return -1;
	}
	if (text[1] != '\0' && strcmp(text + 1, "i") != 0 && strcmp(text + 1, "iB") != 0) {
		return -1;
	}

	return 10 * (int)((letter - letters) / 2 + 1);
}

int
xnvi_cli_num_parse(const char *text, bool hex, uint64_t *value)
{
	const bool prefixed = text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
	const int base = hex || prefixed ? 16 : 10;
	const char *pos = prefixed ? text + 2 : text;
	uint64_t number = 0;
	int shift = 0;

	if (digit_value(*pos) >= base) {
		return -EINVAL;
	}
	for (; digit_value(*pos) < base; ++pos) {
		const uint64_t digit = (uint64_t)digit_value(*pos);

		if (number > (UINT64_MAX - digit) / (uint64_t)base) {
			return -ERANGE;
		}
		number = number * (uint64_t)base + digit;
	}

	if (!hex) {
		shift = suffix_shift(pos);
	} else if (*pos != '\0') {
		shift = -1;
	}
	if (shift < 0) {
		return -EINVAL;
	}
	if (number > (UINT64_MAX >> shift)) {
		return -ERANGE;
	}
	*value = number << shift;

	return 0;
}

static void
number_store(const struct xnvi_cli_row *row, uint64_t value, void *dest)
{
	const uint8_t value8 = (uint8_t)value;
	const uint32_t value32 = (uint32_t)value;

	switch (row->nbytes) {
	case sizeof(value8):
		memcpy(dest, &value8, sizeof(value8));
		break;
	case sizeof(value32):
		memcpy(dest, &value32, sizeof(value32));
		break;
	default:
		memcpy(dest, &value, sizeof(value));
		break;
	}
}

static void
value_store(const struct xnvi_cli_row *row, uint64_t value, struct xnvme_cli_args *args)
{
	void *dest = (char *)args + row->offset;
	const struct xnvme_opts_css css = {.value = (uint32_t)value, .given = 1};
	const bool truth = value != 0;

	if (row->dest == XNVI_CLI_DEST_CSS) {
		memcpy(dest, &css, sizeof(css));
	} else if (row->dest == XNVI_CLI_DEST_BOOL) {
		memcpy(dest, &truth, sizeof(truth));
	} else {
		number_store(row, value, dest);
	}
}

void
xnvi_cli_flag_store(const struct xnvi_cli_row *row, struct xnvme_cli_args *args)
{
	if (row->dest != XNVI_CLI_DEST_NONE && row->dest != XNVI_CLI_DEST_STR) {
		value_store(row, 1, args);
	}
}

static int
string_store(const struct xnvi_cli_row *row, const char *text, struct xnvme_cli_args *args)
{
	const size_t len = strlen(text);

	if (!len) {
		return -EINVAL;
	}
	if (row->max && len > row->max) {
		return -ERANGE;
	}
	memcpy((char *)args + row->offset, &text, sizeof(text));

	return 0;
}

int
xnvi_cli_value_store(const struct xnvi_cli_row *row, const char *text, struct xnvme_cli_args *args)
{
	const bool hex = row->attr.vtype == XNVME_CLI_OPT_VTYPE_HEX;
	uint64_t value = 0;
	int err;

	if (row->dest == XNVI_CLI_DEST_NONE) {
		return -EINVAL;
	}
	if (row->dest == XNVI_CLI_DEST_STR) {
		return string_store(row, text, args);
	}

	err = xnvi_cli_num_parse(text, hex, &value);
	if (err) {
		return err;
	}
	if (value < row->min || value > row->max) {
		return -ERANGE;
	}
	value_store(row, value, args);

	return 0;
}

const char *
xnvi_cli_kind_str(const struct xnvi_cli_row *row)
{
	static const char *const kinds[] = {
	    [XNVME_CLI_OPT_VTYPE_URI] = "URI",	  [XNVME_CLI_OPT_VTYPE_NUM] = "NUM",
	    [XNVME_CLI_OPT_VTYPE_HEX] = "0xNUM",  [XNVME_CLI_OPT_VTYPE_FILE] = "FILE",
	    [XNVME_CLI_OPT_VTYPE_STR] = "STRING", [XNVME_CLI_OPT_VTYPE_SKIP] = "",
	};

	return kinds[row->attr.vtype];
}

void
xnvi_cli_accepted_str(const struct xnvi_cli_row *row, char *buf, size_t buf_nbytes)
{
	const char *unit = row->unit ? row->unit : "";
	const char *gap = row->unit ? " " : "";

	if (row->dest == XNVI_CLI_DEST_STR && row->max) {
		snprintf(buf, buf_nbytes, "1 to %" PRIu64 " characters", row->max);
	} else if (row->dest == XNVI_CLI_DEST_STR) {
		snprintf(buf, buf_nbytes, "a non-empty string");
	} else if (row->attr.vtype == XNVME_CLI_OPT_VTYPE_HEX) {
		snprintf(buf, buf_nbytes, "base 16, 0x%" PRIx32 " to 0x%" PRIx64 "%s%s", row->min,
			 row->max, gap, unit);
	} else {
		snprintf(buf, buf_nbytes, "base 10, %" PRIu32 " to %" PRIu64 "%s%s%s", row->min,
			 row->max, gap, unit,
			 row->max >= 1024 ? "; 0x and a suffix k, m, g or t allowed" : "");
	}
}

#define NEAREST_LEN_MAX 40

/** Levenshtein distance; SIZE_MAX for long words, which are not taken for typing errors */
static size_t
edit_distance(const char *a, const char *b)
{
	size_t row[NEAREST_LEN_MAX + 1];
	const size_t alen = strlen(a);
	const size_t blen = strlen(b);

	if (alen > NEAREST_LEN_MAX || blen > NEAREST_LEN_MAX) {
		return SIZE_MAX;
	}
	for (size_t j = 0; j <= blen; ++j) {
		row[j] = j;
	}
	for (size_t i = 1; i <= alen; ++i) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= blen; ++j) {
			const size_t above = row[j];
			size_t best = diagonal + (a[i - 1] != b[j - 1]);

			best = above + 1 < best ? above + 1 : best;
			best = row[j - 1] + 1 < best ? row[j - 1] + 1 : best;
			diagonal = above;
			row[j] = best;
		}
	}

	return row[blen];
}

void
xnvi_cli_nearest(const char *text, const char *candidate, const char **best, size_t *distance)
{
	const size_t len = strlen(text);
	const size_t tolerance = len / 3 > 2 ? len / 3 : 2;
	size_t found = edit_distance(text, candidate);

	/* An abbreviation is closer than any typing error */
	if (len >= 3 && strncmp(text, candidate, len) == 0) {
		found = 0;
	}
	if (found <= tolerance && found < len && found < *distance) {
		*best = candidate;
		*distance = found;
	}
}
