// SPDX-License-Identifier: BSD-3-Clause
/**
 * Functions of libc that a program replaces when it is linked with -Wl,--wrap=NAME
 *
 * With offsets of 64 bits glibc calls open() by the name open64(), and so on. Elsewhere such names
 * are macros for the plain ones: they are expanded here, and tests/unit/meson.build drops the 64.
 * Include what declares a function before its name is used.
 */
#ifndef XNVT_WRAP_H
#define XNVT_WRAP_H

#define XNVT_PASTE(prefix, name) prefix##name

/** The function itself, and what is called instead of it */
#define REAL(name)    XNVT_EXPAND(__real_, name)
#define WRAPPED(name) XNVT_EXPAND(__wrap_, name)

#define XNVT_EXPAND(prefix, name) XNVT_PASTE(prefix, name)

/** Declare both and begin to define the replacement: WRAP(int, fsync, int fd) {...} */
#define WRAP(type, name, ...)                                                                      \
	type REAL(name)(__VA_ARGS__);                                                              \
	type WRAPPED(name)(__VA_ARGS__);                                                           \
	type WRAPPED(name)(__VA_ARGS__)

#endif /* XNVT_WRAP_H */
