# msctl: one Makefile, out of tree in build/.   make help lists the targets.
PREFIX  ?= /usr/local
DESTDIR ?=
BUILD   ?= build
CC      ?= cc
OPT     ?= -O2 -g
VERSION := $(shell sed -n 's/^\#define MSCTL_VERSION "\(.*\)"/\1/p' lib/core/core.h)
SOVER   := 0

# SAN=1 builds with AddressSanitizer and UndefinedBehaviorSanitizer (use another BUILD).
ifdef SAN
OPT     := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
endif

PKGS     := jansson yaml-0.1 sqlite3 libcrypto libxml-2.0 libnl-3.0
# libcurl is opened at first use (lib/net/curl.c): its headers are needed, its library is not linked.
CPPFLAGS += -Ilib -D_GNU_SOURCE -D_FORTIFY_SOURCE=2 $(shell pkg-config --cflags $(PKGS) libcurl libmicrohttpd gnutls)
WARN     := -Wall -Wextra -Wshadow -Wmissing-prototypes -Wvla -Werror
CFLAGS   += -std=gnu17 $(OPT) $(WARN) -fPIC -fstack-protector-strong -fstack-clash-protection -fno-strict-aliasing
LDFLAGS  += -Wl,--as-needed -Wl,-z,relro
LDLIBS   := $(shell pkg-config --libs $(PKGS)) -ldl
LDLIBS_SIM := $(shell pkg-config --libs libmicrohttpd gnutls)
ifdef SAN
CPPFLAGS := $(filter-out -D_FORTIFY_SOURCE=2,$(CPPFLAGS))
endif

SRC     := $(filter-out lib/sim/%,$(wildcard lib/*/*.c lib/*/*/*.c))
SIM     := $(wildcard lib/sim/*.c lib/sim/*/*.c)
BIN     := $(patsubst bin/%.c,$(BUILD)/bin/%,$(wildcard bin/*.c))
UNIT    := $(patsubst tests/unit/%.c,$(BUILD)/tests/unit/%,$(wildcard tests/unit/test-*.c))
BENCH   := $(patsubst tests/bench/%.c,$(BUILD)/tests/bench/%,$(wildcard tests/bench/*.c))
FUZZ    := $(patsubst tests/fuzz/%.c,$(BUILD)/tests/fuzz/%,$(wildcard tests/fuzz/fuzz-*.c))
# make V=1 shows whole command lines.
say      = $(if $(V),,@printf '  %-4s %s\n' $(1) $(2);)
obj      = $(patsubst %.c,$(BUILD)/%.o,$(1))
# The doors of folders, lib/x/x.h, and the headers that these include.
DOORS   := $(wildcard lib/core/*.h) $(foreach d,$(filter-out core sim,$(notdir $(wildcard lib/*))),$(wildcard lib/$d/$d.h)) \
	lib/net/ssh.h lib/net/far.h lib/site/roce.h

.DEFAULT_GOAL := all
.PHONY: all help man format check check-fast check-unit lint bench fuzz demo install uninstall clean
.DELETE_ON_ERROR:
.SECONDARY:

# Builds of what runs at far ends that have no msctl, where all the static libraries are there: self-contained, and one
# that shares its C library for what opens libraries there (probe: librdmacm, libibverbs).
STATIC_LIBS := jansson yaml nl-3 sqlite3 crypto m dl
ifndef SAN
ifeq (,$(filter-out /%,$(foreach l,c $(STATIC_LIBS),$(shell $(CC) -print-file-name=lib$(l).a))))
STATIC  := $(patsubst bin/%.c,$(BUILD)/libexec/%.static,$(wildcard bin/msctl-nic.c bin/msctl-roce.c)) \
	$(BUILD)/libexec/msctl-roce.dynamic
endif
endif

all: $(BIN) $(STATIC) $(BUILD)/lib/libmsctl.so $(BUILD)/msctl.pc man ## build everything

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1	\2/p' $(MAKEFILE_LIST) | expand -t14

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC,$<)$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/lib/libmsctl.a: $(call obj,$(SRC))
	@rm -f $@
	$(call say,AR,$@)ar rcs $@ $^
$(BUILD)/lib/sim/models.c: lib/sim/models/embed $(wildcard lib/sim/models/*.yaml)
	@mkdir -p $(@D)
	$(call say,GEN,$@)sh $< $(filter %.yaml,$^) > $@
$(BUILD)/lib/sim/models.o: $(BUILD)/lib/sim/models.c lib/sim/models.h
	$(call say,CC,$@)$(CC) $(CPPFLAGS) $(CFLAGS) -c -o $@ $<
$(BUILD)/lib/libsim.a: $(call obj,$(SIM)) $(BUILD)/lib/sim/models.o
	@rm -f $@
	$(call say,AR,$@)ar rcs $@ $^
$(BUILD)/lib/libmsctl.so.$(SOVER): $(call obj,$(SRC)) lib/libmsctl.sym
	$(call say,LD,$@)$(CC) $(CFLAGS) $(LDFLAGS) -shared -Wl,-soname,libmsctl.so.$(SOVER) -Wl,--version-script=lib/libmsctl.sym \
		-o $@ $(filter %.o,$^) $(LDLIBS)
$(BUILD)/lib/libmsctl.so: $(BUILD)/lib/libmsctl.so.$(SOVER)
	@ln -sf $(<F) $@

$(BUILD)/bin/msctl-sim: $(BUILD)/bin/msctl-sim.o $(BUILD)/lib/libsim.a $(BUILD)/lib/libmsctl.a
	@mkdir -p $(@D)
	$(call say,LD,$@)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS) $(LDLIBS_SIM)
$(BUILD)/bin/%: $(BUILD)/bin/%.o $(BUILD)/lib/libmsctl.a
	@mkdir -p $(@D)
	$(call say,LD,$@)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

# The linker warns of what libnl could ask of glibc, and we do not.
$(BUILD)/libexec/%.static: $(BUILD)/bin/%.o $(BUILD)/lib/libmsctl.a
	@mkdir -p $(@D)
	$(call say,LD,$@)$(CC) -static -s $(CFLAGS) -o $@ $^ $(STATIC_LIBS:%=-l%) 2> $@.log || { cat $@.log; exit 1; }

$(BUILD)/libexec/%.dynamic: $(BUILD)/bin/%.o $(BUILD)/lib/libmsctl.a
	@mkdir -p $(@D)
	$(call say,LD,$@)$(CC) -s $(CFLAGS) $(LDFLAGS) -o $@ $^ -Wl,-Bstatic $(patsubst %,-l%,$(filter-out m dl,$(STATIC_LIBS))) \
		-Wl,-Bdynamic -lm -ldl

$(BUILD)/msctl.pc: lib/msctl.pc.in lib/core/core.h
	@mkdir -p $(@D)
	@sed 's|@PREFIX@|$(PREFIX)|; s|@VERSION@|$(VERSION)|' $< > $@

# ---- man pages: prose of man/*.in, tables from the commands themselves ----
MAN     := $(patsubst man/%.in,$(BUILD)/man/%,$(wildcard man/*.in))
man: $(MAN) ## build the manual pages
$(BUILD)/man/%: man/%.in man/mkman $(BIN)
	@mkdir -p $(@D)
	$(call say,MAN,$@)man/mkman $(BUILD)/bin $< > $@

# ---- tests ----
LIBS_TEST := $(BUILD)/lib/libmsctl.a $(if $(SIM),$(BUILD)/lib/libsim.a $(BUILD)/lib/libmsctl.a)
$(BUILD)/tests/unit/test-%: $(BUILD)/tests/unit/test-%.o $(LIBS_TEST)
	$(call say,LD,$@)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $< $(LIBS_TEST) -lcmocka -lssl $(LDLIBS) $(if $(SIM),$(LDLIBS_SIM))
$(BUILD)/tests/bench/%: $(BUILD)/tests/bench/%.o $(BUILD)/lib/libmsctl.a
	$(call say,LD,$@)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)
# Each fuzz target twice: with a main that replays the corpus (make check), and with libFuzzer (make fuzz).
$(BUILD)/tests/fuzz/fuzz-%: $(BUILD)/tests/fuzz/fuzz-%.o $(BUILD)/tests/fuzz/replay.o $(BUILD)/lib/libmsctl.a
	$(call say,LD,$@)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

.PHONY: tests tests-asan lab
tests: all $(UNIT) $(FUZZ) $(BENCH) ## build everything that the tests run
tests-asan:
	@+$(MAKE) --no-print-directory SAN=1 BUILD=$(BUILD)/asan tests

check: tests tests-asan ## run all tests; units, cases, corpora and sims also under AddressSanitizer and UBSan
	@tests/run -b $(BUILD) unit cases lint fuzz sim lab -b $(BUILD)/asan unit cases fuzz sim
check-fast: tests ## run units, cases and lints
	@tests/run -b $(BUILD) unit cases lint
check-unit: tests ## run the unit tests
	@tests/run -b $(BUILD) unit
lab: all $(BENCH) ## run the tests that need a real kernel, in emulated machines (15 minutes)
	@tests/run -b $(BUILD) -v lab
lint: tests ## run the lints
	@tests/run -b $(BUILD) lint

format: ## wrap the C lines that are longer than 100 columns (needs clang-format)
	@tests/format

FUZZ_SECONDS ?= 30
fuzz: ## fuzz each parser for FUZZ_SECONDS (30) with clang's libFuzzer
	@tests/fuzz/run $(BUILD)/fuzz $(FUZZ_SECONDS)
bench: all $(BENCH) ## measure against named peers (10 minutes; SERVERS=200 for a first look)
	@for b in tests/bench/*.sh; do BUILD=$(abspath $(BUILD)) sh $$b || exit 1; done
demo: all ## the story of the README against a simulated rack
	@BUILD=$(abspath $(BUILD)) PATH=$(abspath $(BUILD))/bin:$$PATH sh examples/demo.sh

# ---- installing ----
bindir  := $(DESTDIR)$(PREFIX)/bin
libdir  := $(DESTDIR)$(PREFIX)/lib
execdir := $(DESTDIR)$(PREFIX)/libexec/msctl
incdir  := $(DESTDIR)$(PREFIX)/include/msctl
datadir := $(DESTDIR)$(PREFIX)/share
install: all ## install under DESTDIR and PREFIX (/usr/local)
	install -d $(bindir) $(libdir)/pkgconfig $(addprefix $(datadir)/man/man,1 5 7)
	install $(BIN) $(bindir)
	$(if $(STATIC),install -d $(execdir) && install $(STATIC) $(execdir))
	install -m 644 $(BUILD)/lib/libmsctl.so.$(SOVER) $(libdir)
	ln -sf libmsctl.so.$(SOVER) $(libdir)/libmsctl.so
	install -m 644 $(BUILD)/msctl.pc $(libdir)/pkgconfig
	set -e; for h in $(DOORS:lib/%=%); do install -D -m 644 lib/$$h $(incdir)/$$h; done
	set -e; for m in $(MAN); do install -m 644 $$m $(datadir)/man/man$${m##*.}; done
	install -D -m 644 completions/msctl.bash $(datadir)/bash-completion/completions/msctl
	install -D -m 644 completions/_msctl $(datadir)/zsh/site-functions/_msctl
	install -D -m 644 completions/msctl.fish $(datadir)/fish/vendor_completions.d/msctl.fish
	set -e; for b in $(filter msctl-%,$(notdir $(BIN))); do \
		ln -sf msctl $(datadir)/bash-completion/completions/$$b; \
		ln -sf msctl.fish $(datadir)/fish/vendor_completions.d/$$b.fish; done
uninstall: ## remove what install put there
	rm -f $(addprefix $(bindir)/,$(notdir $(BIN))) $(libdir)/libmsctl.so $(libdir)/libmsctl.so.$(SOVER)
	rm -f $(libdir)/pkgconfig/msctl.pc $(datadir)/zsh/site-functions/_msctl
	rm -f $(addprefix $(datadir)/bash-completion/completions/,$(notdir $(BIN)))
	rm -f $(addsuffix .fish,$(addprefix $(datadir)/fish/vendor_completions.d/,$(notdir $(BIN))))
	set -e; for m in $(notdir $(MAN)); do rm -f $(datadir)/man/man$${m##*.}/$$m; done
	rm -rf $(incdir) $(execdir)

clean: ## remove build/
	rm -rf $(BUILD)

-include $(shell find $(BUILD) -mindepth 1 -name asan -prune -o -name '*.d' -print 2>/dev/null)
