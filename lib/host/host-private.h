/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Private to lib/host: the host itself (host.c), who answers netlink (nl-kernel.c, nl-record.c, nl-play.c), hex. */
#ifndef MS_HOST_PRIVATE_H
#define MS_HOST_PRIVATE_H

#include "host/host.h"

#define MS_GENL_FAMILIES 16

struct ms_host {
	struct ms_loop *loop;
	char *root;                   /* resolved, without a slash at its end: "" for "/" */
	int root_fd;                  /* -1 for "/" */
	bool here;
	bool starved;                 /* a fact was not read for want of memory (ms_host_facts) */
	struct ms_nl_ops ops;
	void *ops_ctx;
	struct ms_gate gate;          /* one exchange at a time */
	uint32_t seq;
	struct { char name[16]; uint16_t id; } families[MS_GENL_FAMILIES];
	size_t n_families;
};

/* file.c: an open(2) that stays inside the root; negative errno. */
int ms_host_open_path(struct ms_host *host, const char *path, int flags, unsigned mode);
/* "cannot VERB PATH: ...", with the code of the errno; `error` is negative and returned. */
int ms_host_fail(struct ms_err *err, int error, const char *verb, const char *path);
/* nl-talk.c: the word of an errno of the kernel. */
enum ms_code ms_host_code(int error);

int ms_nl_kernel_new(struct ms_loop *loop, struct ms_nl_ops *ret_ops, void **ret_ctx, struct ms_err *err);
/* Writes down what `inner` does, which it owns from now on, also on failure. */
int ms_nl_record_new(const char *path, const struct ms_nl_ops *inner, void *inner_ctx, struct ms_nl_ops *ret_ops,
		     void **ret_ctx, struct ms_err *err);
int ms_nl_play_new(const char *path, struct ms_nl_ops *ret_ops, void **ret_ctx, struct ms_err *err);

/* nl-hex.c: words of a record.  Headers are written with sequence number and port 0; lines of 32 bytes, the following
 * ones indented. */
int ms_nl_hex_write(struct ms_buf *buf, const void *bytes, size_t len);
/* Appends; -EINVAL for what is not hexadecimal. */
int ms_nl_hex_read(const char *text, struct ms_buf *buf);
/* "route", or the number; and back, -1 for none. */
void ms_nl_family_word(int family, char buf[static 16]);
int ms_nl_family_of(const char *word, size_t len);

#endif
