// SPDX-License-Identifier: BSD-3-Clause
#ifndef XNVI_ERROR_H
#define XNVI_ERROR_H

#include <stdint.h>

/** The errno, a positive number, for an error code of Windows; EIO when there is none */
int xnvi_errno_of(uint32_t code);

/** The negative errno of the call that has just failed */
int xnvi_last_error(void);

#endif /* XNVI_ERROR_H */
