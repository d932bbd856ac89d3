// SPDX-License-Identifier: BSD-3-Clause
#include <conformance/conf.h>

const struct conf_case conf_cases_uri[] = {
    {0},
};
