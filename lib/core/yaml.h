/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Private to lib/core: a walk through libyaml's events. */
#ifndef MS_CORE_YAML_H
#define MS_CORE_YAML_H

#include <yaml.h>
#include "core/syntax.h"

struct yaml {
	const struct ms_text *text;
	yaml_parser_t parser;
	yaml_event_t event;    /* the current one; released by advance() */
	json_t *anchors;       /* object: name -> value, as far as they are complete */
	size_t nodes, copied;  /* values in the text, values made by aliases */
	struct ms_err *err;
};

/*
 * Where a mark is: libyaml follows YAML 1.1 and breaks lines at CR, NEL, LS and PS too, as no editor does; its index
 * in characters is right.  Marks that come in the order of the text cost one walk in all.
 */
struct ms_yaml_place {
	const struct ms_text *text;
	size_t index, offset;
	unsigned line, column;
};
void ms_yaml_place(struct ms_yaml_place *at, const yaml_mark_t *mark);

/* Set err at a mark; returns -EBADMSG. */
int ms_yaml_fail(struct yaml *y, const yaml_mark_t *mark, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* To the next event; 0 or negative. */
int ms_yaml_advance(struct yaml *y);
/* Refuse what is too much; `depth` collections are open around the value. */
int ms_yaml_limits(struct yaml *y, unsigned depth, bool collection, const yaml_mark_t *mark);

#endif
