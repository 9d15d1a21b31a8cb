/* SPDX-License-Identifier: GPL-2.0-or-later */
/* librdmacm and libibverbs at run time: one row per function that probe uses. */
#include <dlfcn.h>
#include <errno.h>
#include "core/core.h"
#include "roce/verbs.h"

struct row {
	const char *symbol;
	size_t offset;
};
#define X(name) { #name, offsetof(struct ms_verbs, name) },
static const struct row cm[] = { MS_VERBS_CM(X) }, ib[] = { MS_VERBS_IB(X) };
#undef X

static int fill(struct ms_verbs *lib, const char *name, const struct row *rows, size_t n,
		struct ms_err *err)
{
	/* NODELETE: providers register handlers that must stay mapped. */
	void *library = dlopen(name, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);

	if (!library) {
		ms_fail(err, -ENOENT, MS_UNSUPPORTED, "cannot load %s: %s", name, dlerror());
		ms_hint(err, "apt install rdma-core ibverbs-providers librdmacm1, or dnf install "
			     "librdmacm libibverbs");
		return -ENOENT;
	}
	for (size_t i = 0; i < n; i++) {
		void *symbol = dlsym(library, rows[i].symbol);

		if (!symbol)
			return ms_fail(err, -ENOENT, MS_UNSUPPORTED, "%s has no %s: it is too old",
				       name, rows[i].symbol);
		/* memcpy: ISO C has no conversion from an object pointer to a function pointer. */
		memcpy((char *)lib + rows[i].offset, &symbol, sizeof(symbol));
	}
	return 0;
}

int ms_verbs_open(struct ms_verbs *ret_lib, struct ms_err *err)
{
	int r = fill(ret_lib, "libibverbs.so.1", ib, MS_ARRAY_SIZE(ib), err);

	return r ? r : fill(ret_lib, "librdmacm.so.1", cm, MS_ARRAY_SIZE(cm), err);
}
