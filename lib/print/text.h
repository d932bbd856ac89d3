// SPDX-License-Identifier: BSD-3-Clause
/**
 * Making text safe to print on a terminal
 *
 * URIs, names of files, values of options and strings from devices may contain any bytes. A
 * terminal would take some of them for commands. Every message goes through here. Documents in YAML
 * and JSON go through print/emit.h, which uses the same rules.
 */
#ifndef XNVI_TEXT_H
#define XNVI_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/**
 * Decode one code point
 *
 * @return Its length in bytes, or 0 when the bytes are not UTF-8 (overlong forms, surrogates and
 * what is beyond U+10FFFF included)
 */
size_t xnvi_utf8_decode(const unsigned char *text, size_t nbytes, uint32_t *cp);

/**
 * Whether a code point must not reach a terminal or a parser unchanged
 *
 * Control characters, line separators, the byte order mark, non-characters, and the marks that
 * change the direction of text, with which a device could disguise a line.
 */
bool xnvi_cp_needs_escape(uint32_t cp);

/**
 * Copy text so that it is safe to print: printable UTF-8 is kept, every other byte becomes \xNN
 *
 * The copy has no line breaks and ends in a NUL. Text that does not fit is truncated between two
 * characters.
 *
 * @return Bytes in `dst` without the NUL
 */
size_t xnvi_text_safe(char *dst, size_t dst_nbytes, const char *src);

/** Length of a field of `nbytes` bytes that is padded with blanks, or ends in a NUL before that */
size_t xnvi_text_padded_len(const char *field, size_t nbytes);

/**
 * Print one line: the formatted text as by xnvi_text_safe(), then a line break
 *
 * @return Bytes written, or a negative errno
 */
int xnvi_text_line(FILE *stream, const char *format, ...)
    __attribute__((format(XNVI_PRINTF, 2, 3)));

/** As xnvi_text_line(), after printing `before` unchanged */
int xnvi_text_vline(FILE *stream, const char *before, const char *format, va_list ap)
    __attribute__((format(XNVI_PRINTF, 3, 0)));

#endif /* XNVI_TEXT_H */
