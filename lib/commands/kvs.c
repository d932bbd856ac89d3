// SPDX-License-Identifier: BSD-3-Clause
/**
 * Commands of the Key Value command set
 */
#include <core/cmd.h>

#define KEY_NBYTES_MAX 16U
#define KEY_LO_NBYTES  8U

/** Keys are at most 16 bytes: the first eight in dwords 2-3, the others in dwords 14-15 */
static int
pass_key(struct xnvme_cmd_ctx *ctx, uint8_t opcode, uint32_t nsid, const void *key, uint8_t key_len,
	 void *vbuf, uint32_t vbuf_nbytes, uint8_t opt)
{
	uint8_t bytes[KEY_NBYTES_MAX] = {0};

	if (!ctx || (!key && key_len) || (!vbuf && vbuf_nbytes)) {
		return XNVI_NULL("ctx or key or vbuf");
	}
	if (xnvi_ctx_is_busy(ctx)) {
		return xnvi_refuse_busy(ctx);
	}
	if (key_len > KEY_NBYTES_MAX) {
		return xnvi_err(-EINVAL, "cmd", "kvs", "use a shorter key",
				"a key of %u bytes, the limit is %u", key_len, KEY_NBYTES_MAX);
	}
	if (key_len) {
		memcpy(bytes, key, key_len);
	}
	ctx->cmd.common.opcode = opcode;
	ctx->cmd.kvs.nsid = nsid;
	memcpy(&ctx->cmd.kvs.key, bytes, KEY_LO_NBYTES);
	memcpy(&ctx->cmd.kvs.key_hi, bytes + KEY_LO_NBYTES, KEY_LO_NBYTES);
	ctx->cmd.kvs.cdw10 = vbuf_nbytes;
	ctx->cmd.kvs.cdw11.kl = key_len;
	ctx->cmd.kvs.cdw11.ro = opt;

	return xnvme_cmd_pass(ctx, vbuf, vbuf_nbytes, NULL, 0);
}

int
xnvme_kvs_retrieve(struct xnvme_cmd_ctx *ctx, uint32_t nsid, const void *key, uint8_t key_len,
		   const void *vbuf, uint32_t vbuf_nbytes, uint8_t opt)
{
	return pass_key(ctx, XNVME_SPEC_KV_OPC_RETRIEVE, nsid, key, key_len,
			(void *)(uintptr_t)vbuf, vbuf_nbytes, opt);
}

int
xnvme_kvs_store(struct xnvme_cmd_ctx *ctx, uint32_t nsid, const void *key, uint8_t key_len,
		const void *vbuf, uint32_t vbuf_nbytes, uint8_t opt)
{
	return pass_key(ctx, XNVME_SPEC_KV_OPC_STORE, nsid, key, key_len, (void *)(uintptr_t)vbuf,
			vbuf_nbytes, opt);
}

int
xnvme_kvs_delete(struct xnvme_cmd_ctx *ctx, uint32_t nsid, const void *key, uint8_t key_len)
{
	return pass_key(ctx, XNVME_SPEC_KV_OPC_DELETE, nsid, key, key_len, NULL, 0, 0);
}

int
xnvme_kvs_exist(struct xnvme_cmd_ctx *ctx, uint32_t nsid, const void *key, uint8_t key_len)
{
	return pass_key(ctx, XNVME_SPEC_KV_OPC_EXIST, nsid, key, key_len, NULL, 0, 0);
}

int
xnvme_kvs_list(struct xnvme_cmd_ctx *ctx, uint32_t nsid, const void *key, uint8_t key_len,
	       const void *vbuf, uint32_t vbuf_nbytes)
{
	return pass_key(ctx, XNVME_SPEC_KV_OPC_LIST, nsid, key, key_len, (void *)(uintptr_t)vbuf,
			vbuf_nbytes, 0);
}
