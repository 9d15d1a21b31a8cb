/* SPDX-License-Identifier: GPL-2.0-or-later */
/* libcurl at run time: one row per function that the engine uses. */
#include <dlfcn.h>
#include <errno.h>
#include "core/core.h"
#include "net/curl.h"

static const struct {
	const char *symbol;
	size_t offset;
} functions[] = {
#define X(name) { "curl_" #name, offsetof(struct ms_curl, name) },
	MS_CURL_FUNCTIONS(X)
#undef X
};

static void *open_library(void)
{
	static const char *const names[] = { "libcurl.so.4", "libcurl-gnutls.so.4" };

	for (size_t i = 0; i < MS_ARRAY_SIZE(names); i++) {
		/* NODELETE: TLS libraries register handlers at exit that must stay mapped. */
		void *library = dlopen(names[i], RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);

		if (library)
			return library;
	}
	return NULL;
}

int ms_curl_open(struct ms_curl *ret_curl, struct ms_err *err)
{
	struct ms_curl curl;
	void *library = open_library();

	if (!library) {
		ms_fail(err, -ENOENT, MS_FAILED, "cannot load libcurl: %s", dlerror());
		ms_hint(err, "apt install libcurl4, or dnf install libcurl");
		return -ENOENT;
	}
	for (size_t i = 0; i < MS_ARRAY_SIZE(functions); i++) {
		void *symbol = dlsym(library, functions[i].symbol);

		if (!symbol)
			return ms_fail(err, -ENOENT, MS_FAILED, "libcurl has no %s: it is too old",
				       functions[i].symbol);
		/* memcpy: ISO C has no conversion from an object pointer to a function pointer. */
		memcpy((char *)&curl + functions[i].offset, &symbol, sizeof(symbol));
	}
	*ret_curl = curl;
	return 0;
}
