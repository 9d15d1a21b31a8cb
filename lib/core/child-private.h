/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Private to lib/core: starting a program, for child.c and talk.c. */
#ifndef MS_CORE_CHILD_PRIVATE_H
#define MS_CORE_CHILD_PRIVATE_H

#include <sys/types.h>
#include "core/child.h"

struct ms_spawn {
	const char *const *argv;
	const char *const *env;      /* besides the environment; NULL = nothing */
	int fds[3];                  /* become 0, 1 and 2; -1 = /dev/null, or as they are for 1 and 2
	                                without own_session */
	bool own_session;            /* setsid(2), and it dies with this process */
};
/* 0 or a negative errno, also when the program could not be executed. */
int ms_spawn(const struct ms_spawn *spawn, pid_t *ret_pid);

#endif
