// SPDX-License-Identifier: BSD-3-Clause
/**
 * The version of the library as text, from the numbers that the build passes
 */
#ifndef XNVI_SPEC_VERSION_H
#define XNVI_SPEC_VERSION_H

#define XNVI_TEXT_OF(number) #number
#define XNVI_TEXT(number)    XNVI_TEXT_OF(number)

#define XNVI_VERSION                                                                               \
	XNVI_TEXT(XNVI_VER_MAJOR) "." XNVI_TEXT(XNVI_VER_MINOR) "." XNVI_TEXT(XNVI_VER_PATCH)

#endif /* XNVI_SPEC_VERSION_H */
