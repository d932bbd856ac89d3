// SPDX-License-Identifier: BSD-3-Clause
/**
 * The table of admin commands, and those that need no file of their own
 */
#include <target/private.h>

static uint16_t
admin_abort(struct xnvi_target_run *run)
{
	/* Commands complete as they arrive, so the command to abort has completed already */
	run->result = 1;

	return XNVI_ST_SUCCESS;
}

static uint16_t
admin_async_event_request(struct xnvi_target_run *run)
{
	(void)run;

	/* A request would be outstanding until an event, but commands here complete at once */
	return XNVI_ST_AER_LIMIT;
}

static uint16_t
admin_keep_alive(struct xnvi_target_run *run)
{
	(void)run;

	return XNVI_ST_SUCCESS;
}

#define SUPPORTED (XNVI_EFFECT_CSUPP | XNVI_EFFECT_SCOPE_CTRLR)
#define FORMATS                                                                                    \
	(XNVI_EFFECT_CSUPP | XNVI_EFFECT_SCOPE_NS | XNVI_EFFECT_LBCC | XNVI_EFFECT_NCC |           \
	 XNVI_EFFECT_CSE_SAME_NS)
#define SANITIZES                                                                                  \
	(XNVI_EFFECT_CSUPP | XNVI_EFFECT_SCOPE_SUBSYS | XNVI_EFFECT_LBCC | XNVI_EFFECT_CSE_ANY_NS)

const struct xnvi_target_op xnvi_target_admin_ops[] = {
    {XNVME_SPEC_ADM_OPC_LOG, XNVI_OP_SANITIZE_OK, SUPPORTED, xnvi_target_get_log},
    {XNVME_SPEC_ADM_OPC_IDFY, XNVI_OP_SANITIZE_OK, SUPPORTED, xnvi_target_identify},
    {0x08, XNVI_OP_SANITIZE_OK, SUPPORTED, admin_abort},
    {XNVME_SPEC_ADM_OPC_SFEAT, XNVI_OP_SANITIZE_OK, SUPPORTED, xnvi_target_set_features},
    {XNVME_SPEC_ADM_OPC_GFEAT, XNVI_OP_SANITIZE_OK, SUPPORTED, xnvi_target_get_features},
    {0x0C, XNVI_OP_SANITIZE_OK, SUPPORTED, admin_async_event_request},
    {0x18, XNVI_OP_SANITIZE_OK, SUPPORTED, admin_keep_alive},
    {XNVME_SPEC_NVM_OPC_FMT, XNVI_OP_NS | XNVI_OP_NS_ALL, FORMATS, xnvi_target_format},
    {XNVME_SPEC_NVM_OPC_SANITIZE, XNVI_OP_SANITIZE_OK, SANITIZES, xnvi_target_sanitize},
};

const size_t xnvi_target_admin_nops =
    sizeof(xnvi_target_admin_ops) / sizeof(*xnvi_target_admin_ops);
