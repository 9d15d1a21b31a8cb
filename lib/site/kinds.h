/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Private to lib/site: the tables of every kind, and the parts that kinds share. */
#ifndef MS_SITE_KINDS_H
#define MS_SITE_KINDS_H

#include "site/site.h"

extern const struct ms_kind ms_kind_site, ms_kind_server, ms_kind_step, ms_kind_finding;
extern const struct ms_field ms_fields_credentials[], ms_fields_tls[], ms_fields_server[];

#endif
