/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * usage: probe-pairs probe [OPTION...] FILE
 *
 * probe of msctl-roce with hosts that are made up here, in place of those that lib/net would reach by ssh: each event
 * is a line of JSON, as long as an endpoint's with a NIC of many counters.  One host is bad.  What it took goes to
 * standard error: seconds of CPU, and the largest resident set in MiB.
 */
#include <errno.h>
#include <stdio.h>
#include <sys/resource.h>
#include "net/far.h"
#include "net/net.h"
#include "roce/roce.h"

#define BAD 7

struct ms_far {
	struct ms_loop *loop;
	struct ms_buf said;          /* lines */
	size_t taken;
	struct ms_cell came;
	unsigned host;
	bool finished;
};
static struct ms_far *fars[65536];

int ms_far_open(const struct ms_far_opts *opts, const json_t *server, struct ms_far **ret_far, struct ms_err *err)
{
	struct ms_far *far = calloc(1, sizeof(*far));

	if (!far)
		return ms_nomem(err);
	far->loop = opts->loop;
	far->host = (unsigned)strtoul(ms_name(server) + strlen("node"), NULL, 10) & 65535;
	*ret_far = fars[far->host] = far;
	return 0;
}

void ms_far_close(struct ms_far *far)
{
	ms_buf_release(&far->said);
	free(far);
}

void ms_far_finish(struct ms_far *far)
{
	far->finished = true;
	ms_cell_set(far->loop, &far->came);
}

int ms_far_receive(struct ms_far *far, int64_t deadline, json_t **ret_line, struct ms_err *err)
{
	const char *line, *end;
	int r;

	while (far->taken == far->said.len) {
		if (far->finished)
			return ms_fail(err, -ECONNRESET, MS_UNREACHABLE, "ended");
		ms_cell_wait(far->loop, &far->came, deadline);
	}
	line = far->said.data + far->taken;
	end = strchr(line, '\n');
	r = ms_json_decode(line, (size_t)(end - line), ret_line, NULL, err);
	far->taken += (size_t)(end + 1 - line);
	if (far->taken == far->said.len)
		far->taken = far->said.len = 0;
	return r;
}

static unsigned noise(int64_t id, unsigned what, unsigned most)
{
	uint64_t bits = ((uint64_t)id * 2654435761u + what * 40503u) * 0x9e3779b97f4a7c15u;

	return (unsigned)(bits >> 40) % most;
}

static void say_counters(struct ms_buf *said, int64_t id)
{
	static const char *const names[] = {
		"port_xmit_data", "port_rcv_data", "port_xmit_packets", "port_rcv_packets", "unicast_xmit_packets",
		"unicast_rcv_packets", "rx_write_requests", "rx_read_requests", "rp_cnp_handled", "np_cnp_sent",
		"np_ecn_marked_roce_packets", "roce_adp_retrans",
	};

	for (unsigned i = 0; i < MS_ARRAY_SIZE(names); i++)
		ms_buf_printf(said, "%s\"%s\":%u", i ? "," : "", names[i], 1 + noise(id, i, i < 2 ? 4000000000 : 4000000));
}

static void say_done(struct ms_far *far, unsigned rail, int64_t id, bool bad)
{
	struct ms_buf *said = &far->said;
	unsigned latency = 2000 + noise(id, 20, 60), rate = 390000 + noise(id, 21, 4000);

	ms_buf_printf(said,
		      "{\"id\":%lld,\"event\":\"done\",\"report\":{\"device\":\"mlx5_%u\",\"port\":1,\"gid\":{\"index\":3,"
		      "\"gid\":\"0000:0000:0000:0000:0000:ffff:0a%02x:%04x\",\"type\":\"RoCE v2\",\"netdev\":\"rail%u\"},"
		      "\"tos\":106,\"mtu\":4096,\"dscp\":{\"seen\":{\"26\":%u},\"ecn\":{\"2\":%u}},\"latency\":{\"min\":%u,"
		      "\"median\":%u,\"p99\":%u,\"count\":1000},\"bandwidth\":{\"average\":%u,\"octets\":%llu,"
		      "\"duration\":1000},\"counters\":{",
		      (long long)id, rail, rail, far->host, rail, 100 + noise(id, 22, 9), 100 + noise(id, 22, 9),
		      latency - 90, latency, latency * 2, bad ? rate / 2 : rate, rate * 125000ull);
	say_counters(said, id);
	ms_buf_puts(said, "}}}\n");
	ms_cell_set(far->loop, &far->came);
}

/* What the other side is told as "port" is the id of the order to listen. */
int ms_far_send(struct ms_far *far, const json_t *order, struct ms_err *err)
{
	const char *what = ms_str(order, "/do", ""), *address = ms_str(order, "/peer", "0");
	int64_t id = ms_int(order, "/id", 0);
	unsigned rail = (unsigned)strtoul(ms_str(order, "/netdev", "rail0") + 4, NULL, 10), a, b;

	if (!strcmp(what, "listen")) {
		ms_buf_printf(&far->said, "{\"id\":%lld,\"event\":\"listening\",\"port\":%lld,\"mac\":\"02:00:00:00:00:01\"}\n",
			      (long long)id, (long long)id);
		ms_cell_set(far->loop, &far->came);
	} else if (sscanf(address, "10.%*u.%u.%u", &a, &b) == 2) {
		struct ms_far *peer = fars[(a << 8 | b) & 65535];
		bool bad = (far->host == BAD || peer->host == BAD) && !rail;

		say_done(peer, rail, ms_int(order, "/port", 0), bad);
		say_done(far, rail, id, bad);
	}
	return far->said.failed ? ms_nomem(err) : 0;
}

/* ---- the command ---- */

static const struct roce_args defaults = {
	.probe = { .size = 65536, .pings = 1000, .duration = 1, .timeout = 3600 },
};
static const char *const kinds[] = { "Nic", NULL }, *const adds[] = { "Path", "Finding", NULL };
static const struct ms_opt none[] = { OPT_END };
static const struct ms_opt opts[] = {
	OPT_FLAG(0, "across", struct roce_args, probe.across, "all NICs of a fabric with each other"),
	OPT_STR(0, "svg", "FILE", struct roce_args, probe.svg, "write a picture"),
	OPT_END
};
static const struct ms_verb verbs[] = {
	{ .name = "probe", .help = "measure", .kinds = kinds, .writes = adds, .shows = adds, .opts = opts,
	  .fn = roce_verb_probe },
	MS_VERB_END
};
static const struct ms_cmd cmd = {
	.name = "probe-pairs", .help = "probe without hosts", .args_size = sizeof(struct roce_args),
	.args_default = &defaults, .opts = none, .verbs = verbs,
};

int main(int argc, char **argv)
{
	int r = ms_cmd_run(&cmd, argc, argv, stdin, stdout, stderr);
	struct rusage used;

	getrusage(RUSAGE_SELF, &used);
	fprintf(stderr, "%.2f %ld\n",
		(double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
			(double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6,
		used.ru_maxrss / 1024);
	return r;
}
