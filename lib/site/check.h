/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Private to lib/site: one document being checked against its tables. */
#ifndef MS_SITE_CHECK_H
#define MS_SITE_CHECK_H

#include "site/kinds.h"

struct ms_check {
	const struct ms_doc *doc;
	struct ms_report *report;
	char path[512];         /* pointer of what is being checked */
	bool site;              /* inside a Site: references by name, ranges, null to take a default away */
	bool partial;           /* defaults: nothing is required */
	size_t copies;          /* how many resources the entry stands for, 0 = it is no range */
	const char *range;      /* that range, for messages */
};
/* Add a problem at c->path, or NULL when the report is full. */
struct ms_err *ms_check_problem(struct ms_check *c, bool at_key, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* Check the members of an object against rows. */
void ms_check_object(struct ms_check *c, const struct ms_field *fields, const json_t *object);
/* What rows cannot say about a Site: names given twice, pools that make no sense. */
void ms_check_site(struct ms_check *c);

#endif
