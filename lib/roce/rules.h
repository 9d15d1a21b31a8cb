/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Private to lib/roce: the rules of check.  The ctx of an item is the struct roce_set. */
#ifndef MS_ROCE_RULES_H
#define MS_ROCE_RULES_H

#include "roce/set.h"

/* What a rule looks at: the item, its fabric's RoCE, and what is known of it. */
struct look {
	struct ms_item *item;
	const struct ms_rule *rule;
	struct ms_err *err;
	const struct roce_set *set;
	const struct ms_roce *roce;
	const char *name;
	const json_t *model;         /* of a Switch, else NULL */
	const json_t *seen;          /* status.roce of a Nic, else NULL */
	int r;
};
typedef void look_fn(struct look *look);
/* fn where the item is of `kind`, its fabric has RoCE, and it was read (a Switch: or stands in a Config). */
int rules_look(struct ms_item *item, const struct ms_rule *rule, const char *kind, look_fn *fn, struct ms_err *err);
/* fn for each cable once: at the Nic of a host's, at the Link between switches.  `a` is the Nic; of one that was not
 * read, or is in no stream (the Link stands for it, then), nothing is known but `end`. */
typedef void cable_fn(struct look *look, const struct roce_side *a, const struct roce_side *b);
int rules_cable(struct ms_item *item, const struct ms_rule *rule, cable_fn *fn, struct ms_err *err);

void look_find(struct look *look, const char *hint, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* About both sides of a cable. */
void look_find_cable(struct look *look, const struct roce_side *a, const struct roce_side *b, const char *hint,
		     const char *fmt, ...) __attribute__((format(printf, 5, 6)));
/* fn for each class of a switch's model. */
typedef void class_fn(struct look *look, unsigned priority, const json_t *class);
void look_classes(struct look *look, class_fn *fn);
/* fn for each port of a switch that has a profile. */
typedef void port_fn(struct look *look, const char *port, const json_t *row, const char *name, const json_t *profile);
void look_ports(struct look *look, port_fn *fn);
/* "msctl-switch plan", "msctl-roce plan": what mends most of what rules find. */
#define MEND_SWITCH "msctl-switch plan shows what brings the switch to what the fabric says; msctl-switch apply does it"
#define MEND_HOST "msctl-roce plan shows what brings the host to what the fabric says; msctl-roce apply does it"

typedef int rule_fn(struct ms_item *item, const struct ms_rule *rule, struct ms_err *err);
/* rules-class.c */
rule_fn roce_rule_classified, roce_rule_tos, roce_rule_buffers, roce_rule_cnp, roce_rule_too_many,
	roce_rule_control;
/* rules-link.c */
rule_fn roce_rule_pfc, roce_rule_trust, roce_rule_pause, roce_rule_mtu, roce_rule_length, roce_rule_alike;
/* rules-ecn.c */
rule_fn roce_rule_loop, roce_rule_ecn, roce_rule_thresholds, roce_rule_scaled;
/* rules-device.c */
rule_fn roce_rule_shares, roce_rule_watchdog, roce_rule_overlay, roce_rule_authority,
	roce_rule_lasting, roce_rule_read;
/* rules-rdma.c */
rule_fn roce_rule_marking, roce_rule_rdma;
/* rules-function.c */
rule_fn roce_rule_function;

#endif
