/* SPDX-License-Identifier: GPL-2.0-or-later */
/* msctl-sim: a site whose BMCs are played by this process. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include "core/core.h"
#include "sim/sim.h"
#include "site/site.h"

struct args {
	const char *listen, *faults, *captures, *state, *speed, *seed, *user, *password, *pidfile;
	unsigned port, ssh_port, watch;
	bool http, latency, off, daemon;
};
#define PORT_NOT_GIVEN UINT_MAX
static const struct args defaults = { .port = PORT_NOT_GIVEN, .ssh_port = PORT_NOT_GIVEN };

static const char *const kinds[] = { "Server", "Switch", "Link", NULL };
static const char *const writes[] = { "spec.bmc.address", "spec.bmc.port", "spec.bmc.tls",
				      "spec.management", NULL };
static const char *const model_writes[] = { "Model", NULL };

static const struct ms_opt serve_opts[] = {
	OPT_UINT('p', "port", "N", struct args, port, 0, 65535,
		 "port of every BMC instead of the site file's; 0 = any free one"),
	OPT_UINT(0, "ssh-port", "N", struct args, ssh_port, 0, 65535,
		 "port of every switch that is spoken to by ssh; 8022"),
	OPT_STR('L', "listen", "ADDRESS", struct args, listen,
		"all BMCs on one address, each with a port of its own"),
	OPT_STR('f', "faults", "FILE", struct args, faults, "rules of what goes wrong"),
	OPT_STR('C', "captures", "DIR", struct args, captures,
		"serve the captured trees below DIR as well"),
	OPT_STR('S', "state", "FILE", struct args, state,
		"go on where FILE says, and keep it up to date"),
	OPT_STR('x', "speed", "FACTOR", struct args, speed,
		"simulated seconds per second for all that takes time; 1"),
	OPT_STR('e', "seed", "WORD", struct args, seed,
		"what keys, serial numbers and MACs are made of; \"msctl\""),
	OPT_STR('u', "user", "NAME", struct args, user,
		"account where the site file names none; \"admin\""),
	OPT_STR('w', "password", "REFERENCE", struct args, password,
		"its secret (file: env: exec:); \"msctl-sim\""),
	OPT_FLAG('H', "http", struct args, http, "plain HTTP instead of HTTPS"),
	OPT_FLAG('t', "latency", struct args, latency, "answer as slowly as the vendors do"),
	OPT_FLAG('0', "off", struct args, off, "the machines are switched off at first"),
	OPT_FLAG('d', "daemon", struct args, daemon,
		 "return when everything answers, and go on in the background"),
	OPT_STR('P', "pidfile", "FILE", struct args, pidfile, "write the process id there"),
	OPT_UINT('W', "while", "PID", struct args, watch, 1, 0, "end when the process PID ends"),
	OPT_END
};

static const struct ms_col cols[] = {
	{ "Server", "NAME", "/metadata/name", "name" },
	{ "Server", "VENDOR", "/spec/bmc/vendor", "vendor that is played" },
	{ "Server", "ADDRESS", "/spec/bmc/address", "address that answers" },
	{ "Server", "PORT", "/spec/bmc/port", "TCP port" },
	{ "Server", "PIN", "/spec/bmc/tls/pin", "pin of the public key" },
	{ "Switch", "NAME", "/metadata/name", "name" },
	{ "Switch", "PLATFORM", "/spec/platform", "platform that is played" },
	{ "Switch", "ADDRESS", "/spec/management/address", "address that answers" },
	{ "Switch", "PORT", "/spec/management/port", "TCP port" },
	{ "Model", "MODEL", "/metadata/name", "annotation sim/model of a Server" },
	{ "Model", "VENDOR", "/spec/vendor", "spec.bmc.vendor of a Server" },
	{ "Model", "TITLE", "/spec/title", "what it plays" },
	MS_COL_END
};

/* ---- the background ----------------------------------------------------------------------------
 */

/* The parent waits for one byte that says "it answers", or for the child's end. */
static void wait_ready(int fd, pid_t child)
{
	char byte;
	int status = 0;

	if (read(fd, &byte, 1) == 1)
		_exit(0);
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	_exit(WIFEXITED(status) && WEXITSTATUS(status) ? WEXITSTATUS(status) : 1);
}

/* Fork before anything listens; *ret_ready is where to say so, -1 in the foreground. */
static int go_background(const struct args *args, int *ret_ready, struct ms_err *err)
{
	int fds[2];
	pid_t child;

	*ret_ready = -1;
	if (!args->daemon)
		return 0;
	if (pipe2(fds, O_CLOEXEC) < 0)
		return ms_fail_errno(err, -errno, "cannot make a pipe");
	child = fork();
	if (child < 0)
		return ms_fail_errno(err, -errno, "cannot start in the background");
	if (child) {
		close(fds[1]);
		wait_ready(fds[0], child);
	}
	close(fds[0]);
	setsid();
	*ret_ready = fds[1];
	return 0;
}

static int write_pid(const struct args *args, struct ms_err *err)
{
	char text[32];
	int n = snprintf(text, sizeof(text), "%ld\n", (long)getpid());

	return args->pidfile ? ms_write_file(args->pidfile, text, (size_t)n, 0644, err) : 0;
}

/* The stream is complete: whoever reads it sees its end, though this process goes on. */
static int end_stream(struct ms_run *run, const struct args *args, int ready, struct ms_err *err)
{
	MS_AUTO_FD int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	struct ms_writer_opts opts = { .format = MS_FMT_JSON };
	int r = ms_writer_close(run->out, err);

	if (r < 0)
		return r;
	ms_writer_free(run->out);
	run->out = NULL;
	r = ms_writer_new(stdout, &opts, &run->out, err);
	if (r < 0)
		return r;
	if (fflush(stdout) == EOF || null < 0)
		return ms_fail_errno(err, -errno, "cannot write the output");
	r = write_pid(args, err);
	if (r < 0)
		return r;
	dup2(null, STDOUT_FILENO);
	if (ready < 0)
		return 0;
	dup2(null, STDIN_FILENO);
	if (write(ready, "", 1) != 1)
		return ms_fail_errno(err, -errno, "cannot tell the parent");
	dup2(null, STDERR_FILENO);
	close(ready);
	return 0;
}

/* ---- serve -------------------------------------------------------------------------------------
 */

/* --port 0 says that any port will do. */
static unsigned ssh_port(const struct args *args)
{
	if (args->ssh_port != PORT_NOT_GIVEN)
		return args->ssh_port;
	return args->port == 0 ? 0 : 8022;
}

static int make_opts(const struct args *args, struct ms_secrets *secrets, struct sim_opts *ret_opts,
		     struct ms_err *err)
{
	char *end = NULL;
	int r = 0;

	*ret_opts = (struct sim_opts){
		.listen = args->listen,
		.port = args->port == PORT_NOT_GIVEN ? 8443 : args->port,
		.port_fixed = args->port != PORT_NOT_GIVEN,
		.ssh_port = ssh_port(args),
		.ssh_port_fixed = args->ssh_port != PORT_NOT_GIVEN || args->port == 0,
		.plain = args->http,
		.seed = args->seed,
		.latency = args->latency,
		.off = args->off,
		.user = args->user,
		.secrets = secrets,
		.speed = 1,
	};
	if (args->speed) {
		ret_opts->speed = strtod(args->speed, &end);
		if (end == args->speed || *end || !(ret_opts->speed > 0 && ret_opts->speed <= 1e6))
			return ms_usage(err, "--speed: not a factor between 0 and 1000000: \"%s\"",
					args->speed);
	}
	if (args->password)
		r = ms_secret_get(secrets, args->password, &ret_opts->password, err);
	return r;
}

static int put_server(void *ctx, json_t *server, struct ms_err *err)
{
	struct ms_run *run = ctx;
	int r = ms_writer_put(run->out, server, err);

	run->targets += strcmp(ms_kind(server), "Link") != 0;
	json_decref(server);
	return r;
}

static int take_stream(struct ms_run *run, struct sim *sim, struct ms_err *err)
{
	for (;;) {
		struct ms_doc doc = { 0 };
		bool mine;
		int r = ms_run_next(run, &doc, &mine, err);

		if (r <= 0)
			return r;
		if (mine) {
			r = sim_add(sim, doc.root, err);
			r = r ? r : put_server(run, json_incref(doc.root), err);
		} else {
			r = ms_writer_pass(run->out, &doc, err);
		}
		ms_doc_release(&doc);
		if (r < 0)
			return r;
	}
}

static int load_faults(struct ms_run *run, struct sim *sim, const char *path, struct ms_err *err)
{
	struct ms_doc doc = { 0 };
	int r = path ? ms_doc_load(path, &doc, err) : 0;

	if (path && !r)
		r = sim_faults(sim, &doc, run->report, err);
	ms_doc_release(&doc);
	return r;
}

static int set_up(struct ms_run *run, struct sim *sim, struct ms_err *err)
{
	const struct args *args = run->args;
	int r = load_faults(run, sim, args->faults, err);

	if (!r && (run->files[0] || !args->captures))
		r = take_stream(run, sim, err);
	if (!r && args->captures)
		r = sim_add_captures(sim, args->captures, put_server, run, err);
	if (!r && !run->targets)
		r = ms_fail(err, -ENOENT, MS_INPUT, "there is no Server and no Switch to play");
	if (!r && args->state)
		r = sim_load(sim, args->state, err);
	if (!r && args->state)
		r = sim_autosave(sim, args->state, err);
	return r ? r : sim_start(sim, err);
}

static void on_end(void *ctx, int fd, unsigned events)
{
	(void)fd;
	(void)events;
	ms_loop_stop(ctx);
}

/* Until a signal, or until the process that it is for ends. */
static int turn(struct ms_run *run, struct ms_err *err)
{
	const struct args *args = run->args;
	MS_AUTO_FD int fd = args->watch ? (int)syscall(SYS_pidfd_open, (pid_t)args->watch, 0) : -1;
	int r = 0;

	if (args->watch && fd < 0)
		return ms_fail_errno(err, -errno, "--while %u", args->watch);
	if (fd >= 0)
		r = ms_loop_watch(run->loop, fd, POLLIN, on_end, run->loop, err);
	while (!r && !ms_loop_stopping(run->loop))
		r = ms_loop_turn(run->loop, -1, err);
	if (fd >= 0)
		ms_loop_unwatch(run->loop, fd);
	return r == -ECANCELED ? 0 : r;
}

static int serve_with(struct ms_run *run, struct ms_secrets *secrets, int ready, struct ms_err *err)
{
	const struct args *args = run->args;
	struct sim_opts opts;
	struct sim *sim = NULL;
	int r = make_opts(args, secrets, &opts, err);

	if (!r)
		r = sim_new(run->loop, &opts, &sim, err);
	if (!r)
		r = set_up(run, sim, err);
	if (!r)
		r = end_stream(run, args, ready, err);
	if (!r)
		r = turn(run, err);
	if (!r && args->state)
		r = sim_save(sim, args->state, err);
	sim_free(sim);
	if (args->pidfile)
		unlink(args->pidfile);
	return r;
}

static int serve(struct ms_run *run, struct ms_err *err)
{
	struct ms_secrets *secrets = NULL;
	int ready, r = go_background(run->args, &ready, err);

	if (!r)
		r = ms_secrets_new(&secrets, err);
	if (!r)
		r = serve_with(run, secrets, ready, err);
	ms_secrets_free(secrets);
	return r;
}

/* ---- models ------------------------------------------------------------------------------------
 */

static int models(struct ms_run *run, struct ms_err *err)
{
	json_auto_t *list = NULL;
	json_t *row;
	size_t i;
	int r = sim_models(&list, err);

	json_array_foreach(list, i, row) {
		json_auto_t *res = ms_resource_new("Model", ms_str(row, "/model", ""));

		if (r)
			break;
		ms_put(res, "/spec/vendor", json_string(ms_str(row, "/vendor", "")));
		ms_put(res, "/spec/title", json_string(ms_str(row, "/title", "")));
		r = ms_writer_put(run->out, res, err);
	}
	return r;
}

static const struct ms_verb verbs[] = {
	{ .name = "serve",
	  .help = "play the BMCs and switches of a site, and print it with addresses and keys",
	  .kinds = kinds,
	  .writes = writes,
	  .opts = serve_opts,
	  .needs = MS_NEEDS_LISTEN | MS_NEEDS_WRITE | MS_NEEDS_SECRETS | MS_NEEDS_EXEC,
	  .fn = serve },
	{ .name = "models",
	  .help = "list what can be played",
	  .kinds = NULL,
	  .writes = model_writes,
	  .input = MS_IN_NONE,
	  .fn = models },
	MS_VERB_END
};

static const struct ms_cmd cmd = {
	.name = "msctl-sim", .help = "play the BMCs of a site", .args_size = sizeof(struct args),
	.args_default = &defaults, .verbs = verbs, .cols = cols, .front = &ms_site_front,
};

int main(int argc, char **argv)
{
	/* Not for people: what the sshd of a simulated switch runs. */
	if (argc == 3 && !strcmp(argv[1], "ssh-session"))
		return sim_ssh_session(argv[2]);
	return ms_main(&cmd, argc, argv);
}
