/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The door of lib/core: what every part of msctl stands on.  Layer 0: libc, jansson and libyaml only.
 *
 *   err.h     errors and reports            doc.h     values, documents, JSON pointers, resources
 *   buf.h     bytes, cleanup, time, files   stream.h  readers, writers, tables, selection
 *   loop.h    the event loop and tasks      cmd.h     commands as tables, ms_main
 *   log.h     log, secrets, confinement     child.h   helper programs
 */
#ifndef MS_CORE_H
#define MS_CORE_H

#define MSCTL_VERSION "0.1.0"
#define MS_API_VERSION "msctl/v1"

#include "core/err.h"
#include "core/buf.h"
#include "core/doc.h"
#include "core/loop.h"
#include "core/stream.h"
#include "core/cmd.h"
#include "core/log.h"
#include "core/child.h"

#endif
