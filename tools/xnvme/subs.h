// SPDX-License-Identifier: BSD-3-Clause
/**
 * The sub-commands of the tool `xnvme`, by file
 */
#ifndef XNVME_SUBS_H
#define XNVME_SUBS_H

#include <tool.h>

/* find.c: devices and the library */
int sub_list(struct xnvme_cli *cli);
int sub_enum(struct xnvme_cli *cli);
int sub_scan(struct xnvme_cli *cli);
int sub_info(struct xnvme_cli *cli);
int sub_library_info(struct xnvme_cli *cli);
int sub_doctor(struct xnvme_cli *cli);

/* identify.c */
int sub_idfy(struct xnvme_cli *cli);
int sub_idfy_ns(struct xnvme_cli *cli);
int sub_idfy_ctrlr(struct xnvme_cli *cli);
int sub_idfy_cs(struct xnvme_cli *cli);

/* logs.c */
int sub_log(struct xnvme_cli *cli);
int sub_log_erri(struct xnvme_cli *cli);
int sub_log_health(struct xnvme_cli *cli);
int sub_log_fdp_config(struct xnvme_cli *cli);
int sub_log_ruhu(struct xnvme_cli *cli);
int sub_log_fdp_stats(struct xnvme_cli *cli);
int sub_log_fdp_events(struct xnvme_cli *cli);

/* features.c */
int sub_feature_get(struct xnvme_cli *cli);
int sub_feature_set(struct xnvme_cli *cli);
int sub_set_fdp_events(struct xnvme_cli *cli);

/* manage.c: changing the device */
int sub_format(struct xnvme_cli *cli);
int sub_sanitize(struct xnvme_cli *cli);
int sub_dsm(struct xnvme_cli *cli);
int sub_fdp_ruhs(struct xnvme_cli *cli);
int sub_fdp_ruhu(struct xnvme_cli *cli);
int sub_subsystem_reset(struct xnvme_cli *cli);
int sub_ctrlr_reset(struct xnvme_cli *cli);
int sub_ns_rescan(struct xnvme_cli *cli);
int sub_show_regs(struct xnvme_cli *cli);

/* passthru.c */
int sub_pioc(struct xnvme_cli *cli);
int sub_padc(struct xnvme_cli *cli);

#endif /* XNVME_SUBS_H */
