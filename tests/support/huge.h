// SPDX-License-Identifier: BSD-3-Clause
/**
 * For programs that allocate too much: under sanitizers, too, such an allocation fails
 *
 * Include it once in a program.
 */
#ifndef XNVT_HUGE_H
#define XNVT_HUGE_H

const char *__asan_default_options(void);
const char *__tsan_default_options(void);

const char *
__asan_default_options(void)
{
	return "allocator_may_return_null=1";
}

const char *
__tsan_default_options(void)
{
	return "allocator_may_return_null=1";
}

#endif /* XNVT_HUGE_H */
