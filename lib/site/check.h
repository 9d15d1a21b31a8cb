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
	bool entry;             /* inherits: only its name is required here */
	size_t copies;          /* how many resources the entry stands for, 0 = it is no range */
	const char *range;      /* that range, for messages */
	bool failed;            /* memory ran out: what was found is not all */
};
/* Add a problem at c->path, or NULL when the report is full. */
struct ms_err *ms_check_problem(struct ms_check *c, bool at_key, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* Its hint; err may be NULL. */
void ms_check_hint(struct ms_err *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Go down to a member, and up again to the length returned. */
size_t ms_check_push(struct ms_check *c, const char *key);
void ms_check_pop(struct ms_check *c, size_t len);

/* Check the members of an object against rows. */
void ms_check_object(struct ms_check *c, const struct ms_field *fields, const json_t *object);
/* A scalar as `type`, which is the field's own or that of the items it holds. */
void ms_check_scalar(struct ms_check *c, const struct ms_field *field, enum ms_field_type type, const json_t *value);
/* "wants a list, not the string ..."; `type` as above. */
void ms_check_wrong_type(struct ms_check *c, const struct ms_field *field, enum ms_field_type type,
			 const json_t *value);
/* In a Site null takes a default away.  It has to be written: "bios:" with nothing behind it is a slip. */
bool ms_check_is_null(const struct ms_check *c, const struct ms_field *field, const json_t *value);
/* "a, b, c" of the names of rows. */
void ms_check_names(const struct ms_check *c, const struct ms_field *fields, struct ms_buf *list);
/* What rows cannot say about a Site: names given twice, pools that make no sense. */
void ms_check_site(struct ms_check *c);
/* What it lacks once rules are written out and defaults are counted in: required keys, names given twice. */
struct ms_grown;
int ms_check_grown(const struct ms_grown *grown, struct ms_report *report, struct ms_err *err);

#endif
