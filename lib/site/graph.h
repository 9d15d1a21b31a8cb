/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Private to lib/site: what the files that draw a site lend each other. */
#ifndef MS_SITE_GRAPH_H
#define MS_SITE_GRAPH_H

#include "site/rules.h"

/* A quoted string of the DOT language; control characters have no business in a name. */
void ms_graph_quote(struct ms_buf *buf, const char *text);
/* Switches, one column for each tier, and the cables between them; `drawn` gets "switch NAME" of each. */
int ms_graph_fabric(struct ms_buf *buf, const struct ms_site_set *set, json_t *drawn);

#endif
