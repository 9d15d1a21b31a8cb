/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Private to lib/core: hostlists and label selectors, the two halves of a selection. */
#ifndef MS_CORE_SELECT_H
#define MS_CORE_SELECT_H

#include "core/stream.h"

/* Call fn with every name or pattern (which holds * or ?) of a hostlist; at most max, -E2BIG beyond. */
int ms_hostlist_each(const char *expr, size_t max, int (*fn)(void *ctx, const char *name, bool exclude), void *ctx,
		     struct ms_err *err);

/* One -l argument: requirements that must all hold. */
struct ms_labels;
int ms_labels_new(const char *expr, struct ms_labels **ret_labels, struct ms_err *err);
void ms_labels_free(struct ms_labels *labels);
bool ms_labels_match(const struct ms_labels *labels, const json_t *res);

#endif
