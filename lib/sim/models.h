/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Private to lib/sim: the files of lib/sim/models as texts, made by the Makefile. */
#ifndef MS_SIM_MODELS_H
#define MS_SIM_MODELS_H

struct sim_text { const char *name, *text; };
extern const struct sim_text sim_texts[]; /* ends with a NULL name */

#endif
