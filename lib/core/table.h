/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Private to lib/core: tables, from rows that were rendered before to aligned text. */
#ifndef MS_CORE_TABLE_H
#define MS_CORE_TABLE_H

#include "core/stream.h"

/*
 * A row as text, so that it can wait without its resource: kind, flag and cells, each ended by SEP, and a
 * newline.  Cells hold no control characters, so neither can occur in them.
 */
#define MS_ROW_SEP '\x1f'

struct ms_table;
struct ms_table *ms_table_new(const struct ms_writer_opts *opts);
void ms_table_free(struct ms_table *table);
/* Append the row of a resource; nothing when its kind is not shown. */
int ms_table_row(const struct ms_writer_opts *opts, const json_t *res, struct ms_buf *into);
/* Take rows. */
int ms_table_add(struct ms_table *table, const char *rows, size_t len);
int ms_table_print(const struct ms_table *table, FILE *file);
/* Is this a kind that tables and names show? */
bool ms_kind_shown(const struct ms_writer_opts *opts, const char *kind);
/* Append the cell at a column's path. */
int ms_cell_write(struct ms_buf *into, const json_t *res, const char *path);

#endif
