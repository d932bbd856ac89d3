// SPDX-License-Identifier: BSD-3-Clause
#include <print/text.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define NBYTES_MAX_UTF8 4
#define ESCAPE_NBYTES	4
#define LINE_NBYTES	1024

size_t
xnvi_utf8_decode(const unsigned char *text, size_t nbytes, uint32_t *cp)
{
	static const uint32_t min[NBYTES_MAX_UTF8 + 1] = {0, 0, 0x80, 0x800, 0x10000};
	size_t len = 0;

	if (text[0] < 0x80) {
		*cp = text[0];
		return 1;
	}
	if ((text[0] & 0xe0) == 0xc0) {
		len = 2;
		*cp = text[0] & 0x1fU;
	} else if ((text[0] & 0xf0) == 0xe0) {
		len = 3;
		*cp = text[0] & 0x0fU;
	} else if ((text[0] & 0xf8) == 0xf0) {
		len = 4;
		*cp = text[0] & 0x07U;
	}
	if (!len || len > nbytes) {
		return 0;
	}
	for (size_t i = 1; i < len; ++i) {
		if ((text[i] & 0xc0) != 0x80) {
			return 0;
		}
		*cp = (*cp << 6) | (text[i] & 0x3fU);
	}
	if (*cp < min[len] || *cp > 0x10ffff || (*cp >= 0xd800 && *cp <= 0xdfff)) {
		return 0;
	}

	return len;
}

bool
xnvi_cp_needs_escape(uint32_t cp)
{
	static const struct {
		uint32_t first;
		uint32_t last;
	} ranges[] = {
	    {0x0000, 0x001f}, {0x007f, 0x009f}, {0x061c, 0x061c},   {0x200b, 0x200f},
	    {0x2028, 0x202e}, {0x2060, 0x206f}, {0xfdd0, 0xfdef},   {0xfeff, 0xfeff},
	    {0xfff0, 0xfffb}, {0xfffe, 0xffff}, {0xe0000, 0xe0fff},
	};

	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); ++i) {
		if (cp >= ranges[i].first && cp <= ranges[i].last) {
			return true;
		}
	}

	return (cp & 0xfffe) == 0xfffe;
}

/** Copy `len` bytes to `dst`, unchanged or each as \xNN; returns the bytes copied, 0: no room */
static size_t
put(char *dst, size_t room, const unsigned char *src, size_t len, bool escape)
{
	static const char digits[] = "0123456789abcdef";

	if ((escape ? len * ESCAPE_NBYTES : len) > room) {
		return 0;
	}
	if (!escape) {
		memcpy(dst, src, len);
		return len;
	}
	for (size_t i = 0; i < len; ++i) {
		*dst++ = '\\';
		*dst++ = 'x';
		*dst++ = digits[src[i] >> 4];
		*dst++ = digits[src[i] & 0xf];
	}

	return len * ESCAPE_NBYTES;
}

size_t
xnvi_text_safe(char *dst, size_t dst_nbytes, const char *src)
{
	const unsigned char *text = (const unsigned char *)src;
	size_t left = src ? strlen(src) : 0;
	size_t pos = 0;

	if (!dst_nbytes) {
		return 0;
	}
	while (left) {
		/* Nearly all text is ASCII */
		const bool is_plain = *text >= 0x20 && *text < 0x7f;
		uint32_t cp = 0;
		const size_t len = is_plain ? 1 : xnvi_utf8_decode(text, left, &cp);
		const size_t step = len ? len : 1;
		const bool escape = !is_plain && (!len || xnvi_cp_needs_escape(cp));
		const size_t n = put(dst + pos, dst_nbytes - 1 - pos, text, step, escape);

		if (!n) {
			break;
		}
		pos += n;
		text += step;
		left -= step;
	}
	dst[pos] = '\0';

	return pos;
}

/** Write with one call, so that the lines of several threads or processes do not mix */
static int
line_write(FILE *stream, char *text, size_t nbytes)
{
	text[nbytes++] = '\n';
	errno = 0;
	if (fwrite(text, 1, nbytes, stream) != nbytes) {
		return errno ? -errno : -EIO;
	}

	return (int)nbytes;
}

size_t
xnvi_text_padded_len(const char *field, size_t nbytes)
{
	nbytes = strnlen(field, nbytes);
	while (nbytes && field[nbytes - 1] == ' ') {
		--nbytes;
	}

	return nbytes;
}

int
xnvi_text_vline(FILE *stream, const char *before, const char *format, va_list ap)
{
	char raw_small[LINE_NBYTES];
	char safe_small[LINE_NBYTES * (ESCAPE_NBYTES + 1)];
	const size_t lead = strlen(before) < LINE_NBYTES ? strlen(before) : LINE_NBYTES;
	char *safe_large = NULL;
	char *raw_large = NULL;
	va_list again;
	size_t nbytes;
	int len;
	int err;

	va_copy(again, ap);
	len = vsnprintf(raw_small, sizeof(raw_small), format, ap);
	if (len >= (int)sizeof(raw_small)) {
		nbytes = (size_t)len + 1;
		raw_large = malloc(nbytes);
		safe_large = malloc(lead + nbytes * ESCAPE_NBYTES + 1);
		if (raw_large && safe_large) {
			vsnprintf(raw_large, nbytes, format, again);
		}
	}
	va_end(again);
	if (len < 0) {
		return -EINVAL;
	}
	/* Without memory, the line is truncated */
	if (raw_large && safe_large) {
		snprintf(safe_large, lead + 1, "%s", before);
		nbytes =
		    xnvi_text_safe(safe_large + lead, (size_t)len * ESCAPE_NBYTES + 1, raw_large);
		err = line_write(stream, safe_large, lead + nbytes);
	} else {
		snprintf(safe_small, lead + 1, "%s", before);
		nbytes =
		    xnvi_text_safe(safe_small + lead, sizeof(safe_small) - lead - 1, raw_small);
		err = line_write(stream, safe_small, lead + nbytes);
	}
	free(safe_large);
	free(raw_large);

	return err;
}

int
xnvi_text_line(FILE *stream, const char *format, ...)
{
	va_list ap;
	int wrtn;

	va_start(ap, format);
	wrtn = xnvi_text_vline(stream, "", format, ap);
	va_end(ap);

	return wrtn;
}
